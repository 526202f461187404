"""The final inspection with the handover to the advisor, on one form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from dealership.models import Bay
from inspection.models import FinalInspection, WorkshopHandover


class FinalForm(forms.Form):
    """`result` is the button pressed; an item that is not named is fine."""

    result = forms.ChoiceField(choices=FinalInspection.Result.choices)
    fault = forms.MultipleChoiceField(
        choices=FinalInspection.Item.choices, required=False, label=gettext_lazy("At fault")
    )
    note = forms.CharField(max_length=200, required=False, label=gettext_lazy("What has to be done again"))
    road_test = forms.BooleanField(required=False, label=gettext_lazy("Road test"))
    key_tag = forms.CharField(max_length=8, required=False, label=gettext_lazy("Key tag"))
    old_parts = forms.ChoiceField(
        choices=WorkshopHandover.OldParts.choices, required=False, label=gettext_lazy("Old parts")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = forms.ModelChoiceField(
            Bay.objects.all(), required=False, label=gettext_lazy("Place of the car")
        )

    def given(self) -> dict[str, Any]:
        """Return the arguments of `actions.final.inspect`."""
        data = dict(self.cleaned_data)
        data["items"] = dict.fromkeys(data.pop("fault"), "fault")
        data["old_parts"] = data["old_parts"] or WorkshopHandover.OldParts.NONE
        data["key_tag"] = data["key_tag"] or None
        return data
