"""The product's newer version beside a store's own: only what the product changed."""

from dataclasses import dataclass

from dealership.models import Standard
from dealership.queries.versions import Change, changes, words_of
from feedback.queries.proposals import InLanguage, name_of
from feedback.queries.versions import shown


@dataclass(frozen=True)
class Offer:
    """A place that the product's update changed: what it says now, and how one's own words differ from that."""

    code: str
    name: str
    kind: str
    product: InLanguage | None
    own: InLanguage | None
    """Own words against the product's new ones; None where they are the same."""
    touched: bool
    """True where the store has words of its own, which taking would replace."""


def offered(own: Standard, update: Standard, language: str) -> list[Offer]:
    """Return the offers of an update in the order of a visit. Six queries."""
    base, new, mine = words_of(own.base_id or update.pk), words_of(update.pk), words_of(own.pk)
    found = []
    for change in changes(base, new):
        place = change.words.place
        if change.kind == "dropped" or (place in mine and mine[place].texts == change.words.texts):
            continue
        against = Change("changed", mine.get(place), change.words)
        touched = place in mine and (place not in base or mine[place].texts != base[place].texts)
        found.append(
            Offer(
                code="/".join(part for part in place if part), name=name_of(new, *place, language), kind=change.kind,
                product=shown(change, language), own=shown(against, language), touched=touched,
            )
        )  # fmt: skip
    return found
