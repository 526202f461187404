"""Expected against actual, a line each, at the end of the run."""

from collections.abc import Callable
from typing import Any

import pytest

LINE = "fault"
Tell = Callable[[str, Any, Any], None]


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Note a line and hold it against what was expected: an exact value, or a function of the actual one."""

    def note(what: str, expected: Any, actual: Any) -> None:
        words, good = expected if isinstance(expected, tuple) and callable(expected[1]) else (expected, None)
        well = good(actual) if good else actual == expected
        record_property(LINE, f"{'ok ' if well else 'BAD'}  {what:<66}  expected {words}  actual {actual}")
        assert well, f"{what}: expected {words}, actual {actual}"

    return note


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the lines of every scenario, in the order in which they ended."""
    reports = [one for key in ("passed", "failed") for one in terminalreporter.stats.get(key, [])]
    lines = [text for one in reports for name, text in getattr(one, "user_properties", []) if name == LINE]
    if lines:
        terminalreporter.write_sep("-", "faults: expected against actual")
        for line in lines:
            terminalreporter.write_line(line)
