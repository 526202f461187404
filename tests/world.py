"""The world that screens are looked at in: the demo's own data, a small one, made once per worker."""

from dataclasses import dataclass

from django.core.management import call_command
from django.urls import reverse
from django_scopes import scope

from dealership.models import Staff, Store, Visit
from dealership.queries.board import open_visits


@dataclass
class World:
    """A store with cars in every stage, and its people by role."""

    store: Store

    def person(self, role: str) -> Staff:
        """Return the first account of the store with this role."""
        found = Staff.objects.filter(memberships__store=self.store, memberships__role=role)
        return found.order_by("username").first() or Staff.objects.get(username=role)

    def visit(self, stage: str) -> Visit:
        """Return a car that is in this stage now."""
        with scope(store=self.store):
            found = open_visits(self.store).filter(stage=stage).order_by("arrived_at").first()
            if found is None:
                raise LookupError(f"The demo has no car in {stage} now.")
            return found

    def stage_url(self, stage: str) -> str:
        """Return the address of the stage's page for that car."""
        return self.visit_url(stage, f"{stage}/")

    def visit_url(self, stage: str, rest: str) -> str:
        """Return an address below a visit that is in `stage`."""
        visit = self.visit(stage)
        return reverse("visit", kwargs={"store": self.store.code, "visit": visit.pk}) + rest


def make_world() -> World:
    """Load a small demo and return the first store."""
    call_command("load_demo", "--small", verbosity=0)
    return World(Store.objects.get(code="hq"))
