"""What a message says, and the messages of a visit."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.template import Context
from django.template.loader import select_template
from django.urls import reverse
from django.utils import translation

from dealership import plates, wiring
from dealership.channels import channel as channel_of
from dealership.models import Message, MessageTemplate, Store, Visit
from dealership.queries.message_words import channel_words, kind_words

State = Message.State


def render(*, kind: str, channel: str, language: str, variables: Mapping[str, str]) -> tuple[str, str]:
    """Return subject and text of a message in `language`.

    The store's own newest text wins; it names variables as `{plate}`. Else the product's, in the words of the
    catalogue. Only an e-mail has a subject.
    """
    own = own_text(kind=kind, channel=channel, language=language)
    if own:
        return fill(own.subject, variables), fill(own.body, variables)
    return product_text(kind=kind, channel=channel, language=language, variables=variables)


def own_text(*, kind: str, channel: str, language: str) -> MessageTemplate | None:
    """Return the store's newest text, None where it uses the product's. A log prints what a person would send."""
    name = "by_hand" if channel == "console" else channel
    return MessageTemplate.objects.filter(kind=kind, channel=name, language=language).order_by("-version").first()


def product_text(*, kind: str, channel: str, language: str, variables: Mapping[str, str]) -> tuple[str, str]:
    """Return subject and text of the product: `templates/messages/<kind>.<channel's kind>.txt` or the nearest to it."""
    way = channel_of(channel).kind
    with translation.override(language):
        template = select_template([f"messages/{kind}.{name}.txt" for name in _TEXTS.get(way, (way,))])
        text = template.template.render(Context(dict(variables), autoescape=False))  # type: ignore[attr-defined]
    text = re.sub(r"(?<=[。，：]) +", "", text.strip())
    if way == "email":
        subject, _line, body = text.partition("\n")
        return subject.strip(), re.sub(r"\n{3,}", "\n\n", body.strip())
    return "", re.sub(r"\n{2,}", "\n", text)


_TEXTS = {
    "sms": ("sms",),
    "email": ("email", "by_hand", "sms"),
    "by_hand": ("by_hand", "sms"),
    "wechat": ("wechat", "by_hand", "sms"),
    "console": ("console", "by_hand", "sms"),
}
"""Channel's kind → whose text it takes, the first that is there."""


def fill(text: str, variables: Mapping[str, str]) -> str:
    """Put the variables into a store's own text; what is not a variable stays as typed."""
    return re.sub(r"\{(\w+)\}", lambda found: variables.get(found[1], found[0]), text)


def variables_of(visit: Visit, *, kind: str, language: str, now: datetime, given: Mapping[str, Any]) -> dict[str, str]:
    """Return the text of every variable of `kind`, empty where nothing is known; `link` only where it is given.

    `given` wins; an aware datetime is written as the store's clock time. Raises KeyError for a name that is not a
    variable of this kind.
    """
    names = wiring.MESSAGE_KINDS[kind].variables
    for name in given:
        if name not in names:
            raise KeyError(f"{name} is no variable of the message {kind}")
    values: dict[str, Any] = {name: _KNOWN[name](visit, language) for name in names if name in _KNOWN}
    values["ready_time"] = now if kind == "ready" else visit.ready_due
    values |= given
    local = now.astimezone(visit.store.zone)
    return {
        name: moment(value, local, language) if isinstance(value, date) else str(value or "")
        for name, value in values.items()
        if name in names
    }


def language_of(visit: Visit) -> str:
    """Return the language in which this visit's customer is written to."""
    return visit.customer.language if visit.customer else visit.store.language


def lane_in(visit: Visit, language: str) -> str:
    """Return the name of the visit's lane in `language`."""
    with translation.override(language):
        return str(visit.get_lane_display())


def moment(value: date, local: datetime, language: str) -> str:
    """Write a date, or a moment as a clock time in the zone of `local` (now), with its day where it is another."""
    if not isinstance(value, datetime):
        return f"{value.day} {value:%b %Y}" if language == "en" else f"{value.year}年{value.month}月{value.day}日"
    at = value.astimezone(local.tzinfo)
    if at.date() == local.date():
        return f"{at:%H:%M}"
    return f"{at.day} {at:%b %H:%M}" if language == "en" else f"{at.month}月{at.day}日 {at:%H:%M}"


def send_time(store: Store, *, quiet: bool, now: datetime) -> datetime:
    """Return when a message may go out: now, or the end of the store's quiet hours for a kind that keeps them."""
    local = now.astimezone(store.zone)
    clock, start, end = local.time(), store.quiet_from, store.quiet_until
    held = (start <= clock < end) if start <= end else (clock >= start or clock < end)
    if not quiet or not held:
        return now
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=store.zone)


@dataclass(frozen=True)
class MessageLine:
    """A message in words: what it is, how it stands (chip), and whether a person has to tell it now."""

    message: Message
    title: str
    words: str
    tone: str
    icon: str
    for_a_person: bool
    told: wiring.ToldForm
    fell_back: bool = False

    @property
    def failed(self) -> bool:
        """True where it may be sent once more."""
        return self.for_a_person and self.message.state == State.FAILED

    @property
    def told_url(self) -> str:
        """Where a person's word is posted to."""
        where = {"store": self.message.store.code, "visit": self.message.visit_id}
        own = {"message": self.message.pk} if self.told == wiring.ToldForm() else {}
        return reverse(self.told.url, kwargs=where | own)


def messages_of(visit: Visit) -> list[MessageLine]:
    """Return the messages of a visit, the newest first."""
    rows = Message.objects.filter(visit=visit).select_related("told_by", "store").order_by("-created_at", "-id")
    fell_back = {row.fallback_of_id for row in rows}
    return [line_of(row, fell_back=row.pk in fell_back) for row in rows]


def line_of(row: Message, *, fell_back: bool = False) -> MessageLine:
    """Return a message in words; its `told_by` and `store` are best fetched along.

    `fell_back`: another channel has taken its place, so nobody has to look after this one.
    """
    tone, icon = _TONES.get(row.state, ("neutral", "clock"))
    words = " · ".join([str(channel_words(row.channel)), str(row.get_state_display())])
    # A message that failed or may have gone out is known to its app already: only the row is healed.
    known = row.state == State.FAILED or bool(row.error)
    return MessageLine(
        message=row, title=str(kind_words(row.kind)), words=words, tone=tone, icon=icon,
        for_a_person=row.state in {State.BY_HAND, State.FAILED} and row.visit_id is not None and not fell_back,
        fell_back=fell_back,
        told=wiring.ToldForm() if known else wiring.MESSAGE_KINDS[row.kind].told,
    )  # fmt: skip


_TONES: dict[str, tuple[str, str]] = {
    State.SENT: ("ok", "circle-check"),
    State.DELIVERED: ("ok", "circle-check"),
    State.FAILED: ("bad", "alert-triangle"),
    State.BY_HAND: ("risk", "phone"),
    State.UNKNOWN: ("risk", "hourglass"),
    State.CANCELLED: ("neutral", "circle-minus"),
}

_KNOWN: dict[str, Callable[[Visit, str], Any]] = {
    "customer": lambda visit, language: visit.customer.address(language) if visit.customer else "",
    "plate": lambda visit, language: plates.describe(visit.vehicle.plate).display,
    "store": lambda visit, language: visit.store.name,
    "store_phone": lambda visit, language: visit.store.phone,
    "advisor": lambda visit, language: visit.advisor.name if visit.advisor else "",
    "advisor_phone": lambda visit, language: (visit.advisor.phone if visit.advisor else "") or visit.store.phone,
    "promised": lambda visit, language: visit.ready_due,
    "lane": lambda visit, language: lane_in(visit, language),
}
