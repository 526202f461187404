"""Forms about service intervals and the day of sale."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Vehicle

MOST_KM, MOST_MONTHS = 200_000, 120


def _km(label: Any, *, required: bool) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=MOST_KM, required=required)


def _months(label: Any, *, required: bool) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=MOST_MONTHS, required=required)


class IntervalForm(forms.Form):
    """How often some cars are due."""

    name = forms.CharField(label=_("Name of the interval"), max_length=60)
    km = _km(_("Every km"), required=True)
    months = _months(_("Every months"), required=True)
    first_km = _km(_("First at km"), required=False)
    first_months = _months(_("First after months"), required=False)
    energies = forms.MultipleChoiceField(
        label=_("Energy"), choices=Vehicle.Energy.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    fits = forms.CharField(
        label=_("Models"), required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("One model a line; a car fits when all words of a line stand in its make and model."),
    )  # fmt: skip


class SoldOnForm(forms.Form):
    """When a car was sold."""

    sold_on = forms.DateField(label=_("Day of sale"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
