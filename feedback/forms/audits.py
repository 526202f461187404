"""An audit from outside, entered item by item or read from a file."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import CheckItem, OutsideAudit
from feedback.queries.audit_files import Given
from feedback.queries.check_items import words_of


class AuditForm(forms.Form):
    """Head of an audit, and for each item a score (empty: not looked at) with a note."""

    kind = forms.ChoiceField(choices=OutsideAudit.Kind.choices, label=_("kind"))
    day = forms.DateField(label=_("Day of the audit"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    organisation = forms.CharField(max_length=80, required=False, label=_("carried out by"))
    note = forms.CharField(max_length=300, required=False, label=_("note"))
    file = forms.FileField(
        required=False, label=_("File with the scores"), help_text=_("CSV or XLSX with the columns of the template."),
        widget=forms.FileInput({"class": "rx-file", "accept": ".csv,.xlsx,.txt"}),
    )  # fmt: skip

    def __init__(self, *args: Any, items: Iterable[CheckItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(items)
        for item in self.items:
            name = words_of(item).item
            self.fields[f"score-{item.pk}"] = forms.IntegerField(
                min_value=0,
                max_value=10,
                required=False,
                label=name,
                widget=forms.NumberInput({"inputmode": "numeric"}),
            )
            self.fields[f"note-{item.pk}"] = forms.CharField(
                max_length=300, required=False, label=_("Note: %(item)s") % {"item": name}
            )

    def given(self) -> dict[UUID, Given]:
        """Return what was given, by the item's id."""
        found = {}
        for item in self.items:
            score = self.cleaned_data.get(f"score-{item.pk}")
            if score is not None:
                found[item.pk] = Given(score, self.cleaned_data.get(f"note-{item.pk}", ""))
        return found

    def lines(self) -> list[tuple[CheckItem, Any, Any, Any]]:
        """Return the items with their words and two fields."""
        return [(one, words_of(one), self[f"score-{one.pk}"], self[f"note-{one.pk}"]) for one in self.items]
