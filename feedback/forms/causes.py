"""The four questions as one form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.causes import CAUSES

YES, NO = "yes", "no"
MEASURES = [(measure.code, measure.name) for cause in CAUSES for measure in cause.measures]


class CauseForm(forms.Form):
    """Yes or no to each question with a note, the kind of measure, and the least sure of four times yes."""

    measure = forms.ChoiceField(choices=MEASURES, required=False, widget=forms.RadioSelect)
    least = forms.ChoiceField(
        choices=[(cause.code, cause.question) for cause in CAUSES], required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for cause in CAUSES:
            self.fields[cause.code] = forms.ChoiceField(
                choices=[(YES, _("Yes")), (NO, _("No"))], required=False, widget=forms.RadioSelect
            )
            self.fields[f"note_{cause.code}"] = forms.CharField(
                max_length=200, required=False, label=_("What you saw yourself")
            )

    def answers(self) -> dict[str, bool | None]:
        """Return code → yes, no, or None where nothing was answered."""
        given = {cause.code: self.cleaned_data[cause.code] for cause in CAUSES}
        return {code: {YES: True, NO: False}.get(answer) for code, answer in given.items()}

    def notes(self) -> dict[str, str]:
        """Return code → what the person saw."""
        return {cause.code: self.cleaned_data[f"note_{cause.code}"] for cause in CAUSES}
