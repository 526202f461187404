"""What was asked about a concern: the answers of one, put into the list of those that there are."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reception.concerns import DATA, FASTEST, KINDS, LISTS, MOST, MOST_WORDS, USUAL, checked_concerns, codes_of


class ConcernsForm(forms.Form):
    """The concerns so far (`concerns`, JSON) and one change: an answered one, a usual sentence, or one that goes.

    `at` is the place of the concern that is being changed, empty for a new one. Answers of another kind's questions,
    which a page without script sends along, are left out.
    """

    concerns = forms.JSONField(required=False, label=gettext_lazy("Concerns"))
    kind = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS], required=False, label=gettext_lazy("Kind"))
    words = forms.CharField(max_length=MOST_WORDS, required=False, label=gettext_lazy("In the customer's words"))
    speed = forms.IntegerField(min_value=1, max_value=FASTEST, required=False, label=gettext_lazy("Speed"))
    often = forms.ChoiceField(choices=[(code, code) for code in DATA["often"]], required=False)
    since = forms.ChoiceField(choices=[(code, code) for code in DATA["since"]], required=False)
    usual = forms.ChoiceField(choices=[(code, code) for code in USUAL], required=False)
    at = forms.IntegerField(min_value=0, max_value=MOST - 1, required=False)
    remove = forms.IntegerField(min_value=0, max_value=MOST - 1, required=False)
    reason = forms.CharField(max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Build the list as it is afterwards, as `result`."""
        data = super().clean() or {}
        try:
            data["result"] = checked_concerns(self._changed(data))
        except ValueError:
            self.add_error("kind", _("Choose what it is about, or write the customer's words."))
        return data

    def _changed(self, data: dict[str, Any]) -> list[Any]:
        rows = list(data.get("concerns") or [])
        if data.get("remove") is not None:
            return [row for place, row in enumerate(rows) if place != data["remove"]]
        place = data.get("at")
        one = self._one(data)
        return [*rows[:place], one, *rows[place + 1 :]] if place is not None else [*rows, one]

    def _one(self, data: dict[str, Any]) -> dict[str, Any]:
        if data.get("usual"):
            answers = {name: USUAL[data["usual"]].get(name) for name in ("kind", *LISTS, "often", "since")}
            return answers | {"words": data.get("words", "")}
        kind = data.get("kind") or ("other" if data.get("words") else "")
        if not kind:
            raise ValueError("No kind.")
        one = {"kind": kind, "words": data.get("words", ""), "often": data.get("often"), "since": data.get("since")}
        for name in LISTS:
            known = codes_of(kind, name)
            one[name] = [code for code in self._list(name) if code in known]
        return one | ({"speed": data["speed"]} if data.get("speed") else {})

    def _list(self, name: str) -> list[str]:
        return self.data.getlist(name) if hasattr(self.data, "getlist") else list(self.data.get(name, []))


def as_json(concerns: list[dict[str, Any]]) -> str:
    """Return the concerns as the form holds them."""
    return json.dumps(concerns, ensure_ascii=False)
