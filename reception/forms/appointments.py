"""One form for an appointment."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Bay, Staff, Work
from reception.models import Appointment

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
Via, Transport = Appointment.Via, Appointment.Transport


class MoveForm(forms.Form):
    """Another agreed time."""

    at = forms.DateTimeField(label=_("Agreed time"), input_formats=FORMATS)


class CloseForm(forms.Form):
    """Why nobody comes."""

    reason = forms.CharField(max_length=120, required=False, label=_("Why"))


class DayForm(forms.Form):
    """The day that is looked at."""

    day = forms.DateField(required=False)


class SlotsForm(forms.Form):
    """For what a free half hour is looked for."""

    day = forms.DateField(required=False, label=_("Day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    work = forms.ChoiceField(choices=Work.choices, required=False)
    at = forms.DateTimeField(required=False, input_formats=FORMATS)
    advisor = forms.UUIDField(required=False)


class AppointmentForm(forms.Form):
    """Who comes with what car, when and why."""

    plate = forms.CharField(max_length=12, label=_("Plate"))
    name = forms.CharField(max_length=80, required=False, label=_("Name"))
    sex = forms.ChoiceField(
        choices=[("m", _("Mr")), ("f", _("Ms"))], required=False, label=_("Form of address"), widget=forms.RadioSelect
    )
    phone = forms.CharField(
        max_length=20, required=False, label=_("Phone"), widget=forms.TextInput({"inputmode": "tel"})
    )
    model = forms.CharField(max_length=60, required=False, label=_("Model"))

    at = forms.DateTimeField(
        label=_("Agreed time"), input_formats=FORMATS,
        widget=forms.DateTimeInput({"type": "datetime-local", "step": 300}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    work = forms.ChoiceField(choices=Work.choices, initial=Work.SERVICE, label=_("Work"), widget=forms.RadioSelect)
    concern = forms.CharField(
        max_length=300, required=False, label=_("Concern, in the customer's words"),
        widget=forms.TextInput({"placeholder": _("What is wrong, since when?")}),
    )  # fmt: skip
    wish = forms.CharField(max_length=300, required=False, label=_("Wish"))
    transport = forms.ChoiceField(
        choices=Transport.choices, required=False, label=_("How the customer goes on"), widget=forms.RadioSelect
    )
    quote_amount = forms.DecimalField(
        max_digits=10, decimal_places=2, required=False, label=_("Quote given, ¥"),
        widget=forms.NumberInput({"inputmode": "decimal", "min": 0}),
    )  # fmt: skip
    quote_note = forms.CharField(max_length=200, required=False, label=_("What the quote covers"))
    advisor = forms.ModelChoiceField(
        Staff.objects.none(), required=False, label=_("Advisor"), empty_label=_("Whose turn it is")
    )
    bay_kind = forms.ChoiceField(
        choices=[("", _("By the work")), *((kind.value, kind.label) for kind in Bay.WORK_KINDS)], required=False,
        label=_("Bay"),
    )  # fmt: skip
    via = forms.ChoiceField(
        choices=[(Via.PHONE.value, _("Phone call")), (Via.DESK.value, Via.DESK.label)], required=False,
        initial=Via.PHONE, label=_("How it was booked"), widget=forms.RadioSelect,
    )  # fmt: skip

    def __init__(self, *args: Any, advisors: list[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advisor"].queryset = Staff.objects.filter(pk__in=[staff.pk for staff in advisors])  # type: ignore[attr-defined] # of rows

    def clean_via(self) -> str:
        """Whoever says nothing is on the phone."""
        return str(self.cleaned_data["via"] or Via.PHONE)
