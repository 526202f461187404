"""What was done the day before."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PreparationForm(forms.Form):
    """Two ticks and a note."""

    history_read = forms.BooleanField(required=False, label=_("History read"))
    parts_reserved = forms.BooleanField(required=False, label=_("Parts laid aside"))
    note = forms.CharField(max_length=300, required=False, label=_("Note"))
