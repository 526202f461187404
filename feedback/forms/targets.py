"""A target or baseline."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as words

from dealership.models import Store
from dealership.queries.standards import current_id, touchpoints
from feedback.figures import FIGURES, GROUPS
from feedback.models import Target


class TargetValueForm(forms.Form):
    """What a target says and where that comes from."""

    value = forms.DecimalField(
        max_digits=8, decimal_places=2, label=words("Value"), widget=forms.NumberInput({"step": "0.1", "min": "0"})
    )
    source = forms.ChoiceField(choices=Target.Source.choices, label=words("Where the number comes from"))
    note = forms.CharField(
        max_length=200, required=False, label=words("Where it stands"),
        help_text=words("Name, year, page: so that anybody can look it up."),
    )  # fmt: skip


class TargetForm(TargetValueForm):
    """A new target: of which figure, of which touchpoint, from which day."""

    kind = forms.ChoiceField(choices=Target.Kind.choices, label=words("Kind"), widget=forms.RadioSelect)
    figure = forms.ChoiceField(label=words("Figure"))
    touchpoint = forms.ChoiceField(required=False, label=words("Touchpoint"))
    since = forms.DateField(label=words("From"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    field_order = ["kind", "figure", "touchpoint", "value", "since", "source", "note"]

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_group: dict[str, list[tuple[str, Any]]] = {group: [] for group in GROUPS}
        for figure in FIGURES.values():
            by_group[figure.group].append((figure.code, figure.name))
        figures = [(GROUPS[group], listed) for group, listed in by_group.items() if listed]
        self.fields["figure"].choices = figures  # type: ignore[attr-defined]
        listed = touchpoints(current_id(store), get_language() or "zh-hans")
        named = [(one.code, f"{one.code} {one.name}") for one in listed]
        self.fields["touchpoint"].choices = [("", _("The whole store")), *named]  # type: ignore[attr-defined]
