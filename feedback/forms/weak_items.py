"""Confirming and closing a weak item."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ConfirmForm(forms.Form):
    """A touchpoint and what goes wrong there, in one's own words."""

    touchpoint = forms.CharField(max_length=4)
    words = forms.CharField(max_length=300, label=_("What goes wrong, in your words"))


class CloseForm(forms.Form):
    """Why a weak item is closed without a plan."""

    why = forms.CharField(max_length=200, label=_("Why it is closed"))
