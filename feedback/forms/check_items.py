"""An item of the self-check form, in the reader's language."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Role
from feedback.models import CheckItem
from feedback.queries.check_items import words_of
from feedback.ready.data import CHECKED, OWNERS

LONGEST = {"pain": 120, "item": 60, "standard": 160, "at_0": 100, "at_5": 100, "at_10": 100}
LABELS = {
    "pain": _("Pain point"), "item": _("What is checked"), "standard": _("Standard of the item"),
    "at_0": _("What 0 looks like"), "at_5": _("What 5 looks like"), "at_10": _("What 10 looks like"),
}  # fmt: skip
HIGHEST = 10
"""Times a week: twice on each of five days (the course's own item)."""


class CheckItemForm(forms.Form):
    """Texts of one language, and what holds for all: step, who, way, how often, who checks, whether a car is drawn."""

    step = forms.ChoiceField(required=False, label=_("Step it looks at"))
    who = forms.ChoiceField(label=_("who is checked"))
    way = forms.ChoiceField(choices=CheckItem.Way.choices, label=_("way"))
    times_a_week = forms.IntegerField(min_value=1, max_value=HIGHEST, label=_("times a week"))
    owner = forms.ChoiceField(label=_("who checks"))
    needs_visit = forms.BooleanField(required=False, label=_("a car is drawn for it"))

    def __init__(self, *args: Any, steps: list[tuple[str, str]], item: CheckItem | None = None, **kwargs: Any) -> None:
        if item:
            words = words_of(item)
            bones = {name: getattr(item, name) for name in self.base_fields}
            kwargs["initial"] = bones | {name: getattr(words, name) for name in LABELS}
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = [("", _("The touchpoint as a whole")), *steps]  # type: ignore[attr-defined]
        self.fields["who"].choices = [(one, Role(one).label) for one in CHECKED]  # type: ignore[attr-defined]
        self.fields["owner"].choices = [(one, Role(one).label) for one in OWNERS]  # type: ignore[attr-defined]
        for name, label in LABELS.items():
            self.fields[name] = forms.CharField(
                max_length=LONGEST[name], label=label, widget=forms.Textarea({"rows": 2})
            )

    def texts(self) -> list[Any]:
        """Return the fields of the texts."""
        return [self[name] for name in LABELS]

    def bones(self) -> list[Any]:
        """Return the other fields but the switch."""
        return [self[name] for name in ("step", "who", "way", "times_a_week", "owner")]
