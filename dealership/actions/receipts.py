"""Receipts of the providers: a message has arrived, or never will."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django_scopes import scopes_disabled

from dealership.actions.outbox import receive
from dealership.channels import Receipt
from dealership.models import Message, Store


def take_receipts(store: Store, *, channel: str, receipts: Iterable[Receipt], now: datetime) -> int:
    """Apply what a provider says; return how many rows it moved. What nobody knows changes nothing.

    A provider counts an account, and stores may share one: a message that is not of `store` is looked for in the
    others.
    """
    moved = 0
    for receipt in receipts:
        row = _find(store, channel=channel, reference=receipt.provider_id)
        if row:
            moved += receive(
                row.store, provider_id=row.provider_id, message=row.pk, arrived=receipt.arrived,
                reason=receipt.reason, now=now,
            )  # fmt: skip
    return moved


def _find(store: Store, *, channel: str, reference: str) -> Message | None:
    """Return the message with this reference of the provider, or with this id where it has none yet."""
    if not reference:
        return None
    with scopes_disabled():
        # Every index begins with the store: so few stores share an account that each is asked.
        rows = Message.objects.filter(channel=channel, store__in=Store.objects.values("pk")).select_related("store")
        found = list(rows.filter(provider_id=reference)[:10])
        own = _as_id(reference)
        found += list(rows.filter(pk=own)) if own else []
    return next((row for row in found if row.store_id == store.pk), found[0] if found else None)


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
