"""What a store sets about its scores."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.queries.standards import TouchpointWords
from feedback.actions.score_settings import INFLUENCES, field_of
from feedback.queries.words import influence_word
from feedback.scores import CUSTOMER, EXECUTION, SELF_CHECK


class WeightsForm(forms.Form):
    """How the three readings are weighed, in per cent, and whether persons are ranked."""

    ranking = forms.BooleanField(required=False, label=_("Rank persons"))

    def __init__(self, *args: Any, weights: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {EXECUTION: _("Execution"), SELF_CHECK: _("Self-check"), CUSTOMER: _("Customer")}
        for name, label in labels.items():
            self.fields[name] = forms.IntegerField(
                min_value=0, max_value=100, label=label, initial=weights[name],
                widget=forms.NumberInput({"inputmode": "numeric"}),
            )  # fmt: skip

    @property
    def weight_fields(self) -> list[forms.BoundField]:
        """The three fields of per cent."""
        return [self[name] for name in (EXECUTION, SELF_CHECK, CUSTOMER)]


class InfluenceForm(forms.Form):
    """The influence of each touchpoint, a field of 1 to 5 for each."""

    def __init__(self, *args: Any, words: tuple[TouchpointWords, ...], influence: dict[str, int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.words = words
        choices = [(value, f"{value} {influence_word(value)}") for value in reversed(INFLUENCES)]
        for touchpoint in words:
            self.fields[field_of(touchpoint.code)] = forms.TypedChoiceField(
                choices=choices, coerce=int, initial=influence[touchpoint.code],
                label=f"{touchpoint.code} {touchpoint.name}",
            )  # fmt: skip

    def influence(self) -> dict[str, int]:
        """Return touchpoint → influence of a valid form."""
        return {touchpoint.code: self.cleaned_data[field_of(touchpoint.code)] for touchpoint in self.words}
