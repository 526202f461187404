"""Versions of a store's standard: what each changed, and who has seen it."""

from functools import lru_cache

from dealership.models import Membership, Role, Staff, Standard, Store
from dealership.queries.versions import Change, before_of, changes, words_of
from feedback.models import Proposal, VersionSeen
from feedback.queries.proposals import InLanguage, said


@lru_cache(maxsize=64)
def changes_in(version: Standard) -> tuple[Change, ...]:
    """Return what a published version changed against the one before it (neither changes any more)."""
    return tuple(changes(words_of(before_of(version).pk), words_of(version.pk)))


def newest_version(store: Store) -> Standard | None:
    """Return the newest version that the store has published, None without one."""
    rows = Standard.objects.filter(store=store, published_at__isnull=False)
    return rows.order_by("-number").first()


def unseen(store: Store, staff: Staff) -> Standard | None:
    """Return the store's newest version when `staff` has not confirmed it, else None. Two queries."""
    version = newest_version(store)
    if version is None or VersionSeen.objects.filter(standard=version, staff=staff).exists():
        return None
    return version


def shown(change: Change, language: str) -> InLanguage | None:
    """Return what changed at one place in `language`, else in the first language in which something did."""
    languages = change.languages
    if not languages:
        return None
    chosen = language if language in languages else languages[0]
    return InLanguage(chosen, [said(*one) for one in change.fields(chosen)])


def proposed_by(version: Standard) -> dict[tuple[str, str], list[str]]:
    """Return place → names of those whose proposals are in this version."""
    found: dict[tuple[str, str], list[str]] = {}
    rows = Proposal.objects.filter(version=version).select_related("by").order_by("at")
    for row in rows:
        found.setdefault((row.touchpoint, row.step), []).append(str(row.by))
    return found


def seen_by(version: Standard, store: Store) -> tuple[list[Staff], list[Staff]]:
    """Return who of the store has confirmed a version and who has not, by name. Two queries."""
    working = Membership.objects.filter(store=store, staff__is_active=True).exclude(role=Role.CHAIN)
    people = {row.staff_id: row.staff for row in working.select_related("staff").order_by("staff__name")}
    seen = set(VersionSeen.objects.filter(standard=version).values_list("staff_id", flat=True))
    return (
        [person for pk, person in people.items() if pk in seen],
        [person for pk, person in people.items() if pk not in seen],
    )
