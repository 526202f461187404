"""One way from a form to clean data or a refusal."""

from typing import Any

from django import forms

from dealership.refused import Refused


def cleaned(form: forms.BaseForm) -> dict[str, Any]:
    """Return the form's clean data; raise Refused with the first error and its field (nothing typed is lost)."""
    if form.is_valid():
        return form.cleaned_data
    field, errors = next(iter(form.errors.items()))
    label = form.fields[field].label if field in form.fields else ""
    sentence = str(errors[0])
    raise Refused(f"{label}: {sentence}" if label else sentence, "form.invalid", field=field)
