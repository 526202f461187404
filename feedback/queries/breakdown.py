"""The same figure cut by weekday, arrival, main work and advisor: where is it weak, and who records how."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Avg, Count, Max, QuerySet, Sum
from django.utils.translation import gettext as _

from dealership.models import Arrival, Staff, TouchpointRecord, Work
from feedback.intervals import Interval, Sample, difference, mean_interval, wilson
from feedback.queries.day import records
from feedback.queries.period_page import share_parts
from feedback.queries.periods import Lived, Span
from feedback.scores import FEW

WEEKDAY, ARRIVAL, WORK, ADVISOR = "weekday", "arrival", "work", "advisor"
WEAKER, STRONGER = "weaker", "stronger"
PLOT = 200
"""Width of the drawing of a mean and its interval, 0 to 10."""


class VisitMean(NamedTuple):
    """One visit: what it is cut by, the mean of its records, and how its steps were recorded."""

    day: date
    arrival: str
    works: Sequence[str]
    advisor: UUID | None
    mean: Decimal
    n: int
    steps: int
    live: int
    late: int
    bulk: int
    skipped: int


@dataclass(frozen=True)
class Cut:
    """The visits of one weekday, arrival, work or person, against all the others."""

    key: Any
    name: str
    sample: Sample
    interval: Interval | None
    rest: float | None
    verdict: str
    lived: Lived
    bulked: int
    bulky: bool

    @property
    def n(self) -> int:
        """How many visits."""
        return self.sample.n

    @property
    def few(self) -> bool:
        """True where there are too few visits to say anything."""
        return self.n < FEW

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The bar of how steps were recorded."""
        return share_parts(self.lived)

    @property
    def bulk_share(self) -> int:
        """Per cent of visits with steps ticked in bulk."""
        return round(100 * self.bulked / self.n) if self.n else 0

    @property
    def plot(self) -> dict[str, float]:
        """Where mean, interval and the mean of the others lie in a drawing 200 wide."""
        scale = PLOT / 10
        low, high = (self.interval.low, self.interval.high) if self.interval else (self.mean, self.mean)
        return {
            "x": round(low * scale, 1), "width": round((high - low) * scale, 1), "mean": round(self.mean * scale, 1),
            "rest": round((self.rest or 0) * scale, 1),
        }  # fmt: skip

    @property
    def mean(self) -> float:
        """The mean of its visits."""
        return self.sample.mean or 0.0


@dataclass(frozen=True)
class Group:
    """One way to cut: its name and the cuts."""

    key: str
    name: str
    cuts: tuple[Cut, ...]

    @property
    def telling(self) -> list[Cut]:
        """The cuts that differ from the rest by more than chance, the weakest first."""
        return sorted((cut for cut in self.cuts if cut.verdict or cut.bulky), key=lambda cut: cut.mean)


def period_records(span: Span, *, touchpoint: str = "") -> QuerySet[TouchpointRecord]:
    """Return the records of a period that have a score, of one touchpoint when asked."""
    found = records(advisor=span.advisor).filter(day__range=(span.period.first, span.period.last))
    return (found.filter(touchpoint=touchpoint) if touchpoint else found).order_by()


def visit_means(span: Span, *, touchpoint: str = "") -> list[VisitMean]:
    """Return each visit of a period with its mean, in one query: visits are the units, not their records."""
    grouped = period_records(span, touchpoint=touchpoint).values("visit_id")
    listed = grouped.annotate(
        last=Max("day"), mean=Avg("score"), n=Count("pk"),
        **{f"sum_{name}": Sum(name) for name in ("steps", "live", "late", "bulk", "skipped")},
    )  # fmt: skip
    names = ("last", "visit__arrival", "visit__works", "visit__advisor_id", "mean", "n")
    sums = ("sum_steps", "sum_live", "sum_late", "sum_bulk", "sum_skipped")
    return [VisitMean(*row) for row in listed.values_list(*names, *sums)]


def groups_of(visits: Sequence[VisitMean], *, people: bool, ranked: bool = False) -> list[Group]:
    """Return the four ways to cut; persons only with `people`, by name unless persons are `ranked` here."""
    works: dict[str, str] = {str(value): str(label) for value, label in Work.choices}
    arrivals: dict[str, str] = {str(value): str(label) for value, label in Arrival.choices}
    found = [
        Group(WEEKDAY, _("By weekday"), _cuts(visits, lambda one: one.day.isoweekday(), weekday_names(), fixed=True)),
        Group(WORK, _("By main work"), _cuts(visits, _main_work, works)),
        Group(ARRIVAL, _("By arrival"), _cuts(visits, lambda one: one.arrival, arrivals)),
    ]
    if people:
        ids = {one.advisor for one in visits if one.advisor}
        names: dict[Any, str] = dict(Staff.objects.filter(pk__in=ids).values_list("pk", "name"))
        cuts = _cuts([one for one in visits if one.advisor], lambda one: one.advisor, names)
        order: Callable[[Cut], Any] = (lambda cut: -cut.mean) if ranked else (lambda cut: cut.name)
        found.insert(1, Group(ADVISOR, _("By advisor"), tuple(sorted(cuts, key=order))))
    return found


def weekday_names() -> dict[int, str]:
    """Return ISO weekday → its name."""
    return {
        1: _("Monday"), 2: _("Tuesday"), 3: _("Wednesday"), 4: _("Thursday"), 5: _("Friday"), 6: _("Saturday"),
        7: _("Sunday"),
    }  # fmt: skip


def _main_work(one: VisitMean) -> str:
    return str(one.works[0]) if one.works else Work.SERVICE.value


def _cuts(
    visits: Sequence[VisitMean], key: Callable[[VisitMean], Any], names: dict[Any, str], *, fixed: bool = False
) -> tuple[Cut, ...]:
    """Cut visits by a key: in the order of `names` when `fixed`, else the most visits first."""
    groups: dict[Any, list[VisitMean]] = defaultdict(list)
    for one in visits:
        groups[key(one)].append(one)
    keys = [one for one in names if one in groups] if fixed else sorted(groups, key=lambda one: -len(groups[one]))
    whole, bulked = sample_of(visits), sum(one.bulk > 0 for one in visits)
    return tuple(_cut(one, names.get(one, str(one)), groups[one], whole, bulked) for one in keys)


def _cut(key: Any, name: str, listed: Sequence[VisitMean], whole: Sample, bulked: int) -> Cut:
    own = sample_of(listed)
    rest = Sample(whole.n - own.n, _less(whole.total, own.total), _less(whole.squares, own.squares))
    own_bulk = sum(one.bulk > 0 for one in listed)
    return Cut(
        key=key,
        name=name,
        sample=own,
        interval=mean_interval(own.n, own.total, own.squares),
        rest=rest.mean,
        verdict=_verdict(rest, own),
        lived=Lived(own.n, steps=_sum(listed, "steps"), live=_sum(listed, "live"), late=_sum(listed, "late"),
                    bulk=_sum(listed, "bulk"), skipped=_sum(listed, "skipped")),
        bulked=own_bulk,
        bulky=_apart(own_bulk, own.n, bulked - own_bulk, rest.n),
    )  # fmt: skip


def sample_of(visits: Iterable[VisitMean]) -> Sample:
    """Return the means of visits as a sample."""
    means = [one.mean for one in visits]
    return Sample(len(means), sum(means, Decimal(0)), sum((mean * mean for mean in means), Decimal(0)))


def _sum(listed: Sequence[VisitMean], name: str) -> int:
    return sum(getattr(one, name) for one in listed)


def _less(whole: Any, part: Any) -> Decimal:
    return Decimal(whole) - Decimal(part)


def _verdict(rest: Sample, own: Sample) -> str:
    """Return weaker or stronger than the rest by more than chance, else nothing."""
    interval = difference(rest, own) if min(rest.n, own.n) >= FEW else None
    if interval is None:
        return ""
    if interval.high < 0:
        return WEAKER
    return STRONGER if interval.low > 0 else ""


def _apart(hits: int, n: int, other_hits: int, others: int) -> bool:
    """Tell whether a share is above that of the others: the intervals do not touch."""
    own, rest = wilson(hits, n), wilson(other_hits, others)
    return bool(n >= FEW and own and rest and own.low > rest.high)
