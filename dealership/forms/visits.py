"""Forms about a visit."""

from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Bay, Staff, StepTick, Work
from dealership.stages import PAGES


class Answer(NamedTuple):
    """What a tick button says."""

    answer: str
    reason: str


class AnswerField(forms.Field):
    """`done`, `not_applicable:<reason>` or `not_done:<reason>`."""

    WORDS = {
        "done": StepTick.Answer.DONE,
        "not_applicable": StepTick.Answer.NOT_APPLICABLE,
        "not_done": StepTick.Answer.NOT_DONE,
    }

    def to_python(self, value: Any) -> Answer:
        """Return the Answer of the button pressed."""
        word, _colon, reason = str(value or "done").partition(":")
        if word not in self.WORDS:
            raise forms.ValidationError(_("Choose one of the answers."))
        return Answer(str(self.WORDS[word]), reason[:60])


class TickForm(forms.Form):
    """An answer to steps (`step` and `operation` are lists, read by the view)."""

    answer = AnswerField(required=False, label=_("Answer"))


class UndoForm(forms.Form):
    """Which tick to take back."""

    tick = forms.UUIDField(label=_("Tick"))


class OfferForm(forms.Form):
    """A colleague on duty."""

    to = forms.ModelChoiceField(Staff.objects.none(), label=_("Colleague"))

    def __init__(self, *args: Any, colleagues: list[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Staff.objects.filter(pk__in=[staff.pk for staff in colleagues])  # type: ignore[attr-defined]


class PlaceForm(forms.Form):
    """Key tag and place."""

    key_tag = forms.CharField(label=_("Key tag"), max_length=8, required=False)
    bay: Any = forms.ModelChoiceField(Bay.objects.none(), label=_("Place"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bay"].queryset = Bay.objects.all()  # type: ignore[attr-defined]


class DescribeForm(forms.Form):
    """What the car came for."""

    works = forms.MultipleChoiceField(label=_("Work"), choices=Work.choices, required=False)
    words = forms.CharField(label=_("The customer's words"), max_length=500, required=False)


class IdForm(forms.Form):
    """The operation's id, made by the sender; a second time the first result is returned."""

    id = forms.UUIDField(required=False)


class AdvanceForm(IdForm):
    """Where to, and why when it goes back."""

    to = forms.ChoiceField(choices=[(stage.value, stage.label) for stage in PAGES])
    reason = forms.CharField(max_length=200, required=False)


class CancelForm(IdForm):
    """Why the car leaves without repair."""

    reason = forms.CharField(max_length=200)


class ListField(forms.Field):
    """A JSON list of texts."""

    def to_python(self, value: Any) -> list[str]:
        """Return the list; refuse anything else."""
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise forms.ValidationError(_("Send a list of texts."))
        return value


class UuidListField(ListField):
    """A JSON list of ids."""

    def to_python(self, value: Any) -> list[Any]:
        """Return the ids; refuse anything else."""
        if not value:
            return []
        try:
            return [UUID(each) for each in super().to_python(value)]
        except ValueError as wrong:
            raise forms.ValidationError(_("Send a list of ids.")) from wrong


class ApiTickForm(forms.Form):
    """Steps to answer: {"steps": ["1.5/controls"], "answer": "done", "reason": "", "ids": [...]}."""

    steps = ListField()
    answer = forms.ChoiceField(choices=StepTick.Answer.choices)
    reason = forms.CharField(max_length=60, required=False)
    ids = UuidListField(required=False)


class ApiUndoForm(forms.Form):
    """Ticks to take back: {"ticks": [id], "ids": [...]}."""

    ticks = UuidListField()
    ids = UuidListField(required=False)
