"""The sizes of the house: files, functions, templates; no import inside a function."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("dealership", "reception", "inspection", "delivery", "feedback")


def python_files() -> list[Path]:
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    return [path for path in files if "migrations" not in path.parts]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def share_within(sizes: list[int], limit: int) -> float:
    return sum(size <= limit for size in sizes) / len(sizes)


def test_files_are_short():
    sizes = {str(path.relative_to(ROOT)): lines(path) for path in python_files()}
    assert {path: size for path, size in sizes.items() if size > 400} == {}
    assert share_within(list(sizes.values()), 250) >= 0.95


def test_functions_are_short():
    sizes = {
        f"{p.relative_to(ROOT)}:{f.name}": f.end_lineno - f.lineno + 1 for p in python_files() for f in functions(p)
    }
    assert {name: size for name, size in sizes.items() if size > 50} == {}
    assert share_within(list(sizes.values()), 30) >= 0.95


def test_no_function_takes_more_than_five_positional_arguments():
    wide = [f"{p.relative_to(ROOT)}:{f.name}" for p in python_files() for f in functions(p) if len(f.args.args) > 6]
    assert wide == []


def test_no_import_inside_a_function():
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in python_files()
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


@pytest.mark.parametrize(
    ("folder", "pattern", "limit"), [("templates", "*.html", 150), ("tests", "*.py", 600), ("static", "*.js", 400)]
)
def test_other_files_keep_their_size(folder: str, pattern: str, limit: int):
    paths = [path for path in (ROOT / folder).rglob(pattern) if "vendor" not in path.parts]
    assert {str(path.relative_to(ROOT)): lines(path) for path in paths if lines(path) > limit} == {}


def test_no_style_attribute_and_no_inline_script():
    found = []
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if " style=" in text or "<style" in text or " onclick=" in text or "hx-on" in text or "<script>" in text:
            found.append(str(path.relative_to(ROOT)))
    assert found == []
