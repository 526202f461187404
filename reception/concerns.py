"""What troubles the customer (互动问诊): a kind and chosen answers that become one sentence in each language.

A concern is {"kind", "words", "when": [codes], "where": [codes], "how": [codes], "often", "since", "speed"?}; its codes
and all words stand in data/concerns.toml. `static/js/concerns.js` builds the same sentence from `page_words`.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

LANGUAGES = ("zh-hans", "zh-hant", "en")
DATA: dict[str, Any] = tomllib.loads(
    (Path(__file__).resolve().parent / "data" / "concerns.toml").read_text(encoding="utf-8")
)
KINDS: dict[str, Any] = DATA["kinds"]
USUAL: dict[str, Any] = DATA["usual"]

LISTS = ("when", "where", "how")
MOST = 8
"""Concerns of one visit; more is a list of wishes."""
MOST_WORDS = 300
SPEEDS = (20, 40, 60, 80, 100, 120)
"""Chips of how fast, km/h."""
FAST, FASTEST = 80, 200
STATES = ("weather", "warmth", "charge", "update", "speed", "force")
"""Groups of states as Chinese puts them before the action; English says them behind it, the other way round."""
ENDS = " \t\r\n,.;:!?，。；：！？、…"


def checked_concerns(value: Any) -> list[dict[str, Any]]:
    """Return concerns in their stored form. Raises ValueError for what no list of concerns can say."""
    if not isinstance(value, list) or len(value) > MOST:
        raise ValueError("No list of concerns.")
    return [checked_concern(each) for each in value]


def checked_concern(value: Any) -> dict[str, Any]:
    """Return one concern in its stored form. Raises ValueError for unknown codes and for one that says nothing."""
    if not isinstance(value, dict) or not isinstance(value.get("kind"), str) or value["kind"] not in KINDS:
        raise ValueError("No kind of concern.")
    kind = value["kind"]
    concern: dict[str, Any] = {"kind": kind, "words": str(value.get("words") or "").strip()[:MOST_WORDS]}
    for name in LISTS:
        concern[name] = _codes(value.get(name) or [], codes_of(kind, name))
    for name in ("often", "since"):
        concern[name] = _code(value.get(name) or "", {"", *DATA[name]})
    speed = value.get("speed")
    if speed is not None:
        if isinstance(speed, bool) or not isinstance(speed, int) or not 0 < speed <= FASTEST:
            raise ValueError(f"{speed!r} is no speed.")
        # A figure says more than "fast": both in one sentence would contradict each other.
        concern["when"] = [code for code in concern["when"] if DATA["when"][code]["group"] != "speed"]
        concern["speed"] = speed
    if kind == "other" and not concern["words"]:
        raise ValueError("Something else, and no words for it.")
    return concern


def codes_of(kind: str, name: str) -> list[str]:
    """Return the codes that a list of this kind may hold; `how` holds what (a lamp, a fluid) and how."""
    rules = KINDS[kind]
    return [*rules.get("what", []), *rules.get("how", [])] if name == "how" else list(rules.get(name, []))


def _codes(value: Any, known: Iterable[str]) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is no list.")
    known = list(known)
    chosen = {_code(code, known) for code in value}
    return [code for code in known if code in chosen]


def _code(value: Any, known: Iterable[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{value!r} is none of the answers.")
    return value


def sentence(concern: Mapping[str, Any], language: str) -> str:
    """Return the concern as one sentence; where nothing was answered the customer's own words are it."""
    grammar = DATA["grammar"][language]
    words = re.sub(r"\s+", " ", concern.get("words", "")).strip(ENDS)
    answered = any(concern.get(name) for name in (*LISTS, "speed"))
    core = words if words and not answered else _core(concern, language, words)
    tails = [_phrase(name, concern[name], language) for name in ("often", "since") if concern.get(name)]
    text = grammar["tail"].join([core, *tails]) + grammar["stop"]
    return text[:1].upper() + text[1:]


def sentences(concerns: Iterable[Mapping[str, Any]], language: str) -> str:
    """Return all concerns, sentence after sentence."""
    return DATA["grammar"][language]["gap"].join(sentence(concern, language) for concern in concerns)


def reader() -> str:
    """Return the language of the page, as the words of concerns name it."""
    language = (get_language() or "").lower()
    return language if language in LANGUAGES else "zh-hans"


def line_of(concern: Mapping[str, Any]) -> str:
    """Return the key of the price list's pick that usually answers a concern."""
    rules = KINDS[concern["kind"]]
    answers = [code for name in LISTS for code in concern.get(name, [])]
    answers += ["fast"] if concern.get("speed", 0) >= FAST else []
    return str(next((rules["lines"][code] for code in answers if code in rules.get("lines", {})), rules["line"]))


def _core(concern: Mapping[str, Any], language: str, words: str) -> str:
    rules, how = KINDS[concern["kind"]], concern.get("how", [])
    slots = {
        "when": _when(concern, language),
        "where": _and("where", concern.get("where", []), language),
        "what": _and("what", [code for code in how if code in rules.get("what", [])], language),
        "how": _and("how", [code for code in how if code in rules.get("how", [])], language),
        "always": _phrase("when", "always", language) if "always" in concern.get("when", []) else "",
        "words": words,
    }
    return _filled(rules[language], slots)


def _filled(template: str, slots: Mapping[str, str]) -> str:
    def optional(match: re.Match[str]) -> str:
        return match[1] if all(slots[name] for name in re.findall(r"\{(\w+)", match[1])) else ""

    def slot(match: re.Match[str]) -> str:
        return slots[match[1]] or match[2] or ""

    text = re.sub(r"\{(\w+)(?:\|([^}]*))?\}", slot, re.sub(r"\[([^]]*)\]", optional, template))
    return re.sub(r" +", " ", text).strip()


def _when(concern: Mapping[str, Any], language: str) -> str:
    grammar, chosen = DATA["grammar"][language], concern.get("when", [])
    base = KINDS[concern["kind"]].get("base")
    actions = [code for code in [base, *chosen] if code and DATA["when"][code]["group"] == "action"]
    groups = [[DATA["when"][code][language] for code in chosen if DATA["when"][code]["group"] == group]
              for group in STATES]  # fmt: skip
    if concern.get("speed"):
        words = [word.format(speed=concern["speed"]) for word in grammar["speed"]]
        groups[STATES.index("speed")] = [["", *words]]
    groups = [group for group in groups if group]
    if language == "en":
        groups.reverse()
    alone = not actions
    states = [
        grammar["or"].join(word[-1] if alone and (place, at) == (len(groups), len(group)) else word[1]
                           for at, word in enumerate(group, start=1))
        for place, group in enumerate(groups, start=1)
    ]  # fmt: skip
    acting = grammar["or"].join(_phrase("when", code, language) for code in dict.fromkeys(actions))
    template = grammar["alone"] if alone else grammar["at"]
    return str(template.format(states=grammar["gap"].join(states), actions=acting)).strip()


def _and(name: str, codes: list[str], language: str) -> str:
    comma, last = DATA["grammar"][language]["also" if name == "how" else "and"]
    said = [_phrase(name, code, language) for code in codes]
    return last.join([comma.join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)


def _phrase(name: str, code: str, language: str) -> str:
    words = DATA[name][code][language]
    return str(words[min(1, len(words) - 1)])


def page_words(language: str) -> dict[str, Any]:
    """Return what the page's script needs to build the same sentences, in one language."""
    names = ("where", "what", "how", "often", "since")
    return {
        "language": language, "grammar": DATA["grammar"][language], "states": STATES,
        "kinds": {code: {"template": kind[language], "base": kind.get("base", ""), "what": kind.get("what", []),
                         "how": kind.get("how", [])} for code, kind in KINDS.items()},
        "when": {code: [word["group"], *word[language][1:]] for code, word in DATA["when"].items()},
        "usual": {code: {name: answer for name, answer in one.items() if name not in LANGUAGES}
                  for code, one in USUAL.items()},
        **{name: {code: _phrase(name, code, language) for code in DATA[name]} for name in names},
    }  # fmt: skip
