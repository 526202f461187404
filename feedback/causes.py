"""The four questions that lead from a weak touchpoint to its cause, in their order, and the measures that fit.

Source: the method's root cause analysis (standard, training, rules, monitoring). They are asked one after
the other and each can be answered yes or no; the first "no" is the cause, what follows is not asked any more.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Measure:
    """A kind of measure: its name on the button and one example of it done well."""

    code: str
    name: Promise
    example: Promise


@dataclass(frozen=True)
class Cause:
    """A possible cause; `code` is a value of RootCause.Cause, `evidence` says which figures help to answer."""

    code: str
    question: Promise
    evidence: Promise
    measures: tuple[Measure, ...]


STANDARD = Cause(
    code="standard",
    question=_("Is it written down who does what here, and what good looks like?"),
    evidence=_("The steps of this touchpoint with script and point to watch, and the open proposals of the staff."),
    measures=(
        Measure(
            "write-step",
            _("Write the missing step"),
            _("Add to the walkaround: the advisor stands ready and greets first. One sentence that can be seen."),
        ),
        Measure(
            "make-visible",
            _("Make the standard visible"),
            _("“Meet quickly” becomes “at the car door within two minutes of being let in”."),
        ),
        Measure(
            "take-proposal",
            _("Take up a proposal of the staff"),
            _("An advisor's better script is discussed at the morning meeting and published as a new version."),
        ),
    ),
)
TRAINING = Cause(
    code="training",
    question=_("Do all who do it know how?"),
    evidence=_("Who was trained or played the roles and when, and whether a few people leave it out or all do."),
    measures=(
        Measure(
            "role-play",
            _("Role play at the morning meeting"),
            _("For three days two people play customer and advisor from the card; the others say what they saw."),
        ),
        Measure(
            "side-by-side",
            _("Side by side with the best"),
            _("Whoever does it best takes a colleague along for five cars; then the colleague leads for five."),
        ),
        Measure(
            "learn-from-case",
            _("Learn from one case"),
            _("One visit told in five minutes: what the customer said, what was not heard, what to say next time."),
        ),
    ),
)
RULES = Cause(
    code="rules",
    question=_("Do those who can do it really do it, on busy days too?"),
    evidence=_("The same person on quiet and on busy days, steps not done with their reasons, and ticks in bulk."),
    measures=(
        Measure(
            "agree-rule",
            _("Agree on a rule"),
            _("The team agrees and writes down: no ready notice before the advisor has been at the car."),
        ),
        Measure(
            "reward-first",
            _("Reward before anything else"),
            _("Each week one farewell done well is praised by name; the formula of the bonus is open to everybody."),
        ),
        Measure(
            "clear-the-way",
            _("Clear what stands in the way"),
            _("On Saturdays the bookings are 15 minutes apart, so that two minutes to the greeting can be kept."),
        ),
    ),
)
MONITORING = Cause(
    code="monitoring",
    question=_("Does somebody watch that it stays that way?"),
    evidence=_("Self-check rounds done and missed, when this touchpoint was last looked at, how far checkers agree."),
    measures=(
        Measure(
            "check-oftener",
            _("Check it more often"),
            _("For four weeks the item comes up twice a day; the front-desk supervisor sees to it."),
        ),
        Measure(
            "show-daily",
            _("Show the figure every morning"),
            _("Yesterday's figure stands on the screen at 8:10; whoever was on duty says one sentence about it."),
        ),
        Measure(
            "second-eyes",
            _("A second pair of eyes"),
            _("Once a month a mystery visit, or the supervisor of another store checks the same items."),
        ),
    ),
)
CAUSES = (STANDARD, TRAINING, RULES, MONITORING)
