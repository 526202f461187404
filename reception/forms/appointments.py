"""One form for an appointment."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.models import Staff, Work

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


class MoveForm(forms.Form):
    """Another agreed time."""

    at = forms.DateTimeField(label=_("Agreed time"), input_formats=FORMATS)


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
    wish = forms.CharField(max_length=300, required=False, label=_("Wish"))
    quote_amount = forms.DecimalField(
        max_digits=10, decimal_places=2, required=False, label=_("Quote given, ¥"),
        widget=forms.NumberInput({"inputmode": "decimal", "min": 0}),
    )  # fmt: skip
    quote_note = forms.CharField(max_length=200, required=False, label=_("What the quote covers"))
    advisor = forms.ModelChoiceField(
        Staff.objects.none(), required=False, label=_("Advisor"), empty_label=_("Whose turn it is")
    )

    def __init__(self, *args: Any, advisors: list[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advisor"].queryset = Staff.objects.filter(pk__in=[staff.pk for staff in advisors])  # type: ignore[attr-defined]
