"""Forms about loaner cars."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reception.models import LoanerCar

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
LOCAL = "%Y-%m-%dT%H:%M"
DEPOSIT_WORDS = {
    "cash": _("Cash"), "wechat": _("WeChat"), "alipay": _("Alipay"), "card": _("Held on the bank card"),
}  # fmt: skip
"""How a deposit is left, as it is kept → in words; anything else is kept as it was typed."""


class CarForm(forms.Form):
    """A car that the store lends."""

    plate = forms.CharField(max_length=12, label=_("Plate"))
    model = forms.CharField(max_length=60, label=_("Model"))
    mileage = forms.IntegerField(
        min_value=0, max_value=2_000_000, label=_("Mileage, km"), widget=forms.NumberInput({"inputmode": "numeric"})
    )
    deposit = forms.DecimalField(
        min_value=0, max_digits=8, decimal_places=2, initial=0, label=_("Usual deposit, ¥"),
        widget=forms.NumberInput({"inputmode": "decimal"}),
    )  # fmt: skip
    note = forms.CharField(max_length=200, required=False, label=_("Note"))
    active = forms.BooleanField(required=False, initial=True, label=_("Is lent"))


class PeriodForm(forms.Form):
    """From when until when."""

    since = forms.DateTimeField(
        label=_("Lent from"), input_formats=FORMATS,
        widget=forms.DateTimeInput({"type": "datetime-local", "step": 300}, format=LOCAL),
    )  # fmt: skip
    until = forms.DateTimeField(
        label=_("Due back"), input_formats=FORMATS,
        widget=forms.DateTimeInput({"type": "datetime-local", "step": 300}, format=LOCAL),
    )  # fmt: skip

    def moments(self) -> tuple[datetime, datetime] | None:
        """Return from and until, None while they are no time that can be looked up."""
        if not self.is_valid() or self.cleaned_data["until"] <= self.cleaned_data["since"]:
            return None
        return self.cleaned_data["since"], self.cleaned_data["until"]


class LoanForm(PeriodForm):
    """A car set aside. Whom for stands in the address, or is found by the plate of the customer's own car."""

    plate = forms.CharField(max_length=12, required=False, label=_("Plate of the customer's own car"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["car"] = forms.ModelChoiceField(LoanerCar.objects.filter(active=True), label=_("Loaner car"))


class ChangeForm(PeriodForm):
    """Another time, or another car; a car that is out has only another end."""

    since = forms.DateTimeField(
        label=_("Lent from"), input_formats=FORMATS, required=False,
        widget=forms.DateTimeInput({"type": "datetime-local", "step": 300}, format=LOCAL),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cars = LoanerCar.objects.filter(active=True)
        self.fields["car"] = forms.ModelChoiceField(cars, label=_("Loaner car"), required=False)


class EnergyForm(forms.Form):
    """Mileage, fuel or charge, damage."""

    mileage = forms.IntegerField(
        min_value=0, max_value=2_000_000, label=_("Mileage, km"), widget=forms.NumberInput({"inputmode": "numeric"})
    )
    fuel = forms.IntegerField(min_value=0, max_value=8, required=False, label=_("Fuel, eighths of the tank"))
    charge = forms.IntegerField(
        min_value=0, max_value=100, required=False, label=_("Charge, %"),
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )  # fmt: skip
    damage = forms.CharField(
        max_length=300, required=False, label=_("Damage seen together"), widget=forms.Textarea({"rows": 2})
    )

    def energy(self) -> dict[str, int]:
        """Return {"fuel": eighths} or {"charge": per cent} or both, as far as given."""
        given = {kind: self.cleaned_data.get(kind) for kind in ("fuel", "charge")}
        return {kind: value for kind, value in given.items() if value is not None}


class DetailsForm(EnergyForm):
    """What the contract says."""

    driver = forms.CharField(max_length=80, label=_("Driver"))
    licence_no = forms.CharField(
        max_length=4, label=_("Licence, last four"), widget=forms.TextInput({"autocomplete": "off"})
    )
    deposit = forms.DecimalField(
        min_value=0, max_digits=8, decimal_places=2, required=False, label=_("Deposit, ¥"),
        widget=forms.NumberInput({"inputmode": "decimal"}),
    )  # fmt: skip
    deposit_note = forms.CharField(max_length=120, required=False, label=_("How it was left"))


class SignForm(forms.Form):
    """The customer's signature under the contract that was read."""

    signature = forms.CharField(required=False)
    seen = forms.CharField(max_length=16, required=False)


class BackForm(EnergyForm):
    """The car is back."""

    signature = forms.CharField(required=False)
    deposit_back = forms.BooleanField(required=False, label=_("Deposit given back"))
    mileage_right = forms.BooleanField(required=False)
