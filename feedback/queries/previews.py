"""How a script reads: on a car that is here today, and when nothing is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from django.utils import timezone
from django.utils.safestring import SafeString

from dealership.access import ACCESS
from dealership.models import Staff, Store, Visit, business_day
from dealership.queries.board import who
from dealership.queries.scripts import Values, say_html
from dealership.queries.staff import roles_in
from dealership.queries.standards import StepWords
from dealership.queries.wording import Fault, faults_in, limit_of, rules, step_text
from feedback.variables import VARIABLES

CARS = 12
"""So many cars are offered for the preview."""
SEES_SUMS = "reception.views.order.agreed_so_far"
"""Who may see amounts of a visit may try a script on it: a script can say them."""


@dataclass(frozen=True)
class Measure:
    """How long a text is, and what is wrong with it."""

    field: str
    count: int
    limit: int
    faults: list[Fault]


@dataclass(frozen=True)
class Preview:
    """The words of one language as they would be said; `script` is False for those of a touchpoint."""

    language: str
    measures: list[Measure]
    faults: list[Fault]
    script: bool
    real: SafeString | str
    """On the chosen car, else with the sample's values."""
    empty: str
    """When nothing is known of the visit; "" where that changes nothing."""


def preview(
    touchpoint: str, step: str, language: str, said: Mapping[str, str], *, visit: Visit | None = None
) -> Preview:
    """Return how texts of one language measure and read."""
    found = faults_in(touchpoint, step, language, said)
    measures = [
        Measure(
            name, len(text), limit_of(name, language, touchpoint=touchpoint, step=step),
            [fault for fault in found if fault.field == name],
        )
        for name, text in said.items()
    ]  # fmt: skip
    if not step:
        return Preview(language, measures, found, False, "", "")
    words = _spoken(touchpoint, step, said)
    values: Mapping[str, str | None] = Values(visit, language) if visit else rules()[language].full
    empty = words.say({}) if words.variables else ""
    return Preview(language, measures, found, True, say_html(words, values), empty)


def cars_today(store: Store, staff: Staff) -> list[tuple[Visit, str]]:
    """Return today's cars with plate and customer, the last first; none for who may not see their amounts."""
    if not roles_in(staff, store) & ACCESS[SEES_SUMS]:
        return []
    morning = datetime.combine(business_day(store, timezone.now()), time.min, store.zone)
    rows = Visit.objects.filter(store=store, joined_to=None, arrived_at__gte=morning)
    return [
        (visit, f"{visit.vehicle.plate_info.display} {who(visit)}".strip())
        for visit in rows.select_related("vehicle", "customer").order_by("-arrived_at")[:CARS]
    ]


def chips() -> list[tuple[str, str]]:
    """Return the variables of a script: what to insert, and what it stands for."""
    return [(f"{{{name}}}", str(words)) for name, words in VARIABLES.items()]


def _spoken(touchpoint: str, step: str, said: Mapping[str, str]) -> StepWords:
    text = step_text(said)
    return StepWords(
        code=f"{touchpoint}/{step}", slug=step, role="", evidence=False, gate=False, name=text.name, name_electric="",
        behaviour=text.behaviour, script=text.script, plain=text.plain, point=text.point,
    )  # fmt: skip
