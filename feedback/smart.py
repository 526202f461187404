"""Is a plan specific, measurable, achievable, relevant and bound in time? Five sentences, pure.

SMART is the method's; the limits (3 points, 14 to 180 days, 5 values) are rules of this product.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

MOST_POINTS = Decimal(3)
"""More than so many points above today's figure is a wish."""
LEAST_DAYS, MOST_DAYS = timedelta(days=14), timedelta(days=180)
LEAST_VALUES = 5
"""A figure of fewer values is none to start from (as everywhere: n below 5 counts as missing)."""
LEAST_WHY = 4

# Words that say that something shall get better, not what is done.
_VAGUE = re.compile(
    r"\b(improv\w*|better|increase\w*|raise\w*|enhance\w*|optimi[sz]e\w*|strengthen\w*|the|a|an|of|our|and|to|"
    r"service|quality|satisfaction|experience|level|score|figure|touchpoint)\b"
    r"|提高|提升|改善|改进|改進|加强|加強|优化|優化|完善|强化|強化|增强|增強|做好|更好|服务|服務|质量|品質|满意度|滿意度|满意|滿意|客户|客戶|顾客|體驗|体验"
    r"|水平|水準|得分|分数|分數|触点|觸點|接触点|的|地|得|和|与|與",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Aim:
    """What a plan wants, as it was typed; `baseline` is the figure to set out from, of `n` values (None: enough)."""

    title: str
    name: str
    why: str
    baseline: Decimal | None
    n: int | None
    target: Decimal | None
    start_on: date | None
    review_on: date | None


@dataclass(frozen=True)
class Letter:
    """One of the five: its word, the field of the form it speaks of, whether it holds, and the sentence."""

    word: str
    field: str
    code: str
    holds: bool
    sentence: str


def letters(aim: Aim, *, today: date | None = None) -> list[Letter]:
    """Return the five in their order; with `today` a start before it does not hold."""
    return [_specific(aim), _measurable(aim), _achievable(aim), _relevant(aim), _in_time(aim, today)]


def vague(title: str, name: str) -> bool:
    """Tell whether a title says no more than that `name` (the touchpoint) shall get better."""
    left = _MARKS.sub("", _VAGUE.sub(" ", title.replace(name, " ")))
    return len(left) < (4 if left.isascii() else 2)


def _specific(aim: Aim) -> Letter:
    words = _("Specific")
    if not aim.title.strip():
        return Letter(words, "title", "plan.title", False, _("Say in one line what will be done differently."))
    if vague(aim.title, aim.name):
        sentence = _("“Better” cannot be seen. Say who does what differently, so that a passer-by would notice.")
        return Letter(words, "title", "plan.vague", False, sentence)
    return Letter(words, "title", "", True, aim.title)


def _measurable(aim: Aim) -> Letter:
    words = _("Measurable")
    if aim.baseline is None or (aim.n is not None and aim.n < LEAST_VALUES):
        sentence = _(
            "There are %(n)s values in 28 days, too few to start from. Choose another reading, or collect first."
        )
        return Letter(words, "reading", "plan.baseline", False, sentence % {"n": aim.n or 0})
    if aim.target is None:
        return Letter(words, "target", "plan.target", False, _("Name the figure to reach."))
    figures = {"baseline": _one(aim.baseline), "target": _one(aim.target)}
    sentence = _("From %(baseline)s to %(target)s") % figures
    return Letter(words, "target", "", True, sentence)


def _achievable(aim: Aim) -> Letter:
    words = _("Achievable")
    if aim.target is None or aim.baseline is None:
        return Letter(words, "target", "plan.target", False, _("It takes a figure today and one to reach."))
    if not 0 <= aim.target <= 10:
        return Letter(words, "target", "plan.scale", False, _("Figures go from 0 to 10."))
    baseline = _one(aim.baseline)
    if aim.target <= aim.baseline:
        sentence = _("Today it is %(baseline)s already. Aim above it.") % {"baseline": baseline}
        return Letter(words, "target", "plan.below", False, sentence)
    if aim.target - aim.baseline > MOST_POINTS:
        sentence = _("More than %(most)s points in one go is rarely reached. Take %(step)s first, then the next round.")
        step = _one(aim.baseline + MOST_POINTS)
        return Letter(words, "target", "plan.too_far", False, sentence % {"most": MOST_POINTS, "step": step})
    return Letter(words, "target", "", True, _("%(points)s points more") % {"points": _one(aim.target - aim.baseline)})


def _relevant(aim: Aim) -> Letter:
    words = _("Relevant")
    if len(aim.why.strip()) < LEAST_WHY:
        return Letter(words, "why", "plan.why", False, _("Say what the customer gains, in a few words."))
    return Letter(words, "why", "", True, aim.why)


def _in_time(aim: Aim, today: date | None) -> Letter:
    words = _("Time-bound")
    if aim.start_on is None or aim.review_on is None:
        return Letter(words, "review_on", "plan.dates", False, _("Say when it starts and when it is checked."))
    if today and aim.start_on < today:
        return Letter(words, "start_on", "plan.past", False, _("It cannot start in the past: today or later."))
    length = aim.review_on - aim.start_on
    if not LEAST_DAYS <= length <= MOST_DAYS:
        sentence = _("Between start and check lie %(least)s to %(most)s days; here it is %(days)s.")
        days = {"least": LEAST_DAYS.days, "most": MOST_DAYS.days, "days": length.days}
        return Letter(words, "review_on", "plan.length", False, sentence % days)
    return Letter(words, "review_on", "", True, _("%(weeks)s whole weeks") % {"weeks": length.days // 7})


def _one(value: Decimal) -> str:
    return f"{value:.1f}"
