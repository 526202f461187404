"""The catalogue of figures: what each is called, how it is made, and which direction is better (docs/figures.md).

A definition is what the sheet behind a figure says. `own_rule` marks what no outside source states.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from dealership.models import Promise

Unit = Literal["percent", "minutes", "points", "count", "money"]
Better = Literal["up", "down"]
KEPT = "kept."
"""Begins the code of the keeping rate of one kind of promise: `kept.ready`."""


@dataclass(frozen=True)
class Figure:
    """One figure of the catalogue; `code` is at most 24 characters and never changes."""

    code: str
    name: str | Words
    definition: str | Words
    unit: Unit
    better: Better
    group: str
    own_rule: bool = False


GROUPS: dict[str, str | Words] = {
    "scores": _("Scores"),
    "promises": _("Promises"),
    "waiting": _("Waiting and effort"),
    "money": _("Estimate and extra work"),
    "quality": _("Handover and quality"),
    "voice": _("Customers"),
    "records": _("How honestly it was recorded"),
}
"""Group → its words, in the order of the page."""

SCORES = (
    Figure(
        "score", _("One figure"),
        _("The mean of the touchpoints' single figures (0 to 10); the store sets how the three readings are weighed."),
        "points", "up", "scores", own_rule=True,
    ),
    Figure(
        "execution", _("Execution"),
        _("The mean of all execution scores (0 to 10): 10 × the sum of the steps' weights ÷ the steps that apply."),
        "points", "up", "scores", own_rule=True,
    ),
    Figure(
        "self_check", _("Self-check"),
        _("The mean of the touchpoints' self-check (0 to 10), each of at least 5, over windows of 28 days to the end."),
        "points", "up", "scores",
    ),
    Figure(
        "customer", _("Customer"),
        _("What customers felt against what they expected, −2 to +2, as 2.5 × (gap + 2): the mean of the touchpoints "
          "with at least 5 answers, over windows of 28 days to the end."),
        "points", "up", "scores",
    ),
)  # fmt: skip

PROMISES = (
    Figure(
        "promises_kept", _("Promises kept"),
        _("Kept ÷ (kept + late + broken), of the promises settled in the period. Released ones count nowhere."),
        "percent", "up", "promises",
    ),
    Figure(
        "promises_late", _("Promises kept late"),
        _("Up to 15 minutes after the time, or moved later with the customer's consent before it was due."),
        "percent", "down", "promises", own_rule=True,
    ),
    Figure(
        "promises_broken", _("Promises broken"),
        _("Neither kept nor late: more than 15 minutes over, or an amount above the one agreed."),
        "percent", "down", "promises", own_rule=True,
    ),
    Figure(
        "padding_minutes", _("Padding of promises"),
        _("Promised minus calculated time, median in minutes. Large padding keeps promises, but lets customers wait."),
        "minutes", "down", "promises", own_rule=True,
    ),
    *(
        Figure(
            KEPT + kind.value, kind.label,
            _("Kept ÷ (kept + late + broken), of the promises of this kind settled in the period."),
            "percent", "up", "promises",
        )
        for kind in Promise.Kind
    ),
)  # fmt: skip

WAITING = (
    Figure(
        "greeting_wait", _("Gate to greeting"),
        _("From the gate to the first greeting, median in minutes. Cars without a customer beside them are left out."),
        "minutes", "down", "waiting",
    ),
    Figure(
        "greeting_p90", _("Gate to greeting, nine in ten"),
        _("Nine in ten customers were greeted within this time."),
        "minutes", "down", "waiting",
    ),
    Figure(
        "greeting_in_2", _("Greeted within 2 minutes"),
        _("Share of customers greeted at most 2 minutes after the gate; who was never greeted counts as not."),
        "percent", "up", "waiting", own_rule=True,
    ),
    Figure(
        "transfers", _("Unplanned transfers"),
        _("How often a car went to another advisor, per visit: each time the customer has to tell everything again."),
        "count", "down", "waiting", own_rule=True,
    ),
    Figure(
        "unattended", _("Minutes unattended"),
        _("Per visit: from the gate to the greeting, and from sending the settlement to the cashier to the payment."),
        "minutes", "down", "waiting", own_rule=True,
    ),
    Figure(
        "customer_calls", _("Customers had to ask"),
        _("How often a customer had to ask of their own accord by the link, per visit. Phone calls leave no record."),
        "count", "down", "waiting", own_rule=True,
    ),
)  # fmt: skip

MONEY = (
    Figure(
        "estimate_accuracy", _("Settled as quoted or below"),
        _("Share of visits settled at most at the first price the customer agreed to."),
        "percent", "up", "money", own_rule=True,
    ),
    Figure("estimate_equal", _("Settled exactly as quoted"),
           _("Settled at the first price the customer agreed to."), "percent", "up", "money", own_rule=True),
    Figure("estimate_below", _("Settled below the quote"),
           _("Settled below the first price the customer agreed to."), "percent", "up", "money", own_rule=True),
    Figure("estimate_above", _("Settled above, with consent"),
           _("Settled above the first price: the customer agreed to more later. Without consent it is not possible."),
           "percent", "down", "money", own_rule=True),
    Figure("extra_agreed", _("Extra work agreed"),
           _("Of the lines found in the workshop and put to the customer: agreed."), "percent", "up", "money"),
    Figure("extra_declined", _("Extra work not this time"),
           _("Of the lines found in the workshop and put to the customer: not this time."), "percent", "down", "money"),
    Figure("extra_unanswered", _("Extra work without an answer"),
           _("Of the lines found in the workshop and put to the customer: no answer until the car left."),
           "percent", "down", "money"),
    Figure("extra_minutes", _("Time to an answer"),
           _("From sending a line (or noting it) to the customer's answer, median in minutes."),
           "minutes", "down", "money"),
)  # fmt: skip

QUALITY = (
    Figure(
        "on_time_handover", _("Handover on time"),
        _("Share of cars with a promised time whose customer was told by then that the car is ready; without a notice "
          "the handover counts."),
        "percent", "up", "quality",
    ),
    Figure(
        "comebacks_30", _("Comebacks within 30 days"),
        _("Share of visits after which the car's next visit was a comeback within 30 days, by the day of the first "
          "visit. Visits whose 30 days are not over yet are left out."),
        "percent", "down", "quality", own_rule=True,
    ),
)  # fmt: skip

VOICE = (
    Figure("link_opened", _("Links opened"),
           _("Of the visits whose customer got a link: those in which it was opened."), "percent", "up", "voice"),
    Figure("answered", _("Customers who answered"),
           _("Of the visits that ended in the period: those of which the customer said how it was."),
           "percent", "up", "voice"),
)  # fmt: skip

RECORDS = (
    Figure("live_share", _("Recorded in time"),
           _("Share of the applicable steps ticked before, within or up to 30 minutes after their stage."),
           "percent", "up", "records", own_rule=True),
    Figure("late_share", _("Recorded late"),
           _("Share of the applicable steps ticked later on the same day; each counts half."),
           "percent", "down", "records", own_rule=True),
    Figure("bulk_share", _("Ticked in bulk"),
           _("Share of the applicable steps ticked by hand on three or more touchpoints within 20 seconds, or on a "
             "later day; they count nothing."),
           "percent", "down", "records", own_rule=True),
    Figure("skipped_share", _("Not done"),
           _("Share of the applicable steps said to be not done, with a reason; they count nothing."),
           "percent", "down", "records"),
    Figure("unrecorded_share", _("Not recorded"),
           _("Share of the applicable steps that nobody answered."), "percent", "down", "records", own_rule=True),
    Figure("rounds_done", _("Self-check rounds done"),
           _("Rounds finished ÷ rounds drawn. A missed round stays missed."), "percent", "up", "records"),
)  # fmt: skip


def _by_code(figures: Iterable[Figure]) -> dict[str, Figure]:
    return {figure.code: figure for figure in figures}


FIGURES: dict[str, Figure] = _by_code((*SCORES, *PROMISES, *WAITING, *MONEY, *QUALITY, *VOICE, *RECORDS))
"""Code → figure, in the order of the page."""
