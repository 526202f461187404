"""What a customer types to book on the web."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Work
from dealership.phones import mobile
from dealership.plates import describe, normalise
from reception.models import Appointment

LEAST_PLATE = 6
Transport = Appointment.Transport


class BookingForm(forms.Form):
    """The choice so far (hidden), the car and its person. `clean_phone` gives E.164."""

    work = forms.ChoiceField(choices=Work.choices, widget=forms.HiddenInput)
    at = forms.CharField(max_length=16, widget=forms.HiddenInput)
    advisor = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)

    concern = forms.CharField(
        max_length=300, required=False, label=_("What shall we look at?"), widget=forms.Textarea({"rows": 3})
    )
    plate = forms.CharField(
        max_length=14, label=_("Plate"), widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off"})
    )
    name = forms.CharField(max_length=80, label=_("Your name"), widget=forms.TextInput({"autocomplete": "name"}))
    sex = forms.ChoiceField(
        choices=[("m", _("Mr")), ("f", _("Ms"))], label=_("How may we address you?"), widget=forms.RadioSelect
    )
    phone = forms.CharField(
        max_length=20, label=_("Your mobile number"),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    transport = forms.ChoiceField(
        choices=[
            (Transport.NONE.value, _("I need neither")),
            (Transport.LOANER.value, _("A loaner car")),
            (Transport.PICKUP.value, _("Please pick the car up")),
        ],
        required=False, label=_("While the car is with you"), widget=forms.RadioSelect,
    )  # fmt: skip
    wish = forms.CharField(
        max_length=300, required=False, label=_("Anything else? An address for the pickup, a time you must leave"),
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip

    def clean_plate(self) -> str:
        """Return the plate as it is stored."""
        plate = normalise(self.cleaned_data["plate"])
        if not describe(plate).known and not LEAST_PLATE <= len(plate) <= 12:
            raise forms.ValidationError(_("Type the whole plate, with the province in front."))
        return plate

    def clean_phone(self) -> str:
        """Return the number in E.164."""
        number = mobile(self.cleaned_data["phone"])
        if not number:
            raise forms.ValidationError(_("Type a mobile number; a code comes by SMS."))
        return number

    def typed(self, language: str) -> dict[str, Any]:
        """Return what is kept until the code is right."""
        return {name: value for name, value in self.cleaned_data.items() if name != "phone"} | {"language": language}
