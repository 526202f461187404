"""Forms of the table of places."""

from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from reception.actions.capacity import MOST_CARS
from reception.queries.capacity_page import Grid

DAYS = [(number, name) for number, name in sorted(WEEKDAYS_ABBR.items())]


class WeekForm(forms.Form):
    """A number for each cell of a grid; an empty one is no place."""

    def __init__(self, *args: Any, grid: Grid, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cells: dict[str, tuple[int, time]] = {}
        for start, cells in grid.rows:
            for day, (name, weekday, _cars, _open) in enumerate(cells):
                self.fields[name] = forms.IntegerField(
                    min_value=0, max_value=MOST_CARS, required=False, label=f"{weekday} {start:%H:%M}"
                )
                self.cells[name] = (day, start)

    def cars(self) -> dict[tuple[int, time], int | None]:
        """Return (weekday, start) → cars, None for an empty cell."""
        return {cell: self.cleaned_data[name] for name, cell in self.cells.items()}


class CopyForm(forms.Form):
    """One day's places for other days."""

    day = forms.TypedChoiceField(choices=DAYS, coerce=int, label=_("Copy from"))
    to = forms.TypedMultipleChoiceField(
        choices=DAYS, coerce=int, label=_("Copy to"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the days that get the same places.")},
    )  # fmt: skip
