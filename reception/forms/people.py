"""Corrections at the desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Customer, Vehicle


class PeopleForm(forms.Form):
    """Corrections of a customer and the car."""

    name = forms.CharField(max_length=80, label=_("Name"))
    sex = forms.ChoiceField(
        choices=Customer.Sex.choices, required=False, label=_("Form of address"), widget=forms.RadioSelect
    )
    phone = forms.CharField(
        max_length=20, required=False, label=_("Phone"), widget=forms.TextInput({"inputmode": "tel"})
    )
    email = forms.EmailField(required=False, label=_("E-mail"))
    model = forms.CharField(max_length=60, required=False, label=_("Model"))
    year = forms.IntegerField(
        min_value=1980, max_value=2100, required=False, label=_("Model year"),
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )  # fmt: skip
    vin = forms.CharField(max_length=20, required=False, label=_("VIN"))
    energy = forms.ChoiceField(choices=Vehicle.Energy.choices, label=_("Energy"), widget=forms.RadioSelect)
