"""What the guard types."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Customer, Work
from dealership.plates import normalise


class PlateForm(forms.Form):
    """A plate as province and number, or whole in `number`."""

    province = forms.CharField(max_length=1, required=False, label=_("Province"))
    number = forms.CharField(max_length=12, required=False, label=_("Plate"))
    works = forms.MultipleChoiceField(choices=Work.choices, required=False, label=_("Purpose"))

    def clean(self) -> dict[str, Any]:
        """Add `plate`, normalised: a number that brings its own province keeps it."""
        data = super().clean() or {}
        number = normalise(data.get("number", ""))
        own = number[:1] and not number[:1].isascii()
        data["plate"] = number if own or not number else normalise(data.get("province", "") + number)
        return data


class ArrivalForm(PlateForm):
    """A car to be let in."""

    words = forms.CharField(max_length=300, required=False, label=_("The customer's words"))
    name = forms.CharField(max_length=40, required=False, label=_("Surname"))
    sex = forms.ChoiceField(choices=Customer.Sex.choices, required=False, label=_("Form of address"))
    phone = forms.CharField(max_length=20, required=False, label=_("Phone"))
