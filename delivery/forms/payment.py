"""Forms of the counter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from delivery.forms.settlement import MethodForm, amount_field


class PaymentForm(MethodForm):
    """Money taken."""

    amount = amount_field(_("Amount in yuan"))
    reference = forms.CharField(label=_("Reference"), max_length=60, required=False)


class AskForm(forms.Form):
    """A sum to be put on account."""

    amount = amount_field(_("Amount in yuan"), required=False)


class ReversalForm(forms.Form):
    """Why a payment goes back."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
