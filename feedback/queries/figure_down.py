"""The visits behind a figure, in words: who, which car, when, and why it counts as it does."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dealership.models import Promise, Visit
from dealership.queries.board import who
from dealership.stages import Stage
from feedback.figures import KEPT
from feedback.queries.figure_words import written
from feedback.queries.measures.cut import Cut
from feedback.queries.measures.down import facts_behind
from feedback.queries.measures.waiting import QUICK
from feedback.scores import WEAK_BELOW
from reception.models import OrderLine
from reception.models.pricelist import name_in

Row = dict[str, Any]
Said = tuple[str, str]
"""What a row says, and its tone: ok, risk, bad or "" """
Saying = Callable[[Row, ZoneInfo], Said]


@dataclass(frozen=True)
class Behind:
    """One line: the visit (None where the fact names none), its customer, when, what it says and its tone."""

    visit: Visit | None
    name: str
    at: datetime
    text: str
    tone: str


def behind(cut: Cut, code: str) -> tuple[list[Behind], int]:
    """Return the lines behind a figure (at most 100) and how many there are, in two queries."""
    rows, of = facts_behind(cut, code)
    visits = Visit.objects.select_related("vehicle", "customer", "advisor").in_bulk({row["visit"] for row in rows})
    say = SAYINGS[KEPT if code.startswith(KEPT) else code]
    found = []
    for row in rows:
        visit = visits.get(row["visit"])
        text, tone = say(row, cut.store.zone)
        found.append(Behind(visit, who(visit) if visit else "", row["at"], text, tone))
    return found, of


def _promise(row: Row, zone: ZoneInfo) -> Said:
    tone = {"kept": "ok", "late": "risk"}.get(row["state"], "bad")
    words = [str(Promise.Kind(row["kind"]).label), str(Promise.State(row["state"]).label)]
    if row["over"] is not None and row["over"].total_seconds() > 0 and row["state"] != Promise.State.KEPT:
        words.append(_("%(t)s over") % {"t": written(row["over"].total_seconds() / 60, "minutes")})
    return " · ".join(words), tone


def _padding(row: Row, zone: ZoneInfo) -> Said:
    kind = str(Promise.Kind(row["kind"]).label)
    return _("%(kind)s: %(t)s added") % {"kind": kind, "t": written(float(row["padding"]), "minutes")}, ""


def _greeting(row: Row, zone: ZoneInfo) -> Said:
    if row["minutes"] is None:
        return _("never greeted"), "bad"
    tone = "ok" if row["minutes"] <= QUICK else "risk"
    return _("greeted after %(t)s") % {"t": written(float(row["minutes"]), "minutes")}, tone


def _transfers(row: Row, zone: ZoneInfo) -> Said:
    n = row["moved"]
    if not n:
        return _("stayed with one advisor"), "ok"
    return ngettext("went to a colleague %(n)s time", "went to a colleague %(n)s times", n) % {"n": n}, "risk"


def _unattended(row: Row, zone: ZoneInfo) -> Said:
    return _("%(t)s unattended") % {"t": written(float(row["alone"]), "minutes")}, ""


def _calls(row: Row, zone: ZoneInfo) -> Said:
    n = row["asked"]
    if not n:
        return _("did not have to ask"), "ok"
    return ngettext("had to ask %(n)s time", "had to ask %(n)s times", n) % {"n": n}, "risk"


def _estimate(row: Row, zone: ZoneInfo) -> Said:
    text = _("quoted ¥%(quoted)s, settled ¥%(settled)s")
    return text % {"quoted": f"{row['quoted']:,.0f}", "settled": f"{row['settled']:,.0f}"}, (
        "risk" if row["settled"] > row["quoted"] else "ok"
    )


def _extra(row: Row, zone: ZoneInfo) -> Said:
    answer = OrderLine.Answer(row["answer"])
    words = [name_in(json.loads(row["names"])), f"¥{row['amount']:,.0f}", str(answer.label)]
    if row["minutes"] is not None:
        words.append(_("after %(t)s") % {"t": written(float(row["minutes"]), "minutes")})
    return " · ".join(words), {"agreed": "ok", "open": "risk"}.get(answer, "")


def _on_time(row: Row, zone: ZoneInfo) -> Said:
    told, due = (_moment(row[name], zone) for name in ("told", "ready_due"))
    return _("told %(told)s, promised %(due)s") % {"told": told, "due": due}, (
        "ok" if row["told"] <= row["ready_due"] else "bad"
    )


def _comeback(row: Row, zone: ZoneInfo) -> Said:
    if row["back"] is None:
        return _("did not come back"), "ok"
    day = date_format(localtime(row["back"], zone), "MONTH_DAY_FORMAT")
    return _("came back on %(day)s") % {"day": day}, "bad"


def _opened(row: Row, zone: ZoneInfo) -> Said:
    return (_("opened the link"), "ok") if row["opened"] else (_("did not open the link"), "")


def _answered(row: Row, zone: ZoneInfo) -> Said:
    return (_("said how it was"), "ok") if row["answered"] else (_("no answer yet"), "")


def _lived(row: Row, zone: ZoneInfo) -> Said:
    words = [_("%(score)s points") % {"score": f"{row['score']:.1f}"}]
    words.append(_("%(live)s of %(steps)s steps in time") % {"live": row["live"], "steps": row["steps"]})
    if row["bulk"]:
        n = row["bulk"]
        words.append(ngettext("%(n)s step ticked in bulk", "%(n)s steps ticked in bulk", n) % {"n": n})
    return " · ".join(words), "bad" if row["bulk"] else "ok" if row["score"] >= WEAK_BELOW else "risk"


def _audit(row: Row, zone: ZoneInfo) -> Said:
    text = _("%(touchpoint)s: %(score)s of 10") % {"touchpoint": row["touchpoint"], "score": row["score"]}
    return text, "ok" if row["score"] >= WEAK_BELOW else "risk"


def _gap(row: Row, zone: ZoneInfo) -> Said:
    words = [
        _("much worse than expected"), _("worse than expected"), _("as expected"), _("better than expected"),
        _("much better than expected"),
    ]  # fmt: skip
    where = row["touchpoint"] or str(Stage(row["stage"]).label)
    return f"{where} · {words[row['gap'] + 2]}", "bad" if row["gap"] < 0 else "ok" if row["gap"] > 0 else ""


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return date_format(localtime(moment, zone), "H:i")


SAYINGS: dict[str, Saying] = {
    "execution": _lived, "live_share": _lived, "late_share": _lived, "bulk_share": _lived, "skipped_share": _lived,
    "unrecorded_share": _lived, "self_check": _audit, "customer": _gap, "promises_kept": _promise,
    "promises_late": _promise, "promises_broken": _promise, KEPT: _promise, "padding_minutes": _padding,
    "greeting_wait": _greeting, "greeting_p90": _greeting, "greeting_in_2": _greeting, "transfers": _transfers,
    "unattended": _unattended, "customer_calls": _calls, "estimate_accuracy": _estimate, "estimate_equal": _estimate,
    "estimate_below": _estimate, "estimate_above": _estimate, "extra_agreed": _extra, "extra_declined": _extra,
    "extra_unanswered": _extra, "extra_minutes": _extra, "on_time_handover": _on_time, "comebacks_30": _comeback,
    "link_opened": _opened, "answered": _answered,
}  # fmt: skip
"""Code → how a fact behind it is said."""
