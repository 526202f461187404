"""What a scan tool shows, typed or pasted."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reception.fault_codes import MOST, checked_fault_codes, parse

MOST_PASTED = 6000


class FaultCodesForm(forms.Form):
    """The codes so far (`codes`, JSON) and one change: more text, or a code that goes."""

    codes = forms.JSONField(required=False, label=gettext_lazy("Fault codes"))
    text = forms.CharField(max_length=MOST_PASTED, required=False, label=gettext_lazy("From the scan tool"))
    remove = forms.CharField(max_length=10, required=False)

    def clean(self) -> dict[str, Any]:
        """Build the list as it is afterwards, as `result`."""
        data = super().clean() or {}
        found = parse(data.get("text", ""))
        if not (found or data.get("remove")) and "text" not in self.errors:
            self.add_error("text", _("No code found in this text. A code looks like P0301."))
        known = {row["code"] for row in found} | {data.get("remove")}
        try:
            kept = checked_fault_codes(data.get("codes") or [])
        except ValueError:
            kept = []
        data["result"] = [*(row for row in kept if row["code"] not in known), *found][:MOST]
        return data


def as_json(codes: list[dict[str, str]]) -> str:
    """Return the codes as the form holds them."""
    return json.dumps(codes, ensure_ascii=False)
