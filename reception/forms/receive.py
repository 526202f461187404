"""What the advisor enters when a car is received at the bay."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Vehicle
from reception.forms.gate import ArrivalForm


class ReceiveForm(ArrivalForm):
    """A car that nobody let in at the gate: who brings it, what for, and what car it is."""

    VEHICLE = ("make", "model", "body", "energy")
    CUSTOMER = ("name", "sex", "phone")

    make = forms.CharField(max_length=40, required=False, label=_("Make"))
    model = forms.CharField(max_length=60, required=False, label=_("Model"))
    body = forms.ChoiceField(choices=Vehicle.Body.choices, required=False, label=_("Body"))
    energy = forms.ChoiceField(choices=Vehicle.Energy.choices, required=False, label=_("Energy"))
