"""How the customer confirms the pre-check sheet, and why a confirmed one changes."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy

from dealership.models import Staff
from reception.models import SheetConfirmation
from reception.reasons import REFUSALS

How = SheetConfirmation.How


class ConfirmationForm(forms.Form):
    """What the customer did: has seen it, signed it, or would not. A chip or own words say why."""

    how = forms.ChoiceField(choices=How.choices, label=gettext_lazy("How"))
    signature = forms.CharField(required=False, label=gettext_lazy("Signature"))
    reason = forms.ChoiceField(choices=REFUSALS.items(), required=False, label=gettext_lazy("Why"))
    reason_words = forms.CharField(max_length=200, required=False, label=gettext_lazy("In other words"))
    entries = forms.CharField(required=False)

    def __init__(self, *args: Any, colleagues: list[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Staff.objects.filter(pk__in=[person.pk for person in colleagues])
        self.fields["witness"] = forms.ModelChoiceField(people, required=False, label=gettext_lazy("Who was there"))

    def clean_entries(self) -> list[UUID] | None:
        """Return the ids that the page named, None where it named none."""
        try:
            return [UUID(text) for text in self.cleaned_data["entries"].split()] or None
        except ValueError:
            return None

    def given(self) -> dict[str, Any]:
        """Return the keywords of `confirm_sheet`."""
        data = self.cleaned_data
        return {
            "how": data["how"], "signature": data["signature"], "entries": data["entries"],
            "reason": data["reason_words"].strip() or data["reason"], "witness": data["witness"],
        }  # fmt: skip
