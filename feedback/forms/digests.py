"""When a digest goes out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import DigestRule


class DigestForm(forms.Form):
    """One digest: on or off, and the clock time."""

    on = forms.BooleanField(required=False, label=_("on"))
    at = forms.TimeField(label=_("Goes out at"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))

    def __init__(self, *args: Any, rule: DigestRule | None = None, **kwargs: Any) -> None:
        if rule:
            # Two of these forms stand on the page: their fields need ids of their own.
            kwargs |= {"initial": {"on": rule.on, "at": rule.at}, "auto_id": f"{rule.kind}-%s"}
        super().__init__(*args, **kwargs)
