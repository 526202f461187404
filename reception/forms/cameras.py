"""A camera to be set up, and a plate to try."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reception.cameras.makers import MAKERS

PLACES = (("entrance", _("Entrance")), ("exit", _("Exit")))


class CameraForm(forms.Form):
    """Name, maker and place of a new camera."""

    name = forms.CharField(max_length=60, label=_("Name of the camera"))
    adapter = forms.ChoiceField(label=_("Maker"))
    place = forms.ChoiceField(choices=PLACES, initial="entrance", widget=forms.RadioSelect, label=_("Entrance or exit"))
    lane = forms.CharField(max_length=20, required=False, label=_("Lane"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, maker.name) for key, maker in MAKERS.items()]
        self.fields["adapter"].choices = choices  # type: ignore[attr-defined] # a field of choices
        self.fields["adapter"].widget = forms.RadioSelect(choices=choices)


class TryForm(forms.Form):
    """A plate that a camera might read."""

    plate = forms.CharField(max_length=16, label=_("Plate"))
