"""Forms of the price book."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Vehicle
from reception.models import LabourRate

MOST = Decimal("999999.99")
LANGUAGES = {"name_hans": "zh-hans", "name_hant": "zh-hant", "name_en": "en"}
UNITS = (("each", _("each")), ("set", _("set")), ("pair", _("pair")), ("bottle", _("bottle")))
MONEY = forms.NumberInput({"inputmode": "decimal", "step": "0.01", "min": "0"})


class ThingForm(forms.Form):
    """What everything of the price list has; `given()` is what the action wants."""

    code = forms.CharField(label=_("Code"), max_length=20, required=False)
    name_hans = forms.CharField(label=_("Name, simplified Chinese"), max_length=120, required=False)
    name_hant = forms.CharField(label=_("Name, traditional Chinese"), max_length=120, required=False)
    name_en = forms.CharField(label=_("Name, English"), max_length=120, required=False)

    OWN: tuple[str, ...] = ()

    def given(self) -> dict[str, Any]:
        """Return names and the fields of the kind; call after it was cleaned."""
        data = self.cleaned_data
        return {"names": {language: data[name] for name, language in LANGUAGES.items()}} | {
            name: data[name] for name in self.OWN
        }


class OperationForm(ThingForm):
    """Labour: its hours (for paint its panels) and whose rate."""

    hours = forms.DecimalField(
        label=_("Hours"), min_value=0, max_value=Decimal("999.99"), decimal_places=2, widget=MONEY
    )  # fmt: skip
    rate_kind = forms.ChoiceField(label=_("Rate"), choices=LabourRate.Kind.choices, widget=forms.RadioSelect)

    OWN = ("hours", "rate_kind")


class PartForm(ThingForm):
    """A part."""

    price = forms.DecimalField(label=_("Price, ¥"), min_value=0, max_value=MOST, decimal_places=2, widget=MONEY)
    unit = forms.CharField(label=_("Unit"), max_length=10, initial="each", widget=forms.Select(choices=UNITS))
    stock = forms.IntegerField(label=_("In stock"), min_value=0, max_value=1_000_000, initial=0)

    OWN = ("price", "unit", "stock")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.initial.get("unit", "each")
        if unit not in dict(UNITS):
            # A file may have brought a unit of its own.
            self.fields["unit"].widget.choices = [*UNITS, (unit, unit)]  # type: ignore[attr-defined] # a list of choices


class PackageForm(ThingForm):
    """A package, and the cars that it is for."""

    price = forms.DecimalField(label=_("Price, ¥"), min_value=0, max_value=MOST, decimal_places=2, widget=MONEY)
    fits = forms.CharField(
        label=_("Models, one a line"), help_text=_("Empty: every model."), max_length=500, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip
    energies = forms.MultipleChoiceField(
        label=_("Only for"), choices=Vehicle.Energy.choices, required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    mileage = forms.IntegerField(label=_("Due at, km"), min_value=0, max_value=2_000_000, required=False)

    OWN = ("price", "fits", "energies", "mileage")

    def clean_fits(self) -> str:
        """Return the models without empty lines."""
        return "\n".join(line.strip() for line in self.cleaned_data["fits"].splitlines() if line.strip())


class RateForm(forms.Form):
    """The price of an hour."""

    kind = forms.ChoiceField(label=_("Rate"), choices=LabourRate.Kind.choices)
    rate = forms.DecimalField(label=_("Rate, ¥"), min_value=0, max_value=MOST, decimal_places=2, widget=MONEY)


FORMS: dict[str, type[ThingForm]] = {"operation": OperationForm, "part": PartForm, "package": PackageForm}
