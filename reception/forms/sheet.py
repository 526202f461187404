"""What is entered while walking around the car."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealership.stages import Stage
from reception.findings import (
    BELONGINGS,
    CONTROLS,
    ENGINE_BAY,
    EXAM_RESULTS,
    FRONT_BAY,
    LAMPS,
    PORTS,
    SIZES_CM,
    SYMPTOMS,
)
from reception.models import WHOLE_CAR, DamageMark, Reading, SheetConfirmation, View
from reception.readings import RESULTS

Item = Reading.Item
SEEN_IN_PASSING = (Item.CHARGING, Item.EXAM)
EXAM_FIELDS = {"tread": "tread", "lamps": "lights", "wipers": "blades"}
"""Part of what is seen in passing → name of its field."""


class ReadingsForm(forms.Form):
    """Readings of the items that the form names (`item`); a list without a tick says "none"."""

    item = forms.MultipleChoiceField(choices=Item.choices, label=gettext_lazy("Item"))
    mileage = forms.IntegerField(min_value=0, required=False, label=gettext_lazy("Mileage"))
    fuel = forms.IntegerField(min_value=0, max_value=8, required=False, label=gettext_lazy("Fuel level"))
    charge = forms.IntegerField(min_value=0, max_value=100, required=False, label=gettext_lazy("Charge level"))
    lamps = forms.MultipleChoiceField(choices=LAMPS.items(), required=False, label=gettext_lazy("Warning lamps"))
    belongings = forms.MultipleChoiceField(choices=BELONGINGS.items(), required=False, label=gettext_lazy("Belongings"))
    controls = forms.MultipleChoiceField(choices=CONTROLS.items(), required=False, label=gettext_lazy("Controls"))
    engine_bay = forms.MultipleChoiceField(
        choices=(ENGINE_BAY | FRONT_BAY).items(), required=False, label=gettext_lazy("Engine bay")
    )
    exterior = forms.ChoiceField(
        choices=[*View.choices, (WHOLE_CAR, WHOLE_CAR)], required=False, label=gettext_lazy("View")
    )
    port = forms.ChoiceField(choices=PORTS.items(), required=False, label=gettext_lazy("Charge port"))
    cable = forms.BooleanField(required=False, label=gettext_lazy("Charging cable"))
    tread = forms.ChoiceField(choices=EXAM_RESULTS.items(), required=False, label=gettext_lazy("Tyre tread"))
    blades = forms.ChoiceField(choices=EXAM_RESULTS.items(), required=False, label=gettext_lazy("Wiper blades"))
    lights = forms.ChoiceField(choices=EXAM_RESULTS.items(), required=False, label=gettext_lazy("Lamps outside"))
    coverage = forms.ChoiceField(choices=[(r, r) for r in RESULTS], required=False, label=gettext_lazy("Cover"))
    note = forms.CharField(max_length=300, required=False, label=gettext_lazy("Note"))
    reason = forms.CharField(max_length=200, required=False, label=gettext_lazy("Reason"))
    confirm_mileage = forms.BooleanField(required=False)
    onward = forms.ChoiceField(choices=[(str(Stage.NEGOTIATION), "")], required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for what an item needs, with a sentence that says what to do."""
        data = super().clean() or {}
        items = data.get("item", [])
        if Item.MILEAGE in items and data.get("mileage") is None and "mileage" not in self.errors:
            self.add_error("mileage", _("Enter what the dashboard shows."))
        if Item.ENERGY in items and data.get("fuel") is None and data.get("charge") is None:
            self.add_error("fuel", _("Tap how much is left."))
        return data

    def readings(self) -> dict[str, Any]:
        """Return item → value of the valid form; what is only noted where it was seen is left out where it was not."""
        data = self.cleaned_data
        energy = {name: data[name] for name in ("fuel", "charge") if data[name] is not None}
        note = data["note"]
        values = {
            Item.COVERS: True,
            Item.QUALIFY: True,
            Item.MILEAGE: data["mileage"],
            Item.ENERGY: energy,
            Item.LAMPS: data["lamps"],
            Item.BELONGINGS: data["belongings"],
            Item.CONTROLS: {"findings": data["controls"], "note": note},
            Item.ENGINE_BAY: {"findings": data["engine_bay"], "note": note},
            Item.EXTERIOR: data["exterior"],
            Item.VALUABLES: True,
            Item.CHARGING: {"port": data["port"], "cable": data["cable"]} if data["port"] else None,
            Item.EXAM: self._exam(),
            Item.COVERAGE: {"result": data["coverage"], "note": note},
        }
        values = {item: value for item, value in values.items() if value or item not in SEEN_IN_PASSING}
        return {str(item): values[Item(item)] for item in data["item"] if item in values}

    def _exam(self) -> dict[str, str]:
        return {part: self.cleaned_data[name] for part, name in EXAM_FIELDS.items() if self.cleaned_data[name]}


class MarkForm(forms.Form):
    """A new mark: where on which drawing."""

    view = forms.ChoiceField(choices=View.choices, label=gettext_lazy("View"))
    zone = forms.CharField(max_length=24, required=False)
    x = forms.IntegerField()
    y = forms.IntegerField()


class MarkChangeForm(forms.Form):
    """Kind and size of a mark, or that it goes."""

    kind = forms.ChoiceField(choices=DamageMark.Kind.choices, required=False, label=gettext_lazy("Kind"))
    size_cm = forms.TypedChoiceField(
        choices=[(size, size) for size in SIZES_CM], coerce=int, required=False, empty_value=None,
        label=gettext_lazy("Size"),
    )  # fmt: skip
    note = forms.CharField(max_length=120, required=False, label=gettext_lazy("Note"))


class ConfirmationForm(forms.Form):
    """How the customer agreed."""

    how = forms.ChoiceField(choices=SheetConfirmation.How.choices, label=gettext_lazy("How"))


class SymptomForm(forms.Form):
    """What the customer notices."""

    symptoms = forms.MultipleChoiceField(choices=SYMPTOMS.items(), required=False, label=gettext_lazy("Symptom"))
    words = forms.CharField(max_length=300, required=False, label=gettext_lazy("The customer's words"))

    def clean(self) -> dict[str, Any]:
        """A symptom needs a chip or a word."""
        data = super().clean() or {}
        if not data.get("symptoms") and not data.get("words", "").strip():
            self.add_error("words", _("Tap what fits, or write the customer's words."))
        return data


class AnswerTimeForm(forms.Form):
    """Within how many hours there is an answer."""

    hours = forms.TypedChoiceField(
        choices=[(hours, hours) for hours in (1, 2, 4, 24)], coerce=int, label=gettext_lazy("Answer within")
    )
