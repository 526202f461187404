"""Forms about what somebody else must allow."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from reception.forms.order import MOST


class LowerForm(forms.Form):
    """A lower price of a line, or (`do` = goodwill) that the store bears it; with the reason."""

    do = forms.ChoiceField(choices=[("discount", ""), ("goodwill", "")])
    amount = forms.DecimalField(label=_("New price"), max_value=MOST, decimal_places=2, required=False)
    other = forms.DecimalField(label=_("Another price"), max_value=MOST, decimal_places=2, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    @property
    def wanted(self) -> Decimal | None:
        """The price that was typed, else the one of the chip."""
        other = self.cleaned_data["other"]
        return self.cleaned_data["amount"] if other is None else other


class AccountForm(forms.Form):
    """Why an order may go on account above the limit."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class VerdictForm(forms.Form):
    """The manager's answer, with a word to it."""

    verdict = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    words = forms.CharField(label=_("A word to it"), max_length=200, required=False)
