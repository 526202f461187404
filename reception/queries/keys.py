"""Key tags and places that are free."""

from dealership.models import Bay, Visit
from dealership.stages import ENDED

TAGS = tuple(str(number) for number in range(1, 61))
"""Numbers on the key board: 60 cars can stand in a store, three times its busiest hour."""
WHERE = (Bay.Kind.PARKING, Bay.Kind.RECEPTION, Bay.Kind.EXPRESS, Bay.Kind.GENERAL, Bay.Kind.ALIGNMENT)


def free_key_tags(count: int = 5) -> list[str]:
    """Return the lowest free tags."""
    used = set(Visit.objects.exclude(key_tag="").exclude(stage__in=ENDED).values_list("key_tag", flat=True))
    return [tag for tag in TAGS if tag not in used][:count]


def places() -> list[Bay]:
    """Return where a car can wait for the workshop."""
    return [bay for bay in Bay.objects.all() if bay.kind in WHERE]
