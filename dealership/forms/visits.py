"""Forms about a visit."""

from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Bay, Staff, StepTick, Work


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
        self.fields["to"].queryset = Staff.objects.filter(pk__in=[staff.pk for staff in colleagues])


class PlaceForm(forms.Form):
    """Key tag and place."""

    key_tag = forms.CharField(label=_("Key tag"), max_length=8, required=False)
    bay = forms.ModelChoiceField(Bay.objects.none(), label=_("Place"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bay"].queryset = Bay.objects.all()


class DescribeForm(forms.Form):
    """What the car came for."""

    works = forms.MultipleChoiceField(label=_("Work"), choices=Work.choices, required=False)
    words = forms.CharField(label=_("The customer's words"), max_length=500, required=False)
