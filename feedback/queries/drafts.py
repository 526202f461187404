"""The draft that a manager writes: its words, or those of the newest version before the first edit."""

from django.http import Http404

from dealership.models import Store
from dealership.queries.versions import Words, before_of, existing_draft, newest_of, used_slugs, words_at


def words_in_hand(store: Store, touchpoint: str, step: str) -> Words:
    """Return the words of a place as they stand in the draft; 404 where it has none."""
    draft = existing_draft(store)
    found = words_at((draft or newest_of(store)).pk, touchpoint, step)
    if found is None:
        raise Http404
    return found


def words_before(store: Store, touchpoint: str, step: str) -> Words | None:
    """Return the words of a place in the version that the draft follows, None where the step is new."""
    draft = existing_draft(store)
    return words_at((before_of(draft) if draft else newest_of(store)).pk, touchpoint, step)


def free_slug(store: Store, touchpoint: str) -> str:
    """Return a slug of the store's own that no step of this touchpoint ever had."""
    used = used_slugs(store, touchpoint)
    number = 1
    while f"own-{number}" in used:
        number += 1
    return f"own-{number}"
