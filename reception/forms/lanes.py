"""The table of lanes: a rule, and a car to try it with."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models import Arrival, Customer, Lane, Store, Work
from reception.lanes import Facts, History
from reception.models import LaneRule

CLOCK = {"type": "time"}


class LaneRuleForm(forms.Form):
    """One rule; an empty condition fits every car."""

    arrivals = forms.MultipleChoiceField(
        choices=Arrival.choices, required=False, label=_("How the car came"), widget=forms.CheckboxSelectMultiple
    )
    works = forms.MultipleChoiceField(
        choices=Work.choices, required=False, label=_("Work"), widget=forms.CheckboxSelectMultiple
    )
    only = forms.BooleanField(required=False, label=_("Only when there is nothing else to do"))
    levels = forms.MultipleChoiceField(
        choices=Customer.Level.choices, required=False, label=_("Level"), widget=forms.CheckboxSelectMultiple
    )
    history = forms.ChoiceField(choices=History.choices, required=False, label=_("History"), widget=forms.RadioSelect)
    opens = forms.TimeField(required=False, label=_("From what time"), widget=forms.TimeInput(CLOCK, format="%H:%M"))
    closes = forms.TimeField(required=False, label=_("Until what time"), widget=forms.TimeInput(CLOCK, format="%H:%M"))

    lane = forms.ChoiceField(choices=Lane.choices, label=_("Which lane"), widget=forms.RadioSelect)
    sign = forms.CharField(max_length=20, required=False, label=_("On the sign"))
    first = forms.BooleanField(required=False, label=_("Goes first"))
    tell_manager = forms.BooleanField(required=False, label=_("The manager is told"))


class TryForm(forms.Form):
    """An imagined car: a booked VIP with express work."""

    arrival = forms.ChoiceField(choices=Arrival.choices, label=_("How the car came"), initial=Arrival.BOOKED)
    work = forms.ChoiceField(choices=Work.choices, label=_("Work"), initial=Work.EXPRESS)
    other = forms.ChoiceField(choices=[("", _("nothing else")), *Work.choices], required=False, label=_("And"))
    level = forms.ChoiceField(choices=Customer.Level.choices, label=_("Level"), initial=Customer.Level.VIP)
    history = forms.ChoiceField(choices=LaneRule.History.choices, required=False, label=_("History"))
    clock = forms.TimeField(required=False, label=_("At"), widget=forms.TimeInput(CLOCK, format="%H:%M"))

    def facts(self, store: Store) -> Facts:
        """Return the facts of the car; what is not said, or makes no sense, is as the form begins."""
        self.is_valid()
        said: dict[str, Any] = {name: field.initial for name, field in self.fields.items()}
        said |= {name: value for name, value in self.cleaned_data.items() if value or name in self.data}
        works = list(dict.fromkeys(work for work in (said["work"], said["other"]) if work))
        clock = said["clock"] or timezone.now().astimezone(store.zone).time().replace(second=0, microsecond=0)
        return Facts(said["arrival"], works, said["level"], clock, frozenset({said["history"]} - {"", None}))
