"""Rules of what follows a visit, as data: what is told or called, after what, and when. A store has its own form of
each (`FollowUpRule`); the texts are those of the kinds (`wiring.MESSAGE_KINDS`).
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db import models
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from dealership.models import Store

CALL = "call"
"""The kind of a rule that a person does on the phone; also what a customer opts out of who wants no calls."""
MORNING = time(10)
"""When people take a message or a call kindly: after the way to work, before lunch."""


class Trigger(models.TextChoices):
    """The fact that a rule follows."""

    BOOKED = "booked", _("A customer booked")
    ARRIVED = "arrived", _("The car arrived")
    READY = "ready", _("The advisor says it is ready")
    TO_PAY = "to_pay", _("The sheet went to the cashier")
    ON_ITS_WAY = "on_its_way", _("The car is brought home")
    LEFT = "left", _("The car left")


class Rule(NamedTuple):
    """One rule: `days` and `minutes` after its trigger, or on that day at the clock time `at`.

    `before`: the days count back from the appointment or the next service. `colour`: of the advice that it names.
    `until_return`: over when the car comes in again. `planned`: False where another action tells it at its moment.
    `subject`: kept only once an app names what it is about (`wiring.FOLLOW_UP_SUBJECTS`).
    """

    code: str
    trigger: str
    kind: str
    name: str | Words
    days: int = 0
    minutes: int = 0
    at: time | None = None
    before: bool = False
    colour: str = ""
    until_return: bool = False
    planned: bool = True
    subject: bool = False


# Sources: ready, thanks, survey and call are the product's default rhythm (1 hour, next morning, day 3); advice by
# colour (red 14 days, yellow 60) and 14 days' notice of a service are product defaults too: no public figure exists,
# every store has its own.
RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("booking_reminder", Trigger.BOOKED, "booking_reminder", _("Booking reminder"), 1, at=MORNING, before=True),
        Rule("received", Trigger.ARRIVED, "received", _("Car received")),
        Rule("ready", Trigger.READY, "ready", _("Car ready for pickup"), planned=False),
        Rule("unpaid", Trigger.TO_PAY, "unpaid", _("Still to be paid"), minutes=30),
        Rule("on_its_way", Trigger.ON_ITS_WAY, "on_its_way", _("Car on its way home")),
        Rule("thanks", Trigger.LEFT, "thanks", _("Thank you"), minutes=60, until_return=True),
        Rule("survey", Trigger.LEFT, "survey", _("Survey"), 1, at=MORNING, until_return=True, subject=True),
        Rule("call", Trigger.LEFT, CALL, _("Follow-up call"), 3, at=MORNING),
        Rule("advice_red", Trigger.LEFT, "open_advice", _("Open advice, urgent"), 14, at=MORNING, colour="red",
             until_return=True),
        Rule("advice_yellow", Trigger.LEFT, "open_advice", _("Open advice, to watch"), 60, at=MORNING, colour="yellow",
             until_return=True),
        Rule("next_service", Trigger.LEFT, "next_service", _("Next service due"), 14, at=MORNING, before=True,
             until_return=True),
    )
}  # fmt: skip

MOST_DAYS, MOST_MINUTES = 730, 24 * 60
"""What a store may enter; later than two years nobody remembers the visit."""
CALLS = 3
"""So often a customer who does not answer is called, a day apart."""


class Timing(NamedTuple):
    """When a rule of a store is due: `days` and `minutes` later, or on that day at the store's clock time `at`."""

    days: int
    minutes: int
    at: time | None

    def after(self, moment: datetime, store: Store) -> datetime:
        """Return when it is due after the aware `moment`."""
        if self.at is None:
            return moment + timedelta(days=self.days, minutes=self.minutes)
        day = moment.astimezone(store.zone).date() + timedelta(days=self.days)
        return datetime.combine(day, self.at, tzinfo=store.zone)

    def ahead(self, day: date, store: Store) -> datetime:
        """Return when it is due ahead of a day."""
        return datetime.combine(day - timedelta(days=self.days), self.at or MORNING, tzinfo=store.zone)
