"""Forms about the repair order."""

from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Bay, Staff
from reception.models import OpenAdvice, OrderLine, RepairOrder

MOST = Decimal("999999.99")


class Pick(NamedTuple):
    """A thing of the price list."""

    kind: str
    code: str


class PickField(forms.Field):
    """`package:P10`, `labour:M03` or `part:WIPERS`."""

    def to_python(self, value: Any) -> Pick:
        """Return the Pick of the button pressed."""
        kind, _colon, code = str(value or "").partition(":")
        if kind not in OrderLine.Kind.values or not code:
            raise forms.ValidationError(_("Choose something of the price list."))
        return Pick(kind, code[:20])


class AddForm(forms.Form):
    """A line to add."""

    pick = PickField(label=_("Price list"))
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=99, required=False)
    why = forms.ChoiceField(label=_("Why"), choices=OrderLine.Why.choices, required=False)
    must = forms.BooleanField(label=_("Must be done"), required=False)


class Answer(NamedTuple):
    """The customer's answer and, for a no, why."""

    answer: str
    reason: str


class AnswerField(forms.Field):
    """`agreed`, `declined:<reason>` or `advised_against:<reason>`."""

    def to_python(self, value: Any) -> Answer:
        """Return the Answer of the button pressed."""
        answer, _colon, reason = str(value or "").partition(":")
        if answer not in OrderLine.Answer.values:
            raise forms.ValidationError(_("Choose one of the answers."))
        return Answer(answer, reason[:30])


class AnswerForm(forms.Form):
    """An answer to one line."""

    answer = AnswerField(label=_("Answer"))
    colour = forms.ChoiceField(choices=OpenAdvice.Colour.choices, required=False)


class LineForm(forms.Form):
    """Amounts and payer of one line; what is left out stays."""

    labour = forms.DecimalField(label=_("Labour"), max_value=MOST, decimal_places=2, required=False)
    parts = forms.DecimalField(label=_("Parts"), max_value=MOST, decimal_places=2, required=False)
    payer = forms.ChoiceField(label=_("Payer"), choices=OrderLine.Payer.choices, required=False)


class TermsForm(forms.Form):
    """Price, time, payment and wishes, with the signature when it is there."""

    expected_start = forms.DateTimeField(label=_("Start"))
    work_minutes = forms.IntegerField(label=_("Work, minutes"), min_value=5, max_value=60 * 24 * 30)
    ready_at = forms.DateTimeField(label=_("Ready"))
    pay_method = forms.ChoiceField(label=_("Way of paying"), choices=RepairOrder.PayMethod.choices)
    wash = forms.BooleanField(label=_("Wash"), required=False)
    # Nothing is sent where the choice is not the customer's: the old parts of a claim stay here.
    old_parts = forms.ChoiceField(label=_("Old parts"), choices=RepairOrder.OldParts.choices, required=False)
    road_test = forms.BooleanField(label=_("Road test allowed"), required=False)
    contact_channel = forms.ChoiceField(label=_("Contact by"), choices=RepairOrder.Contact.choices)

    def clean_road_test(self) -> bool | None:
        """Return the consent, None where the form did not ask for it."""
        return self.cleaned_data["road_test"] if self.data.get("with_wishes") else None

    def clean_old_parts(self) -> str:
        """Return the wish, "left here" where none was sent."""
        return self.cleaned_data["old_parts"] or RepairOrder.OldParts.LEAVE


class InvoiceForm(forms.Form):
    """The invoice that is wished for."""

    wanted = forms.BooleanField(label=_("Invoice wanted"), required=False)
    title = forms.CharField(label=_("Invoice to"), max_length=120, required=False)
    tax_no = forms.CharField(label=_("Tax number"), max_length=30, required=False)
    email = forms.EmailField(label=_("Invoice by e-mail to"), required=False)


class DiagnosisForm(forms.Form):
    """The most a diagnosis may cost, and by when we call back."""

    limit = forms.DecimalField(label=_("At most"), max_value=MOST, decimal_places=2)
    call_back_at = forms.DateTimeField(label=_("Call back by"))


class PhoneForm(forms.Form):
    """A consent given by phone."""

    number_called = forms.CharField(label=_("Number called"), max_length=20, required=False)
    at = forms.DateTimeField(label=_("Time of the call"), required=False)

    def __init__(self, *args: Any, colleagues: list[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Staff.objects.filter(pk__in=[person.pk for person in colleagues])
        self.fields["second_person"] = forms.ModelChoiceField(people, label=_("Who listened"), required=False)


class WaitingForm(forms.Form):
    """Where the customer waits, and when they hear from us next."""

    waiting = forms.ChoiceField(label=_("While the car is here"), choices=RepairOrder.Waiting.choices)
    next_update_at = forms.DateTimeField(label=_("Next update"))


class KeyForm(forms.Form):
    """Where key and car are handed over."""

    key_tag = forms.CharField(label=_("Key tag"), max_length=8)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bay"] = forms.ModelChoiceField(Bay.objects.all(), label=_("Place of the car"))


class DispatchForm(forms.Form):
    """Who works on the car, and where."""

    def __init__(self, *args: Any, people: list[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        technicians = Staff.objects.filter(pk__in=[person.pk for person in people])
        self.fields["technician"] = forms.ModelChoiceField(technicians, label=_("Technician"))
        self.fields["bay"] = forms.ModelChoiceField(Bay.objects.filter(kind__in=Bay.WORK_KINDS), label=_("Bay"))
