"""Every text that code and templates say has its words in both Chinese catalogues, and those are compiled."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
APPS = ("dealership", "reception", "inspection", "delivery", "feedback")
CHINESE = ("zh_Hans", "zh_Hant")
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "words"}
IN_TEMPLATE = re.compile(r"""\b(?:n?gettext|_)\(\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")

# Chinese counts all of them where English counts the others.
OTHER_NAMES = {"%(title)s and %(n)s more"}


def catalogues(language: str) -> list[Path]:
    return [ROOT / app / "locale" / language / "LC_MESSAGES" / "django.po" for app in APPS]


def said_by_code() -> Iterator[tuple[str, str]]:
    for path in (path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.func, ast.Name):
                continue
            first = node.args[0]
            if node.func.id in CALLS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, str(path.relative_to(ROOT))


def said_by_templates() -> Iterator[tuple[str, str]]:
    for path in (ROOT / "templates").rglob("*.html"):
        source = templatize(path.read_text(encoding="utf-8"))
        for literal in IN_TEMPLATE.findall(source):
            yield ast.literal_eval(literal), str(path.relative_to(ROOT))


@pytest.mark.parametrize("language", CHINESE)
def test_nothing_is_untranslated_or_fuzzy(language: str):
    entries = [entry for path in catalogues(language) for entry in polib.pofile(str(path))]
    assert [entry.msgid for entry in entries if not entry.translated() or entry.fuzzy] == []


@pytest.mark.parametrize("language", CHINESE)
def test_every_text_stands_in_a_catalogue(language: str):
    known = {entry.msgid for path in catalogues(language) for entry in polib.pofile(str(path))}
    said = {*said_by_code(), *said_by_templates()}
    assert len(said) > 1000, "the search for texts finds too little to mean anything"
    assert sorted(pair for pair in said if pair[0] and pair[0] not in known) == []


@pytest.mark.parametrize("language", CHINESE)
def test_placeholders_are_the_same_in_every_language(language: str):
    wrong = []
    for path in catalogues(language):
        for entry in polib.pofile(str(path)):
            texts = [entry.msgstr] if entry.msgstr else list(entry.msgstr_plural.values())
            names = {frozenset(re.findall(r"%\((\w+)\)", text)) for text in texts}
            if entry.msgid not in OTHER_NAMES and names != {
                frozenset(re.findall(r"%\((\w+)\)", entry.msgid_plural or entry.msgid))
            }:
                wrong.append(entry.msgid)
    assert wrong == []


@pytest.mark.parametrize("language", CHINESE)
def test_compiled_catalogues_are_those_of_the_source(language: str):
    for path in catalogues(language):
        compiled = {entry.msgid: entry.msgstr for entry in polib.mofile(str(path.with_suffix(".mo")))}
        source = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}
        assert compiled == source, path
