"""`manage.py demo_logins`: who can log in to a demo."""

from typing import Any

from django.core.management.base import BaseCommand

from dealership.demo import cast

ROLES = {
    "guard": "保安", "advisor": "服务顾问", "technician": "技师", "controller": "车间调度", "cashier": "收银员",
    "supervisor": "前台主管", "manager": "服务经理", "chain": "集团", "": "系统管理",
}  # fmt: skip


class Command(BaseCommand):
    """Print the table of logins and the one password."""

    help = "Print the demo's logins and their password."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each login."""
        stores = {store.code: f"{store.name} ({store.code})" for store in cast.STORES}
        for person in (person for person in cast.STAFF if person.listed):
            where = "、".join(stores[code] for code in person.stores)
            self.stdout.write(f"  {person.username:<12} {person.name}  {ROLES[person.role]}  {where}".rstrip())
        self.stdout.write(f"\n  Password for all: {cast.PASSWORD}")
