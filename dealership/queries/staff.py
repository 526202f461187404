"""Who somebody is in a store."""

from collections.abc import Iterable

from django.db.models import F, QuerySet

from dealership.models import Duty, Membership, Role, Staff, Store

# Who has not had a car today comes first.
TURN_ORDER = (F("last_turn_at").asc(nulls_first=True), "on_duty_since", "staff__username")


def memberships_in(staff: Staff, store: Store) -> list[Membership]:
    """Return the memberships of `staff` in `store`, read once per Staff object."""
    cache = staff.__dict__.setdefault("_memberships", {})
    if store.pk not in cache:
        cache[store.pk] = list(Membership.objects.filter(staff=staff, store=store)) if staff.is_active else []
    return cache[store.pk]


def roles_in(staff: Staff, store: Store) -> frozenset[str]:
    """Return the roles of `staff` in `store`; empty for a stranger or a closed account."""
    return frozenset(membership.role for membership in memberships_in(staff, store))


def has_duty(staff: Staff, store: Store, duty: Duty | str) -> bool:
    """Tell whether any membership of `staff` in `store` carries `duty`."""
    return any(str(duty) in membership.duties for membership in memberships_in(staff, store))


def stores_of(staff: Staff) -> QuerySet[Store]:
    """Return the stores in which `staff` has a membership, by code."""
    return Store.objects.filter(memberships__staff=staff).distinct().order_by("code")


def store_of(staff: Staff, code: str) -> Store | None:
    """Return the store of this code if `staff` works there; who they are there is known with the same query."""
    memberships = list(Membership.objects.filter(staff=staff, store__code=code).select_related("store"))
    if not memberships:
        return None
    store = memberships[0].store
    staff.__dict__.setdefault("_memberships", {})[store.pk] = memberships if staff.is_active else []
    return store


def people_with(store: Store, roles: Iterable[str], *, on_duty: bool = False) -> list[Membership]:
    """Return the memberships of `store` with one of `roles`, by name; with `on_duty` only those at work now."""
    found = Membership.objects.filter(store=store, role__in=list(roles), staff__is_active=True)
    if on_duty:
        found = found.exclude(on_duty_since=None)
    return list(found.select_related("staff").order_by("staff__name", "staff__username"))


def next_advisor(store: Store) -> Staff | None:
    """Return the advisor on duty whose last car is longest ago (轮序), None when nobody is on duty."""
    waiting = Membership.objects.filter(store=store, role=Role.ADVISOR, staff__is_active=True)
    turn = waiting.exclude(on_duty_since=None).select_related("staff")
    membership = turn.order_by(*TURN_ORDER).first()
    return membership.staff if membership else None


def turn_of(staff: Staff, store: Store) -> int | None:
    """Return the place of `staff` in the turn order (1 = next), None when not on duty as an advisor."""
    waiting = Membership.objects.filter(store=store, role=Role.ADVISOR, staff__is_active=True)
    order = waiting.exclude(on_duty_since=None).order_by(*TURN_ORDER)
    ids = list(order.values_list("staff_id", flat=True))
    return ids.index(staff.pk) + 1 if staff.pk in ids else None
