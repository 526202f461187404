"""What the desk agrees while the car is in the workshop."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

CONSENTS = (
    ("message", gettext_lazy("By message")),
    ("phone", gettext_lazy("By a call")),
    ("person", gettext_lazy("In person")),
)
OTHER = "other"
MOMENT, CLOCK = "%Y-%m-%dT%H:%M", "%H:%M"
NO_YEAR = 1900
"""The year of a moment that was typed as a clock time only."""


class ReadyTimeForm(forms.Form):
    """A new promised time: a moment, or a clock time of today (or of `day`), how the customer is told, and why.

    `reason` is one of `delays.REASONS`, or "other" with the own `words`; a time after `until` cannot do without.
    """

    due_at = forms.DateTimeField(label=gettext_lazy("New ready time"), input_formats=[MOMENT, CLOCK])
    day = forms.DateField(required=False, label=gettext_lazy("Day"))
    consent = forms.ChoiceField(choices=CONSENTS, label=gettext_lazy("How the customer is told"))
    reason = forms.CharField(max_length=200, required=False, label=gettext_lazy("Reason"))
    words = forms.CharField(max_length=60, required=False, label=gettext_lazy("Another reason"))

    def __init__(self, *args: Any, until: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.until = until

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a later time: the customer hears it."""
        data = super().clean() or self.cleaned_data
        if data.get("due_at") and not self.why() and (self.until is None or self.moment() > self.until):
            self.add_error("reason", gettext_lazy("Say why it takes longer: the customer hears it."))
        return data

    def why(self) -> str:
        """Return the reason as it is kept: a code of `delays.REASONS`, or the words typed."""
        reason: str = self.cleaned_data.get("reason", "").strip()
        return self.cleaned_data.get("words", "").strip() if reason in ("", OTHER) else reason

    def moment(self) -> datetime:
        """Return the aware moment in the store's time zone (today where no day is named)."""
        data = self.cleaned_data
        named: datetime = data["due_at"]
        if named.year > NO_YEAR:
            return named
        day = data.get("day") or timezone.localdate()
        return timezone.make_aware(datetime.combine(day, named.time()))


class LeaveForm(forms.Form):
    """Which lines wait for a part, and when the car comes back."""

    day = forms.DateField(label=gettext_lazy("Back on"))
    clock = forms.TimeField(label=gettext_lazy("Time"))
    note = forms.CharField(max_length=200, required=False, label=gettext_lazy("Which part"))

    def __init__(self, *args: Any, lines: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {str(line.pk): line for line in lines}
        self.fields["lines"] = forms.TypedMultipleChoiceField(
            choices=[(pk, line.title) for pk, line in names.items()],
            coerce=lambda pk: names[pk].pk,
            required=False,
            label=gettext_lazy("Lines that wait"),
        )

    def given(self) -> dict[str, Any]:
        """Return the arguments of `actions.leave.leave_for_parts`."""
        data = self.cleaned_data
        back_at = timezone.make_aware(datetime.combine(data["day"], data["clock"]))
        return {"back_at": back_at, "lines": data["lines"], "note": data["note"]}


def suggestion(now: datetime, minutes: int) -> datetime:
    """Return a round time `minutes` from now, to the next five minutes."""
    later = now + timedelta(minutes=minutes)
    return later + timedelta(minutes=-later.minute % 5, seconds=-later.second, microseconds=-later.microsecond)
