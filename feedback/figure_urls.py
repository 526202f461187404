"""Addresses of the figures of a period, of persons, of readings side by side, and of exports."""

from django.urls import path

from feedback.views import compare, exports, figures, people

urlpatterns = [
    path("figures/", figures.this_month, name="figures-today"),
    path("figures/help/<str:figure>/", figures.figure_help, name="figure-help"),
    path("figures/<slug:kind>/<day:day>/", figures.figures, name="figures"),
    path("figures/<slug:kind>/<day:day>/<str:figure>/", figures.figure_visits, name="figure-visits"),
    path("people/<slug:kind>/<day:day>/", people.people, name="people"),
    path("compare/<slug:kind>/<day:day>/", compare.compare, name="compare"),
    path("scores/export/", exports.export, name="export"),
]
