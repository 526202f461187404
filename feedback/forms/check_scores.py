"""What a card of a round sends."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import CheckTask


class CheckForm(forms.Form):
    """A score from 0 to 10, or why it could not be seen, and a note."""

    task: Any = forms.ModelChoiceField(CheckTask.objects.none(), label=_("Item"))
    score = forms.IntegerField(min_value=0, max_value=10, required=False, label=_("Score"))
    why = forms.CharField(max_length=60, required=False, label=_("Why not seen"))
    note = forms.CharField(max_length=300, required=False, label=_("Note"))

    def __init__(self, *args: Any, tasks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].queryset = tasks  # type: ignore[attr-defined]
