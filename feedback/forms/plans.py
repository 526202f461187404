"""A plan and its steps as forms. What is SMART is judged by `feedback.smart`, not here."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Staff
from feedback.actions.plan_steps import Task
from feedback.actions.plans import Wish
from feedback.models import Plan
from feedback.smart import Letter


def day_field(label: Any) -> forms.DateField:
    """Return a field for a day, with the device's own calendar."""
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class PeopleField(forms.ChoiceField):
    """One person of the store; the form hands in who works there."""

    def hand_in(self, people: Sequence[Staff]) -> None:
        """Offer these people."""
        self.people = {str(person.pk): person for person in people}
        self.choices = [(pk, person.name) for pk, person in self.people.items()]

    def clean(self, value: Any) -> Any:
        """Return the Staff."""
        return self.people[super().clean(value)]


class PlanForm(forms.Form):
    """The five parts of SMART, the owner and the department. Nothing is required here: the sentences say it better."""

    touchpoint = forms.ChoiceField(label=_("Touchpoint"))
    title = forms.CharField(max_length=80, required=False, label=_("What is done differently"))
    why = forms.CharField(max_length=200, required=False, label=_("What the customer gains"))
    reading = forms.ChoiceField(choices=Plan.Reading.choices, label=_("Measured by"), widget=forms.RadioSelect)
    target = forms.DecimalField(
        max_digits=4, decimal_places=2, required=False, label=_("Figure to reach"),
        widget=forms.NumberInput({"inputmode": "decimal", "step": "0.1"}),
    )  # fmt: skip
    start_on = day_field(_("Starts on"))
    review_on = day_field(_("Checked on"))
    owner = PeopleField(label=_("Who answers for it"))
    department = forms.ChoiceField(choices=Plan.Department.choices, label=_("Department"))

    def __init__(
        self, *args: Any, touchpoints: Sequence[tuple[str, str]], people: Sequence[Staff], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["touchpoint"].choices = list(touchpoints)  # type: ignore[attr-defined]
        self.fields["owner"].hand_in(people)  # type: ignore[attr-defined]
        for name in ("start_on", "review_on"):
            self.fields[name].required = False

    def wish(self) -> Wish:
        """Return what was typed."""
        names = ("title", "why", "reading", "target", "start_on", "review_on", "owner", "department")
        return Wish(**{name: self.cleaned_data[name] for name in names})

    def judge(self, letters: Sequence[Letter]) -> bool:
        """Put each sentence that does not hold at its field; return whether all hold."""
        for letter in letters:
            if not letter.holds and not self.has_error(letter.field):
                self.add_error(letter.field, letter.sentence)
        return not self.errors


class StepForm(forms.Form):
    """One step: what, who, by when."""

    text = forms.CharField(max_length=120, label=_("What is to be done"))
    owner = PeopleField(label=_("Who does it"))
    due_on = day_field(_("By when"))

    def __init__(self, *args: Any, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].hand_in(people)  # type: ignore[attr-defined]

    def task(self) -> Task:
        """Return what was typed."""
        return Task(**{name: self.cleaned_data[name] for name in ("text", "owner", "due_on")})


class AgainForm(forms.Form):
    """The dates of another round."""

    start_on = day_field(_("Starts on"))
    review_on = day_field(_("Checked on"))


class DropForm(forms.Form):
    """Why a plan is given up."""

    why = forms.CharField(max_length=300, label=_("Why it is dropped"))
