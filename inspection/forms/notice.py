"""How the customer is told."""

from django import forms
from django.utils.translation import gettext_lazy

from dealership.forms.visits import IdForm
from inspection.models import ReadyNotice


class NoticeForm(IdForm):
    """The way of telling; a message where none is named."""

    way = forms.ChoiceField(
        choices=ReadyNotice.Way.choices, required=False, label=gettext_lazy("How the customer was told")
    )

    def clean_way(self) -> str:
        """Return the way, a message by default."""
        return self.cleaned_data["way"] or ReadyNotice.Way.MESSAGE
