"""Forms about an accident car."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reception.forms.order import MOST
from reception.models import AccidentCase


class CaseForm(forms.Form):
    """Insurer, claim, adjuster and the assessed loss."""

    insurer = forms.CharField(label=_("Insurer"), max_length=60, required=False)
    claim_no = forms.CharField(label=_("Claim number"), max_length=40, required=False)
    adjuster = forms.CharField(label=_("Adjuster"), max_length=40, required=False)
    adjuster_phone = forms.CharField(label=_("Adjuster's phone"), max_length=20, required=False)
    direct = forms.BooleanField(label=_("The insurer pays us directly"), required=False)
    assessed = forms.DecimalField(label=_("Assessed loss"), max_value=MOST, decimal_places=2, required=False)


class MoveForm(forms.Form):
    """From the state that was seen to another one; `undo` takes the last move back."""

    source = forms.ChoiceField(choices=AccidentCase.State.choices)
    to = forms.ChoiceField(choices=[*AccidentCase.State.choices, ("undo", "")])


class CalledForm(forms.Form):
    """What was said on the progress call."""

    words = forms.CharField(label=_("What was said"), max_length=200, required=False)
