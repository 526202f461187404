"""Noting a training or a role play of several people at once."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Staff
from feedback.models import Practice


class PracticeForm(forms.Form):
    """What was practised, when, and who took part; the choices are handed in by the view."""

    touchpoint = forms.ChoiceField(label=_("Touchpoint"))
    kind = forms.ChoiceField(choices=Practice.Kind.choices, label=_("Kind"), widget=forms.RadioSelect)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    people = forms.MultipleChoiceField(label=_("Who took part"), widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(max_length=200, required=False, label=_("Note"))

    def __init__(
        self, *args: Any, touchpoints: Sequence[tuple[str, str]], people: Sequence[Staff], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(person.pk): person for person in people}
        self.fields["touchpoint"].choices = list(touchpoints)  # type: ignore[attr-defined]
        self.fields["people"].choices = [(pk, one.name) for pk, one in self._people.items()]  # type: ignore[attr-defined]

    def clean_people(self) -> list[Staff]:
        """Return the persons chosen."""
        return [self._people[pk] for pk in self.cleaned_data["people"]]
