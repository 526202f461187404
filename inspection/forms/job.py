"""What a technician enters: why work rests, what was done, and that high voltage is off."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealership.forms.visits import IdForm
from inspection.models import JobSpan, WorkReport
from reception.models import OpenAdvice

ROWS = 2
"""Findings that fit on one form; more of them go into the text."""
FOUND_COLOURS = [choice for choice in OpenAdvice.Colour.choices if choice[0] != OpenAdvice.Colour.GREEN]


class PauseForm(IdForm):
    """Why work rests."""

    reason = forms.ChoiceField(choices=JobSpan.Reason.choices, label=gettext_lazy("Reason"))


class ReportForm(forms.Form):
    """The report at the end of a job, with findings (text and colour)."""

    chips = forms.MultipleChoiceField(
        choices=WorkReport.Chip.choices,
        required=False,
        label=gettext_lazy("What you report"),
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(max_length=300, required=False, label=gettext_lazy("Figures and advice"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in range(1, ROWS + 1):
            self.fields[f"finding_{row}"] = forms.CharField(max_length=120, required=False, label=_("Finding"))
            self.fields[f"colour_{row}"] = forms.ChoiceField(
                choices=FOUND_COLOURS, required=False, label=_("How urgent")
            )

    def findings(self) -> list[tuple[str, str]]:
        """Return (text, colour) of the rows that say something; without a colour it is to watch."""
        data = self.cleaned_data
        rows = ((data[f"finding_{row}"], data[f"colour_{row}"]) for row in range(1, ROWS + 1))
        return [(text, colour or OpenAdvice.Colour.YELLOW) for text, colour in rows if text]

    def finding_rows(self) -> list[tuple[Any, Any]]:
        """Return the bound fields of the rows, for the template."""
        return [(self[f"finding_{row}"], self[f"colour_{row}"]) for row in range(1, ROWS + 1)]


class PowerOffForm(forms.Form):
    """What the meter shows, and that the switch is secured. `start`: go on with the job at once."""

    voltage = forms.DecimalField(max_digits=6, decimal_places=1, label=gettext_lazy("Voltage measured, V"))
    locked = forms.BooleanField(required=False, label=gettext_lazy("Secured against switching on"))
    start = forms.BooleanField(required=False)
