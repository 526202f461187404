"""Which pages a person's tablet keeps, and the tag of each: it changes when the page may have changed."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.translation import get_language

from dealership import wiring
from dealership.models import (
    Attachment,
    Attention,
    Event,
    Operation,
    Promise,
    Situation,
    Staff,
    StepTick,
    Store,
    TickUndo,
    Visit,
)
from dealership.queries.board import open_visits
from dealership.queries.standards import touchpoints
from dealership.stages import Stage

COUNTED = (Event, StepTick, TickUndo, Promise, Attention, Attachment, Situation)
"""Rows of a visit whose number changes with its pages; what is changed in place leaves an operation or an event."""


@dataclass(frozen=True)
class KeptPage:
    """A page that the tablet keeps: its address and the tag of its content."""

    url: str
    tag: str


def visits_kept(store: Store, staff: Staff) -> list[Visit]:
    """Return the open cars that this person has or may take: own, offered to them, or nobody's and waiting."""
    waiting = Q(advisor=None, offered_to=None, stage=Stage.RECEPTION)
    rows = open_visits(store).filter(Q(advisor=staff) | Q(offered_to=staff) | waiting)
    visits = list(rows.order_by("arrived_at"))
    for visit in visits:
        visit.store = store
    return visits


def visit_pages(visit: Visit, tag: str) -> list[KeptPage]:
    """Return the page of the visit's present stage and of each of its cards."""
    home = stage_url(visit)
    language = get_language() or "zh-hans"
    codes = [words.code for words in touchpoints(visit.standard_id, language) if words.stage == visit.stage]
    return [KeptPage(home, tag), *(KeptPage(f"{home}?card={code}", tag) for code in codes)]


def stage_url(visit: Visit) -> str:
    """Return the address of the page of the visit's present stage."""
    return reverse(wiring.STAGE_PAGES[visit.stage], kwargs={"store": visit.store.code, "visit": visit.pk})


def visit_tags(store: Store, visits: list[Visit], *facts: Any) -> dict[UUID, str]:
    """Return visit → tag over the visit's row, what belongs to it and `facts`, in a constant number of queries."""
    seen: dict[UUID, list[Any]] = defaultdict(list)
    keys = [visit.pk for visit in visits]
    log = Operation.objects.filter(store=store, visit__in=keys).values("visit")
    for row in log.annotate(n=Count("pk"), last=Max("received"), settled=Max("settled_at")):
        seen[row["visit"]].append(("log", row["n"], row["last"], row["settled"]))
    for model in COUNTED:
        counted = model._default_manager.filter(store=store, visit__in=keys).values("visit").annotate(n=Count("pk"))
        for of_visit in counted:
            seen[of_visit["visit"]].append((model.__name__, of_visit["n"]))
    return {visit.pk: tag_of(_row(visit), sorted(map(str, seen[visit.pk])), *facts) for visit in visits}


def tag_of(*facts: Any) -> str:
    """Return a short hash of anything that has a repr."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def _row(visit: Visit) -> list[Any]:
    car, customer = visit.vehicle, visit.customer
    names = [field.attname for field in Visit._meta.concrete_fields]
    of_car = [car.plate, car.make, car.model, car.year, car.energy, car.body, car.mileage]
    of_customer = [customer.name, customer.sex, customer.phone] if customer else []
    return [*(getattr(visit, name) for name in names), *of_car, *of_customer]
