"""What the page of a new arrival offers to tap instead of typing."""

from dataclasses import dataclass

from django.db.models import Count, Max

from dealership.models import Store, Vehicle

MODELS_SHOWN = 8


@dataclass(frozen=True)
class CommonModel:
    """A model that this store sees often, with the body its cars have."""

    make: str
    model: str
    body: str


def common_models(store: Store) -> list[CommonModel]:
    """Return the models of most cars of this store, the most frequent first."""
    rows = Vehicle.objects.filter(store=store).exclude(model="").values("make", "model")
    rows = rows.annotate(n=Count("pk"), body=Max("body")).order_by("-n", "make", "model")
    return [CommonModel(row["make"], row["model"], row["body"]) for row in rows[:MODELS_SHOWN]]
