"""Forms about recalls and campaigns."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reception.models import Campaign
from reception.vin_lists import read_vins

DATE = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
FIRST_YEAR, LAST_YEAR = 1980, 2100
BAD_NAMED = 3


class VinsField(forms.CharField):
    """VINs in any form, as they were pasted."""

    widget = forms.Textarea({"rows": 5, "autocomplete": "off", "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        """Return the list of VINs; an error names what looks like one and is not."""
        vins, bad = read_vins(super().to_python(value) or "")
        if bad:
            words = _("This is no VIN of 17 characters: %(words)s")
            raise forms.ValidationError(words % {"words": ", ".join(bad[:BAD_NAMED])})
        return vins

    def prepare_value(self, value: Any) -> Any:
        """Return one VIN a line."""
        return "\n".join(value) if isinstance(value, list) else value


class CampaignForm(forms.Form):
    """A campaign of the maker."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=Campaign.Kind.choices, initial=Campaign.Kind.RECALL, widget=forms.RadioSelect
    )
    code = forms.CharField(label=_("Number"), max_length=30)
    title = forms.CharField(label=_("What is done"), max_length=120)
    say = forms.CharField(
        label=_("What to say"), max_length=60, required=False,
        help_text=_("One sentence as you would speak it, at most 60 characters. Left empty, we say it for you."),
    )  # fmt: skip
    since = forms.DateField(label=_("From"), widget=DATE)
    until = forms.DateField(label=_("Until"), widget=DATE, required=False)
    vins = VinsField(
        label=_("VINs"), required=False, help_text=_("Paste a column or a letter as it is; we find the VINs in it.")
    )
    fits = forms.CharField(
        label=_("Models"), required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("One model a line; a car fits when all words of a line stand in its make and model."),
    )  # fmt: skip
    year_from = forms.IntegerField(
        label=_("From model year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False
    )
    year_to = forms.IntegerField(label=_("To model year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    operation = forms.CharField(
        label=_("Code in the price book"), max_length=20, required=False,
        help_text=_("The work that goes on the order, for example E04."),
    )  # fmt: skip
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=2000, initial=60)

    def clean_operation(self) -> str:
        """Return the code as the price book writes it."""
        return str(self.cleaned_data["operation"]).strip().upper()
