"""The facts of a digest: yesterday (the last open day) or last week, from the roll-up and what came due."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership.models import Promise, Store, business_day
from dealership.queries.standards import current_id, touchpoints
from feedback.control import limits
from feedback.digest import sentences
from feedback.digest_facts import Bulk, Facts, Level, Loss, PlanNews, Settled
from feedback.models import DigestRule, Plan
from feedback.periods import DAY, WEEK, Period, period_of, stretch
from feedback.queries.checks import round_share
from feedback.queries.dated_changes import day_sums
from feedback.queries.day import bounds
from feedback.queries.drawable import week_of
from feedback.queries.period_page import figure_of_part
from feedback.queries.period_words import days_name
from feedback.queries.periods import Parts, Span, Weights, Windows, lived, sum_of, windows
from feedback.queries.score_settings import weights_of
from feedback.scores import FEW, WINDOW_DAYS, rounded
from reception.models import Appointment

USUAL_AT = time(8)
LOOK_BACK = {DAY: WINDOW_DAYS, WEEK: 12}
"""Days, or weeks, before the told one from which its usual range is taken."""
RECORD_OF = 8
"""Of fewer days or weeks nothing is called the best."""
UNJUDGED = (Plan.Phase.DO, Plan.Phase.CHECK)


@dataclass(frozen=True)
class Read:
    """What the queries brought: the parts (days or weeks) in order, the told one last."""

    parts: tuple[Period, ...]
    rows: dict[str, Parts]
    said: Windows
    weights: Weights

    @property
    def told(self) -> Period:
        """The day or week that is told."""
        return self.parts[-1]

    def figure(self, part: Period) -> Decimal | None:
        """Return the one figure of a part, as its page shows it."""
        return figure_of_part(self.rows, part, self.said, self.weights)

    def cars(self, part: Period) -> int:
        """Return how many cars of a part have a score."""
        found = self.rows.get("", {}).get(part.first)
        return found.n if found else 0


def told_period(store: Store, kind: str, today: date) -> Period:
    """Return what a digest of `today` tells: the last open day before it, or the week before."""
    if kind == DigestRule.Kind.WEEK:
        return period_of(WEEK, today).previous
    return period_of(DAY, week_of(store).open_before(today))


def facts_of(store: Store, kind: str, *, now: datetime) -> Facts:
    """Return the facts of a digest sent at `now`, its words in the active language; a constant number of queries."""
    today = business_day(store, now)
    told = told_period(store, kind, today)
    found = _read(store, told)
    usual = sum_of(part for first, part in found.rows.get("", {}).items() if first < told.first)
    whole = found.rows.get("", {}).get(told.first)
    done, due = round_share(store, told.first, told.last, now=now)
    weekly = told.kind == WEEK
    ahead = period_of(WEEK, today) if weekly else period_of(DAY, today)
    facts = Facts(
        when=_when(told), than=_than(told), ahead=_("this week") if weekly else _("today"), weekly=weekly,
        level=_level(found), loss=_loss(store, found), settled=_settled(store, told), rounds_done=done,
        rounds_due=due, plans=_plans(store, told, today), booked=_booked(store, ahead),
    )  # fmt: skip
    if whole is None:
        return facts
    share = usual.bulk / usual.steps if usual.steps else None
    return replace(facts, bulk=Bulk(whole.steps, whole.bulk, share))


def _read(store: Store, told: Period) -> Read:
    span = Span(store, told)
    if told.kind == DAY:
        back = stretch(told.last, LOOK_BACK[DAY] + 1)
        return Read(back.parts(DAY), lived(span, back, by=DAY), {}, {})
    back = Period(WEEK, told.first - timedelta(weeks=LOOK_BACK[WEEK]), told.last)
    parts = back.parts(WEEK)
    said = windows(span, [part.last for part in parts])
    return Read(parts, lived(span, back, by=WEEK), said, weights_of(store))


def _level(found: Read) -> Level:
    """Return the figure and what it is held against; parts of fewer than five cars count nowhere."""
    told = found.told
    earlier = [part for part in found.parts[:-1] if found.cars(part) >= FEW]
    figures = {part.first: figure for part in earlier if (figure := found.figure(part)) is not None}
    sums = day_sums(found.rows)
    execution = {
        part.first: rounded(sums[part.first][1] / sums[part.first][0]) for part in earlier if sums[part.first][0]
    }
    band = limits(list(execution.values()))
    figure, (n, total) = found.figure(told), sums.get(told.first, (0, Decimal(0)))
    best = len(figures) + 1 if figure is not None and all(figure > one for one in figures.values()) else 0
    return Level(
        figure=figure, cars=found.cars(told), before=figures.get(told.first - timedelta(days=7)),
        execution=rounded(total / n) if n else None, low=band.low if band else None, high=band.high if band else None,
        best_of=best if best >= RECORD_OF else 0,
    )  # fmt: skip


def _loss(store: Store, found: Read) -> Loss | None:
    """Return the touchpoint that lost most points (10 less its score, over all records), and its share."""
    words = {one.code: one.name for one in touchpoints(current_id(store), get_language() or "zh-hans")}
    parts = {code: parts.get(found.told.first) for code, parts in found.rows.items() if code}
    lost = {code: 10 * part.n - part.total for code, part in parts.items() if part}
    counted = {code: points for code, points in lost.items() if (part := parts[code]) and part.n >= FEW}
    code = max(counted, key=lambda one: (counted[one], one), default="")
    part = parts.get(code)
    if part is None or not counted[code]:
        return None
    mean = rounded(part.total / part.n)
    return Loss(code, words.get(code, ""), mean, part.n, float(counted[code] / sum(lost.values())))


def _settled(store: Store, told: Period) -> Settled:
    start, end = bounds(store, told.first)[0], bounds(store, told.last)[1]
    states = (Promise.State.KEPT, Promise.State.LATE, Promise.State.BROKEN)
    rows = Promise.objects.filter(store=store, settled_at__gte=start, settled_at__lt=end, state__in=states)
    pairs = list(rows.values_list("kind", "state"))
    kinds = Counter(kind for kind, state in pairs if state == Promise.State.BROKEN)
    broken = {str(Promise.Kind(kind).label): count for kind, count in kinds.items()}
    return Settled(len(pairs), sum(state == Promise.State.KEPT for _kind, state in pairs), broken)


def _plans(store: Store, told: Period, today: date) -> tuple[PlanNews, ...]:
    """Return the plans judged since the told days began, due for their check today, or overdue."""
    due = Q(phase__in=UNJUDGED, verdict="", review_on__lte=today)
    since = Q(checked_at__gte=bounds(store, told.first)[0]) & ~Q(verdict="")
    plans = Plan.objects.filter(due | since).select_related("owner").order_by("review_on", "pk")
    return tuple(_news(plan, today) for plan in plans)


def _news(plan: Plan, today: date) -> PlanNews:
    if plan.verdict:
        return PlanNews(
            plan.title, plan.owner.name, plan.verdict, before=plan.before_mean, before_n=plan.before_n or 0,
            after=plan.after_mean, after_n=plan.after_n or 0,
        )  # fmt: skip
    days = (today - plan.review_on).days
    return PlanNews(plan.title, plan.owner.name, "overdue" if days else "due", days=days)


def _booked(store: Store, ahead: Period) -> int:
    start, end = bounds(store, ahead.first)[0], bounds(store, ahead.last)[1]
    rows = Appointment.objects.filter(store=store, at__gte=start, at__lt=end)
    return rows.exclude(state=Appointment.State.CANCELLED).count()


def _when(told: Period) -> str:
    if told.kind == WEEK:
        return _("Week of %(days)s") % {"days": days_name(told)}
    return _("%(weekday)s %(day)s") % {
        "weekday": date_format(told.first, "l"), "day": date_format(told.first, "MONTH_DAY_FORMAT"),
    }  # fmt: skip


def _than(told: Period) -> str:
    if told.kind == WEEK:
        return _("the week before")
    return _("the %(weekday)s before") % {"weekday": date_format(told.first, "l")}


def text_of(store: Store, kind: str, *, now: datetime) -> str:
    """Return a digest in the active language: a line that says of what, then the three sentences."""
    title = _("%(store)s, every day") if kind == DigestRule.Kind.DAY else _("%(store)s, every week")
    return "\n".join([title % {"store": store.name}, *sentences(facts_of(store, kind, now=now))])


def rules_of(store: Store) -> list[DigestRule]:
    """Return the rule of each kind, in one query; what the store does not have yet as it will be made, unsaved."""
    own = {rule.kind: rule for rule in DigestRule.objects.filter(store=store)}
    return [own.get(kind) or DigestRule(store=store, kind=kind, at=USUAL_AT) for kind in DigestRule.Kind.values]
