"""Forms of the settlement sheet."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from delivery.models import Deduction, Discount, Method, Settlement
from reception.models import OrderLine


def amount_field(label: Any, **kwargs: Any) -> forms.DecimalField:
    """Return a field for yuan with two decimals, zero or more."""
    return forms.DecimalField(
        label=label, min_value=Decimal(0), max_digits=10, decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **kwargs,
    )  # fmt: skip


class LineForm(forms.Form):
    """What a line is charged, who pays it, and its warranty."""

    labour = amount_field(_("Labour"))
    parts = amount_field(_("Parts"))
    note = forms.CharField(label=_("Note"), max_length=120, required=False)
    payer = forms.ChoiceField(label=_("Payer"), choices=OrderLine.Payer.choices)
    months = forms.IntegerField(label=_("Warranty, months"), min_value=0, max_value=120)
    km = forms.IntegerField(label=_("Warranty, km"), min_value=0, max_value=1_000_000)


class DeductionForm(forms.Form):
    """A deduction."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Deduction.Kind.choices)
    amount = amount_field(_("Amount in yuan"))
    reference = forms.CharField(label=_("Reference"), max_length=40, required=False)


class DiscountForm(forms.Form):
    """A discount."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Discount.Kind.choices)
    value = amount_field(_("Per cent or yuan"))
    reason = forms.CharField(label=_("Reason"), max_length=120, required=False)


class ReviewForm(forms.Form):
    """Invoice data."""

    invoice = forms.ChoiceField(label=_("Invoice"), choices=Settlement.Invoice.choices)
    invoice_title = forms.CharField(label=_("Invoice title"), max_length=120, required=False)
    tax_no = forms.CharField(label=_("Tax number"), max_length=20, required=False)


class MethodForm(forms.Form):
    """A way of paying."""

    method = forms.ChoiceField(label=_("Way of paying"), choices=Method.choices)
