"""Forms of the follow-ups: what came of a call, and the store's rules."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from delivery.follow_ups import MOST_DAYS, MOST_MINUTES, Timing
from delivery.models import FollowUp
from delivery.queries.follow_up_rules import StoreRule

LATER = (("120", _("In two hours")), ("tomorrow", _("Tomorrow, same time")), ("week", _("In a week")))


class CallForm(forms.Form):
    """`result` is the button pressed; `later` says when, for "call again later"."""

    result = forms.ChoiceField(choices=FollowUp.Result.choices, label=_("Result"))
    note = forms.CharField(max_length=200, required=False, label=_("Note"))
    later = forms.ChoiceField(choices=LATER, required=False, label=_("When to call again"))

    def later_at(self) -> datetime | None:
        """Return the moment of the next call, None unless it is to be called again later."""
        data = self.cleaned_data
        if data["result"] != FollowUp.Result.LATER or not data["later"]:
            return None
        steps = {"120": timedelta(hours=2), "tomorrow": timedelta(days=1), "week": timedelta(days=7)}
        return timezone.now() + steps[data["later"]]


class RulesForm(forms.Form):
    """All rules on one form; fields are named `<code>-on`, `-days`, `-minutes`, `-at`."""

    def __init__(self, *args: Any, rules: dict[str, StoreRule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = {code: form for code, form in rules.items() if form.rule.planned}
        for code, form in self.rules.items():
            name = str(form.rule.name)
            self.fields[f"{code}-on"] = forms.BooleanField(required=False, label=name)
            self.fields[f"{code}-days"] = forms.IntegerField(
                min_value=0, max_value=MOST_DAYS, required=False, label=name
            )
            self.fields[f"{code}-minutes"] = forms.IntegerField(
                min_value=0, max_value=MOST_MINUTES, required=False, label=name
            )
            self.fields[f"{code}-at"] = forms.TimeField(required=False, label=name)

    def given(self) -> dict[str, tuple[bool, Timing]]:
        """Return the argument of `actions.follow_up_rules.keep_rules`; an empty field stays as it was."""
        return {code: self._one(code, form) for code, form in self.rules.items()}

    def _one(self, code: str, form: StoreRule) -> tuple[bool, Timing]:
        data, old = self.cleaned_data, form.timing
        days, minutes = data[f"{code}-days"], data[f"{code}-minutes"]
        at = data[f"{code}-at"] or old.at
        timing = Timing(old.days if days is None else days, old.minutes if minutes is None else minutes, at)
        return data[f"{code}-on"], timing
