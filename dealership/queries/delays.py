"""What a customer reads when the ready time moves."""

from dataclasses import dataclass
from datetime import datetime

from dealership.delays import reason_words
from dealership.models import Visit
from dealership.queries.message_rules import reach, silence
from dealership.queries.messages import language_of, render, variables_of


@dataclass(frozen=True)
class DelayText:
    """The text as it would go out, over which channel; `silence`: why none would ("" where it goes)."""

    text: str
    language: str
    channel: str
    silence: str


def delay_text(visit: Visit, *, due_at: datetime, reason: str, now: datetime) -> DelayText:
    """Return the text about a ready time that moves to `due_at` for `reason` (a code or words); nothing is written."""
    language = language_of(visit)
    channel, _recipient = reach(visit.store, visit.customer, kind="delay", language=language)
    given = {
        "reason": reason_words(reason, language), "ready_time": due_at, "promised": visit.ready_due or "",
        "link": "https://…",
    }  # fmt: skip
    texts = variables_of(visit, kind="delay", language=language, now=now, given=given)
    _subject, text = render(kind="delay", channel=channel, language=language, variables=texts)
    return DelayText(text, language, channel, silence(visit, kind="delay"))
