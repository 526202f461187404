"""Fault codes of a scan tool: read from typed or pasted text, and explained where the standard knows them.

A code has the structure of SAE J2012: letter of the system (P powertrain, C chassis, B body, U network), a digit that
says whose it is (0, 2 and part of 3 the standard's, 1 and the rest the maker's own), three hexadecimal digits.
A fault code is {"code", "state": "" | "current" | "pending" | "history", "text"?}; `text` is what the tool said.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh-hans", "zh-hant", "en")
DATA: dict[str, Any] = tomllib.loads(
    (Path(__file__).resolve().parent / "data" / "fault_codes.toml").read_text(encoding="utf-8")
)
STATES = ("", "current", "pending", "history")
RANK = {"current": 3, "pending": 2, "history": 1, "": 0}
MOST = 60
"""Codes of one car; a dead control unit brings about forty."""
MOST_TEXT = 120
MOST_CODE = 10

CODE = re.compile(r"(?<![A-Z0-9])([PCBU])[ ]?([0-9OIL])([0-9A-FOIL]{3})(?:[-/]?([0-9A-F]{2}))?(?![A-Z0-9])")
OWN_CODE = re.compile(r"^[\s\-*•#.,;:]*(?:0X)?((?=[0-9A-F]*[0-9])[0-9A-F]{4,6})(?=[\s:;,.\-]|$)")
"""A maker's number at the beginning of a line that has no code of the standard, such as 16684 or 2A87."""

STATE_WORDS = tuple(
    ("history" if name == "stored" else name, "|".join(DATA["states"][name])) for name in DATA["states"]["order"]
)
TRIM = " \t-–—:;,.|/\\()[]{}【】（）<>*#•\"'、，。；：="


def parse(text: str) -> list[dict[str, str]]:
    """Return the codes of a text, each once, in their order; a state may stand beside a code or head a paragraph.

    Lower case, full-width letters, the letter O for 0 and a failure type behind the code (P0301-00) are understood.
    """
    found: dict[str, dict[str, str]] = {}
    heading = ""
    for line in _lines(text):
        own = list(_codes_in(line))
        if not own:
            heading = _state(line) or heading
        for code, state, said in own:
            row = found.setdefault(code, {"code": code, "state": state or heading})
            if RANK[state] > RANK[row["state"]]:
                row["state"] = state
            if said and "text" not in row:
                row["text"] = said
    return list(found.values())[:MOST]


def _lines(text: str) -> list[str]:
    normal = unicodedata.normalize("NFKC", text)
    return [line for line in re.split(r"[\r\n]+", normal) if line.strip()]


def _codes_in(line: str) -> Iterator[tuple[str, str, str]]:
    """Yield code, state and the tool's words of each code of a line."""
    upper = "".join(letter.upper() if len(letter.upper()) == 1 else letter for letter in line)
    matches = [match for match in CODE.finditer(upper) if re.search(r"[0-9]", match[0])]
    if not matches:
        number = OWN_CODE.match(upper)
        if number and (len(number[1]) > 4 or re.search(r"[A-F]", number[1])):
            rest = line[number.end() :]
            yield number[1], _state(rest), _said(rest)
        return
    before = _state(line[: matches[0].start()])
    ends = [match.start() for match in matches[1:]] + [len(line)]
    for match, end in zip(matches, ends, strict=True):
        rest = line[match.end() : end]
        failure = f"-{match[4]} " if match[4] else ""
        yield _code(match), _state(rest) or before, (failure + _said(rest)).strip()


def _code(match: re.Match[str]) -> str:
    digits = (match[2] + match[3]).replace("O", "0").replace("I", "1").replace("L", "1")
    return match[1] + digits


def _state(text: str) -> str:
    upper = text.upper()
    return next((state for state, words in STATE_WORDS if re.search(words, upper)), "")


def _said(text: str) -> str:
    said = re.sub(r"\s+", " ", text).strip(TRIM)
    only_state = any(re.fullmatch(words, said.upper()) for _state_name, words in STATE_WORDS)
    return "" if only_state else said[:MOST_TEXT].strip()


def checked_fault_codes(value: Any) -> list[dict[str, str]]:
    """Return fault codes in their stored form. Raises ValueError for what no list of codes can say."""
    if not isinstance(value, list) or len(value) > MOST:
        raise ValueError("No list of codes.")
    return [_checked(row) for row in value]


def _checked(row: Any) -> dict[str, str]:
    if not isinstance(row, dict) or not isinstance(row.get("code"), str):
        raise ValueError(f"{row!r} is no fault code.")
    code, state, text = row["code"].strip().upper(), row.get("state", ""), str(row.get("text") or "").strip()
    if not re.fullmatch(r"[0-9A-Z]{4," + str(MOST_CODE) + "}", code) or state not in STATES:
        raise ValueError(f"{row!r} is no fault code.")
    return {"code": code, "state": state} | ({"text": text[:MOST_TEXT]} if text else {})


@dataclass(frozen=True)
class Explained:
    """What a code says. `kind`: "standard" (in the table), "group" (the system only), "maker" or "unknown"."""

    code: str
    kind: str
    text: str


def explain(code: str, language: str) -> Explained:
    """Return what a code says in a language; `text` is empty for a maker's own or unknown code."""
    place = LANGUAGES.index(language)
    texts = table().get(code)
    if texts:
        return Explained(code, "standard", texts[place])
    if not re.fullmatch(r"[PCBU][0-3][0-9A-F]{3}", code):
        return Explained(code, "unknown", "")
    if not standard(code):
        return Explained(code, "maker", "")
    systems = DATA["systems"]
    group = systems.get(code[:3]) or systems[code[:2]]
    return Explained(code, "group", group[place])


def standard(code: str) -> bool:
    """Tell whether the second character gives the code to the standard: 0; P2; P34 to P39; U3."""
    if code[1] == "0" or code[:2] in ("P2", "U3"):
        return True
    return code[:2] == "P3" and code[2] in "456789ABCDEF"


@cache
def table() -> dict[str, list[str]]:
    """Return code → its words in zh-hans, zh-hant and English, for all that the data spells out."""
    found: dict[str, list[str]] = {}
    for series in DATA["series"]:
        for offset, ending in enumerate(DATA["endings"][series["endings"]]):
            found[_after(series["first"], offset)] = _joined(series["part"], ending)
    for run in DATA["counts"]:
        for number in range(run["times"]):
            words = [text.format(n=run["from"] + number) for text in run["text"]]
            found[_after(run["first"], number * run["step"])] = words
    for code, module in DATA["modules"].items():
        texts = zip(DATA["lost"]["text"], module, strict=True)
        found[code] = [text.format(module=name) for text, name in texts]
    return found | DATA["codes"]


def _after(code: str, offset: int) -> str:
    """Return the code `offset` places on; families of the standard count in decimal digits."""
    return f"{code[0]}{int(code[1:]) + offset:04}"


def _joined(part: list[str], ending: list[str]) -> list[str]:
    return [first + (" " if language == "en" else "") + last
            for language, first, last in zip(LANGUAGES, part, ending, strict=True)]  # fmt: skip
