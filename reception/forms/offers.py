"""Forms about offers: what the advisor sends, and what the customer answers."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from reception.models import OrderLine

ANSWERS = {"yes": "agreed", "no": "declined"}


class SendForm(forms.Form):
    """Lines to send, why, and the ready time that comes with them ("" leaves it as it is)."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    ready_at = forms.DateTimeField(label=_("New ready time"), required=False)
    other_ready = forms.DateTimeField(label=_("Another time"), required=False)

    def __init__(self, *args: Any, lines: list[OrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(line.pk): line for line in lines}
        self.fields["lines"] = forms.MultipleChoiceField(
            choices=[(pk, line.title) for pk, line in self.rows.items()], label=_("Lines"), required=False
        )

    @property
    def lines(self) -> list[OrderLine]:
        """The lines that are ticked."""
        return [self.rows[pk] for pk in self.cleaned_data["lines"]]

    @property
    def ready(self) -> datetime | None:
        """The ready time that was chosen, None where it stays."""
        return self.cleaned_data["other_ready"] or self.cleaned_data["ready_at"]


class AnswerForm:
    """The customer's answers as the page sends them: `line-<id>` yes or no, `seen-<id>` the amount shown."""

    def __init__(self, data: Mapping[str, str]) -> None:
        self.answers: dict[UUID, str] = {}
        self.seen: dict[UUID, Decimal] = {}
        for name, value in data.items():
            key = _id_of(name, "line-")
            if key and value in ANSWERS:
                self.answers[key] = ANSWERS[value]
            key = _id_of(name, "seen-")
            amount = _amount_of(value) if key else None
            if key and amount is not None:
                self.seen[key] = amount


def _id_of(name: str, prefix: str) -> UUID | None:
    try:
        return UUID(name.removeprefix(prefix)) if name.startswith(prefix) else None
    except ValueError:
        return None


def _amount_of(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
