"""Reads of the API as plain dicts."""

from typing import Any

from dealership.models import Store, Visit
from dealership.queries.board import board_cars, open_visits
from dealership.queries.cards import visit_cards
from dealership.queries.standards import current_id, stage_names, touchpoints


def open_visit_dicts(stores: list[Store]) -> list[dict[str, Any]]:
    """Return the cars in the house of these stores."""
    found = []
    for store in stores:
        for car in board_cars(store, open_visits(store)):
            due = car.promise.due_at if car.promise else None
            found.append(_visit(car.visit, store) | {"due_at": due, "marks": [mark.kind for mark in car.marks]})
    return found


def visit_dict(visit: Visit) -> dict[str, Any]:
    """Return one visit with its touchpoints."""
    cards = visit_cards(visit, visit.stage)
    return _visit(visit, visit.store) | {
        "touchpoints": [
            {
                "code": card.code,
                "state": card.state,
                "steps": [{"slug": step.words.slug, "state": step.worth, "at": step.at} for step in card.steps],
            }
            for card in cards.cards
        ]
    }


def standard_dict(language: str, *, store: Store | None = None) -> dict[str, Any]:
    """Return the standard in force (in `store`, else the product's) in `language`."""
    number = current_id(store)
    return {
        "stages": [
            {
                "code": code,
                "name": name,
                "touchpoints": [
                    {
                        "code": words.code,
                        "name": words.name,
                        "place": words.place,
                        "steps": [
                            {"slug": step.slug, "name": step.name, "role": step.role, "script": step.script,
                             "plain": step.plain, "behaviour": step.behaviour, "point": step.point,
                             "evidence": step.evidence}
                            for step in words.steps
                        ],
                    }
                    for words in touchpoints(number, language)
                    if words.stage == code
                ],
            }
            for code, name in stage_names(number, language).items()
        ]
    }  # fmt: skip


def _visit(visit: Visit, store: Store) -> dict[str, Any]:
    return {
        "id": visit.pk,
        "store": store.code,
        "plate": visit.vehicle.plate,
        "stage": visit.stage,
        "arrival": visit.arrival,
        "works": visit.works,
        "lane": visit.lane,
        "advisor": visit.advisor.username if visit.advisor else None,
        "key_tag": visit.key_tag,
        "place": visit.place.name if visit.place else None,
        "arrived_at": visit.arrived_at,
        "ready_due": visit.ready_due,
    }
