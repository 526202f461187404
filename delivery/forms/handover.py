"""Forms of the handover."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Customer
from delivery.models import Handover


class HandoverForm(forms.Form):
    """Who collects the car, and how that was checked."""

    check = forms.ChoiceField(label=_("Collector"), choices=Handover.Check.choices)
    code = forms.CharField(label=_("Pickup code"), max_length=6, required=False)
    collector = forms.CharField(label=_("Collector's name"), max_length=80, required=False)
    sex = forms.ChoiceField(label=_("Form of address"), choices=Customer.Sex.choices, required=False)
    called = forms.CharField(label=_("Number called"), max_length=20, required=False)
