"""Addresses of the feedback app."""

from datetime import date

from django.urls import include, path, register_converter

from feedback.views import chain, day, score_settings, touchpoint


class DayConverter:
    """A business day in an address: 2026-11-22."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Return the date; a ValueError is a 404."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """Write the date."""
        return value.isoformat()


register_converter(DayConverter, "day")

urlpatterns = [
    path("chain/scores/", chain.today, name="chain-today"),
    path("chain/scores/<day:day>/", chain.scores, name="chain-scores"),
    path("<slug:store>/scores/", day.today, name="scores-today"),
    path("<slug:store>/scores/help/", day.help_sheet, name="scores-help"),
    path("<slug:store>/scores/<day:day>/", day.day, name="scores"),
    path("<slug:store>/scores/<day:day>/live/", day.live, name="scores-live"),
    path("<slug:store>/scores/<day:day>/<str:touchpoint>/", touchpoint.touchpoint, name="scores-touchpoint"),
    path("<slug:store>/visits/<uuid:visit>/steps/", touchpoint.visit_steps, name="visit-steps"),
    path("", include("feedback.period_urls")),
    path("<slug:store>/settings/scores/", score_settings.score_settings, name="score-settings"),
    path("<slug:store>/settings/scores/kept/", score_settings.score_settings_kept, name="score-settings-kept"),
    path(
        "<slug:store>/settings/scores/influence/reset/",
        score_settings.score_influence_reset,
        name="score-influence-reset",
    ),
    path("<slug:store>/", include("feedback.plan_urls")),
    path("<slug:store>/", include("feedback.check_urls")),
    path("<slug:store>/", include("feedback.morning_urls")),
    path("<slug:store>/", include("feedback.standard_urls")),
    path("<slug:store>/", include("feedback.figure_urls")),
]
