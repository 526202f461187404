"""The kinds of messages, as strings and rules only; a part of the wiring (`dealership.wiring`)."""

from typing import NamedTuple


class ToldForm(NamedTuple):
    """Where a person's word goes: URL name of the form, its field, and the values for text and phone."""

    url: str = "message-told"
    field: str = "how"
    copy: str = "copy"
    phone: str = "phone"


class MessageKind(NamedTuple):
    """A kind of message: its variables, whether quiet hours hold it back, minutes between two of it for a visit.

    `told` is posted to when a person tells it; a kind that stands for a record of another app names that app's form.
    `on`: sent unless the store says otherwise. `needs_answer`: not counted among the few that only inform; `always`:
    goes even when those are used up. `over`: function(message) -> bool that says whether its subject is past, asked
    when it is claimed; "" where it never is. `staff`: for a person of the store, no customer's kind. `bare`: to a
    phone that asked for it itself and may be nobody's yet: never switched off, nothing to opt out of.
    """

    variables: tuple[str, ...]
    quiet: bool = True
    gap: int = 0
    told: ToldForm = ToldForm()
    on: bool = True
    needs_answer: bool = False
    always: bool = False
    over: str = ""
    staff: bool = False
    bare: bool = False


COMMON = ("customer", "plate", "store", "store_phone", "advisor", "advisor_phone", "link")
"""Variables that every message to a customer may say."""
MESSAGES_A_VISIT = 4
"""So many messages of a visit that need no answer; what comes after is not sent."""
HOUR, DAY = 60, 24 * 60

MESSAGE_KINDS: dict[str, MessageKind] = {
    "booking_reminder": MessageKind(
        (*COMMON, "appointment_time", "lane"), gap=DAY // 2, over="reception.queries.message_ends.reminder_over"
    ),
    "received": MessageKind((*COMMON, "ready_time"), gap=HOUR, on=False, over="dealership.queries.message_ends.left"),
    "offer": MessageKind(
        (*COMMON, "amount", "ready_time", "answer_by"),
        needs_answer=True,
        over="reception.queries.message_ends.offer_over",
    ),
    "delay": MessageKind(
        (*COMMON, "reason", "ready_time", "promised"), over="dealership.queries.message_ends.time_changed"
    ),
    "ready": MessageKind(
        (*COMMON, "ready_time", "promised"),
        told=ToldForm("ready-notice", "way", "copied", "phone"),
        always=True,
        over="dealership.queries.message_ends.not_ready",
    ),
    "unpaid": MessageKind(
        (*COMMON, "amount"),
        gap=DAY,
        on=False,
        needs_answer=True,
        over="delivery.queries.message_ends.paid",
    ),
    "on_its_way": MessageKind(
        (*COMMON, "arrival_time"), quiet=False, gap=HOUR, on=False, over="delivery.queries.message_ends.brought"
    ),
    "thanks": MessageKind(COMMON, gap=DAY, on=False, over="dealership.queries.message_ends.came_again"),
    "survey": MessageKind(COMMON, gap=7 * DAY, needs_answer=True, over="dealership.queries.message_ends.came_again"),
    "next_service": MessageKind(
        (*COMMON, "next_date", "next_km"), gap=7 * DAY, on=False, over="dealership.queries.message_ends.came_again"
    ),
    "open_advice": MessageKind(
        (*COMMON, "advice"), gap=7 * DAY, on=False, over="dealership.queries.message_ends.came_again"
    ),
    "booking_code": MessageKind(
        ("code", "minutes", "store", "store_phone"),
        quiet=False,
        over="reception.queries.message_ends.code_over",
        bare=True,
    ),
    "staff_alert": MessageKind(("text", "url"), quiet=False, staff=True),
    "day_digest": MessageKind(("text", "url"), quiet=False, staff=True),
    "week_digest": MessageKind(("text", "url"), quiet=False, staff=True),
    "test": MessageKind(COMMON, quiet=False, gap=1, staff=True),
}
