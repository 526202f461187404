"""How long customers may wait, by kind of day."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reception.actions.waiting import MINUTES_ALLOWED
from reception.models import WaitLimit


class LimitsForm(forms.Form):
    """Minutes for each kind of day, a field named by the kind."""

    def __init__(self, *args: Any, minutes: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, label in WaitLimit.Day.choices:
            self.fields[day] = forms.IntegerField(
                min_value=MINUTES_ALLOWED.start, max_value=MINUTES_ALLOWED.stop - 1, label=label, initial=minutes[day],
                widget=forms.NumberInput({"inputmode": "numeric"}),
            )  # fmt: skip


class RushForm(forms.Form):
    """Days on which more cars come than usual."""

    first = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(max_length=60, label=_("What these days are called"))
