"""App configuration of the kernel."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from dealership.checks import check_demo_accounts, check_wiring


class DealershipConfig(AppConfig):
    """The kernel: what every stage of a visit stands on."""

    name = "dealership"

    def ready(self) -> None:
        """Register the system checks: every name in `wiring` resolves, no demo account in production."""
        register(check_wiring)
        register(check_demo_accounts, Tags.database)
