"""A car that comes without its customer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Arrival
from reception.actions.drop_off import DROPPED
from reception.forms.gate import ArrivalForm


class AbsentForm(ArrivalForm):
    """How it came, which car, what for, whose it is, and where key and car are."""

    HOWS = (
        (DROPPED, _("Left here out of hours")),
        (Arrival.TOWED, _("Towed in")),
        (Arrival.PICKED_UP, _("Picked up")),
    )

    how = forms.ChoiceField(choices=HOWS, label=_("How it came"), widget=forms.RadioSelect, initial=DROPPED)
    key_box = forms.CharField(max_length=20, required=False, label=_("Key box"))
    place = forms.CharField(max_length=60, required=False, label=_("Where the car stands"))
    note = forms.CharField(max_length=300, required=False, label=_("Note"))
    at = forms.DateTimeField(
        required=False, label=_("When it came"), help_text=_("Empty: just now."),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def car(self) -> dict[str, Any]:
        """Return what `record_arrival` is told."""
        data = self.cleaned_data
        return {
            "works": data["works"], "words": data["words"],
            "customer": {name: data[name] for name in ("name", "sex", "phone")},
        }  # fmt: skip

    def left(self) -> dict[str, Any]:
        """Return where key and car are, and since when."""
        return {name: self.cleaned_data[name] for name in ("key_box", "place", "note", "at")}
