"""App configuration of the kernel."""

from django.apps import AppConfig
from django.core.checks import register

from dealership.checks import check_wiring


class DealershipConfig(AppConfig):
    """The kernel: what every stage of a visit stands on."""

    name = "dealership"

    def ready(self) -> None:
        """Register the system check that resolves every name in `wiring`."""
        register(check_wiring)
