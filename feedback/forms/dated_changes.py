"""A dated change."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DatedChangeForm(forms.Form):
    """What changed, and from which day on."""

    day = forms.DateField(label=_("From which day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    title = forms.CharField(max_length=120, label=_("What changed"))
    touchpoint = forms.CharField(max_length=4, required=False, widget=forms.HiddenInput)
