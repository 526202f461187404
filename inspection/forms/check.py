"""The advisor's checks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from dealership.models import Bay, Staff
from inspection.models import MidCheck

PAPER_NAMES = (
    ("sheet", gettext_lazy("Pre-check sheet")),
    ("order", gettext_lazy("Repair order")),
    ("parts", gettext_lazy("Parts issue")),
)


class MidCheckForm(forms.Form):
    """`result` is the button pressed; an item that is not named is fine."""

    result = forms.ChoiceField(choices=MidCheck.Result.choices, required=False)
    fault = forms.MultipleChoiceField(
        choices=MidCheck.Item.choices, required=False, label=gettext_lazy("What is not right")
    )
    note = forms.CharField(max_length=200, required=False, label=gettext_lazy("What has to be done again"))

    def given(self) -> dict[str, Any]:
        """Return the arguments of `actions.check.check_car`."""
        data = self.cleaned_data
        items = dict.fromkeys(data["fault"], "fault")
        return {"result": data["result"] or MidCheck.Result.FINE, "note": data["note"], "items": items}


class MaterialForm(forms.Form):
    """The papers compared, and who was asked."""

    papers = forms.MultipleChoiceField(choices=PAPER_NAMES, required=False, label=gettext_lazy("Papers compared"))
    note = forms.CharField(max_length=200, required=False, label=gettext_lazy("Note"))

    def __init__(self, *args: Any, technicians: list[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Staff.objects.filter(pk__in=[one.pk for one in technicians])
        self.fields["asked"] = forms.ModelChoiceField(people, required=False, label=gettext_lazy("Asked by name"))


class PreparationForm(forms.Form):
    """Papers, old parts, place of the car."""

    papers = forms.BooleanField(required=False, label=gettext_lazy("Papers are ready"))
    old_parts = forms.BooleanField(required=False, label=gettext_lazy("Old parts lie ready"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = forms.ModelChoiceField(
            Bay.objects.all(), required=False, label=gettext_lazy("Place of the car")
        )
