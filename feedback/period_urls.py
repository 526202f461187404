"""Addresses of weeks, months, quarters and years: of a store and of all stores."""

from django.urls import path, register_converter

from feedback.views import chain_period, dated_changes, periods


class KindConverter:
    """A kind of period in an address: week, month, quarter, year."""

    regex = "week|month|quarter|year"

    def to_python(self, value: str) -> str:
        """Return the kind."""
        return value

    def to_url(self, value: str) -> str:
        """Write the kind."""
        return value


register_converter(KindConverter, "kind")

urlpatterns = [
    path("chain/scores/month/", chain_period.this_month, name="chain-period-today"),
    path("chain/scores/<kind:kind>/<day:day>/", chain_period.chain_period, name="chain-period"),
    path("<slug:store>/scores/month/", periods.this_month, name="scores-period-today"),
    path("<slug:store>/scores/period-help/", periods.help_sheet, name="scores-period-help"),
    path("<slug:store>/scores/changes/", dated_changes.change_added, name="scores-change-add"),
    path(
        "<slug:store>/scores/changes/<uuid:change>/remove/",
        dated_changes.change_removed,
        name="scores-change-remove",
    ),
    path("<slug:store>/scores/<kind:kind>/<day:day>/", periods.period, name="scores-period"),
    path("<slug:store>/scores/<kind:kind>/<day:day>/breakdown/", periods.breakdown, name="scores-breakdown"),
    path(
        "<slug:store>/scores/<kind:kind>/<day:day>/<str:touchpoint>/",
        periods.touchpoint,
        name="scores-period-touchpoint",
    ),
]
