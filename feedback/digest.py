"""What a digest says: three sentences, made by rules, of what changed (docs/digests.md). Pure: facts in, words out.

Each rule looks at one thing and answers a sentence with its weight, or nothing. The three heaviest are told, in the
order of the rules. A figure of fewer than five makes no sentence; a count of what was due (rounds, plans, bookings)
is no sample. The last rules always answer: a quiet day has three sentences too. Words are in the active language.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.digest_facts import Facts, Level, PlanNews
from feedback.scores import FEW

SENTENCES = 3
SHARP = Decimal("0.3")
"""A change of the figure from which on the digest says whether that is usual."""
BULK_FROM = 0.05
"""Share of steps ticked in bulk below which nothing is said (own rule)."""


class Told(NamedTuple):
    """A sentence and how telling it is (0 to 10, own rule)."""

    weight: float
    text: str


def sentences(facts: Facts) -> tuple[str, ...]:
    """Return the three most telling sentences, in the order of the rules."""
    told = [(number, one) for number, rule in enumerate(RULES) if (one := rule(facts))]
    heaviest = sorted(told, key=lambda pair: (-pair[1].weight, pair[0]))[:SENTENCES]
    return tuple(one.text for _number, one in sorted(heaviest))


def figure_rule(facts: Facts) -> Told | None:
    """The one figure against the time before; execution outside its usual range weighs most of all."""
    level = facts.level
    if level.figure is None or level.cars < FEW:
        return None
    values = {"when": facts.when, "figure": level.figure, "n": level.cars, "than": facts.than, "before": level.before}
    if level.side:
        text = (
            _("%(when)s: execution %(execution)s (%(n)s cars), below the usual %(low)s to %(high)s: worth a look.")
            if level.side < 0
            else _("%(when)s: execution %(execution)s (%(n)s cars), above the usual %(low)s to %(high)s: find out why.")
        )
        return Told(9, text % (values | _band(level)))
    if level.before is None:
        return Told(2, _("%(when)s: one figure %(figure)s (%(n)s cars).") % values)
    change = level.figure - level.before
    values |= {"change": abs(change), "usual": _usual(level) if abs(change) >= SHARP else ""}
    if change > 0:
        text = _("%(when)s: one figure %(figure)s (%(n)s cars), %(change)s above %(than)s (%(before)s)%(usual)s.")
    elif change < 0:
        text = _("%(when)s: one figure %(figure)s (%(n)s cars), %(change)s below %(than)s (%(before)s)%(usual)s.")
    else:
        text = _("%(when)s: one figure %(figure)s (%(n)s cars), the same as %(than)s.")
    return Told(2 + min(4.0, 3 * float(abs(change))), text % values)


def loss_rule(facts: Facts) -> Told | None:
    """The touchpoint that lost most, and its share of all points lost."""
    loss = facts.loss
    if loss is None or loss.n < FEW or not loss.share:
        return None
    values = {"code": loss.code, "name": loss.name, "mean": loss.mean, "n": loss.n, "share": round(100 * loss.share)}
    text = _("%(code)s %(name)s lost most: execution %(mean)s (n %(n)s), %(share)s%% of all points lost.")
    return Told(2 + 10 * loss.share, text % values)


def promise_rule(facts: Facts) -> Told | None:
    """Promises broken, by kind; good news where none was."""
    settled = facts.settled
    if settled.n < FEW:
        return None
    broken = sum(settled.broken.values())
    values: dict[str, object] = {"n": settled.n, "broken": broken, "kept": settled.kept}
    if not broken:
        text = _("No promise was broken: %(kept)s of %(n)s kept, the others late.")
        if settled.kept == settled.n:
            text = _("All %(n)s promises that came due were kept.")
        return Told(1.5, text % values)
    kinds = sorted(settled.broken.items(), key=lambda pair: -pair[1])
    values["kinds"] = _(", ").join(f"{words} {count}" for words, count in kinds)
    text = ngettext(
        "%(broken)s of %(n)s promises was broken: %(kinds)s.", "%(broken)s of %(n)s promises were broken: %(kinds)s.",
        broken,
    )  # fmt: skip
    return Told(2.5 + 20 * broken / settled.n, text % values)


def rounds_rule(facts: Facts) -> Told | None:
    """Self-check rounds that were missed."""
    missed = facts.rounds_due - facts.rounds_done
    if missed <= 0:
        return None
    text = ngettext(
        "%(missed)s of %(due)s self-check rounds was missed.", "%(missed)s of %(due)s self-check rounds were missed.",
        missed,
    )  # fmt: skip
    return Told(3 + 2 * missed / facts.rounds_due, text % {"missed": missed, "due": facts.rounds_due})


def bulk_rule(facts: Facts) -> Told | None:
    """Steps ticked in bulk, where there are more than usual."""
    bulk = facts.bulk
    if facts.level.cars < FEW or bulk.steps < FEW:
        return None
    share, usual = bulk.bulk / bulk.steps, bulk.usual
    if share < BULK_FROM or (usual is not None and share <= usual):
        return None
    values = {"bulk": bulk.bulk, "steps": bulk.steps, "share": round(100 * share), "usual": round(100 * (usual or 0))}
    if usual is None:
        return Told(3, _("%(bulk)s of %(steps)s steps (%(share)s%%) were ticked in bulk and count nothing.") % values)
    text = _("%(bulk)s of %(steps)s steps (%(share)s%%) were ticked in bulk and count nothing; usual is %(usual)s%%.")
    return Told(2.5 + 20 * (share - usual), text % values)


def plan_rule(facts: Facts) -> Told | None:
    """The plan of which there is most to say: judged, overdue, or to be checked today."""
    found = [told for plan in facts.plans if (told := _plan(plan))]
    return max(found, key=lambda told: told.weight, default=None)


def _plan(plan: PlanNews) -> Told | None:
    values = {
        "plan": plan.title, "owner": plan.owner, "days": plan.days, "before": plan.before, "after": plan.after,
        "before_n": plan.before_n, "after_n": plan.after_n,
    }  # fmt: skip
    if plan.what == "due":
        return Told(4, _("Plan “%(plan)s” of %(owner)s is to be checked today.") % values)
    if plan.what == "overdue":
        text = ngettext(
            "%(owner)s’s plan “%(plan)s” is %(days)s day overdue.",
            "%(owner)s’s plan “%(plan)s” is %(days)s days overdue.",
            plan.days,
        )
        return Told(5, text % values)
    if min(plan.before_n, plan.after_n) < FEW:
        return None
    weight, text = {
        "better": (6, _("Plan “%(plan)s” helped: %(before)s (n %(before_n)s) to %(after)s (n %(after_n)s).")),
        "worse": (6.5, _("Plan “%(plan)s” made it worse: %(before)s (n %(before_n)s) to %(after)s (n %(after_n)s).")),
    }.get(
        plan.what, (4.5, _("Plan “%(plan)s” shows no change: %(before)s (n %(before_n)s), %(after)s (n %(after_n)s)."))
    )
    return Told(weight, text % values)


def record_rule(facts: Facts) -> Told | None:
    """The best figure for a long time; nothing where the figure's own sentence says that it is out of the usual."""
    level = facts.level
    if level.figure is None or level.cars < FEW or not level.best_of or level.side > 0:
        return None
    values = {"figure": level.figure, "n": level.cars, "count": level.best_of}
    if facts.weekly:
        return Told(4, _("%(figure)s is the best week's figure of the last %(count)s (n %(n)s cars).") % values)
    return Told(4, _("%(figure)s is the best day's figure of the last %(count)s (n %(n)s cars).") % values)


def cars_rule(facts: Facts) -> Told | None:
    """Too few cars for a figure: said, so that silence is not taken for calm."""
    cars = facts.level.cars
    if facts.level.figure is not None and cars >= FEW:
        return None
    if not cars:
        return Told(0.5, _("%(when)s: no car was finished.") % {"when": facts.when})
    text = ngettext(
        "%(when)s: %(n)s car finished, too few for a figure (from %(few)s on).",
        "%(when)s: %(n)s cars finished, too few for a figure (from %(few)s on).",
        cars,
    )
    return Told(0.5, text % {"when": facts.when, "n": cars, "few": FEW})


def rounds_done_rule(facts: Facts) -> Told | None:
    """That the rounds were done, or that none was drawn."""
    if facts.rounds_done < facts.rounds_due:
        return None
    if not facts.rounds_due:
        return Told(0.2, _("No self-check round was drawn."))
    text = ngettext(
        "The self-check round was done.", "All %(n)s self-check rounds were done.", facts.rounds_due
    )  # fmt: skip
    return Told(0.4, text % {"n": facts.rounds_due})


def booked_rule(facts: Facts) -> Told:
    """How many customers are expected."""
    if not facts.booked:
        return Told(0.3, _("Nobody is booked for %(ahead)s.") % {"ahead": facts.ahead})
    text = ngettext(
        "%(n)s customer is booked for %(ahead)s.", "%(n)s customers are booked for %(ahead)s.", facts.booked
    )
    return Told(0.3, text % {"n": facts.booked, "ahead": facts.ahead})


def _usual(level: Level) -> str:
    """Say that execution lies within its usual range: nothing to chase."""
    if level.low is None or level.high is None:
        return ""
    return _("; execution is within the usual %(low)s to %(high)s") % _band(level)


def _band(level: Level) -> dict[str, object]:
    return {"execution": level.execution, "low": f"{level.low or 0:.1f}", "high": f"{level.high or 0:.1f}"}


RULES: tuple[Callable[[Facts], Told | None], ...] = (
    figure_rule, loss_rule, promise_rule, bulk_rule, rounds_rule, plan_rule, record_rule, cars_rule, rounds_done_rule,
    booked_rule,
)  # fmt: skip
