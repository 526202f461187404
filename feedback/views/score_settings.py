"""The page on which a manager sets how the store's scores are made."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store
from dealership.queries.menu import menu_for
from dealership.queries.standards import current_id, stage_names, touchpoints
from dealership.requests import StaffRequest
from dealership.views.forms import done
from feedback.actions import score_settings as actions
from feedback.forms.score_settings import InfluenceForm, WeightsForm
from feedback.queries.score_settings import own_influence, setting_of, weights_in


@guarded()
@require_GET
def score_settings(request: StaffRequest, store: Store) -> HttpResponse:
    """Show weights, ranking and the influence of the 22 touchpoints."""
    setting = setting_of(store)
    form = WeightsForm(weights=weights_in(setting), initial={"ranking": setting is not None and setting.ranking})
    context = {
        "weights": form,
        "own": own_influence(store),
        "stages": _stages(store),
        "menu": menu_for(request.user, store, current="store-settings"),
    }
    return render(request, "feedback/score_settings.html", context)


@guarded(actions.keep)
@require_POST
def score_settings_kept(request: StaffRequest, store: Store) -> HttpResponse:
    """Keep weights, ranking and influence."""
    data = cleaned(WeightsForm(request.POST, weights=weights_in(None)))
    form = _influence_form(store, request.POST)
    cleaned(form)
    ranking = data.pop("ranking")
    actions.keep(store, by=request.user, weights=data, ranking=ranking, influence=form.influence())
    messages.success(request, _("Kept. Earlier days follow new weights within a minute or so."))
    return done(request, "score-settings", store=store.code)


@guarded(actions.reset_influence)
@require_POST
def score_influence_reset(request: StaffRequest, store: Store) -> HttpResponse:
    """Follow the standard again."""
    actions.reset_influence(store, by=request.user)
    messages.success(request, _("The standard's influence holds again."))
    return done(request, "score-settings", store=store.code)


def _influence_form(store: Store, *data: Any) -> InfluenceForm:
    words = touchpoints(current_id(store), get_language() or "zh-hans")
    standard = {touchpoint.code: touchpoint.influence for touchpoint in words}
    return InfluenceForm(*data, words=words, influence=standard | own_influence(store))


def _stages(store: Store) -> list[dict[str, Any]]:
    """Return the stages with their touchpoints: words, field, and whether the store has set it itself."""
    form = _influence_form(store)
    names = stage_names(current_id(store), get_language() or "zh-hans")
    rows = []
    for words in form.words:
        field = form[actions.field_of(words.code)]
        rows.append({"words": words, "field": field, "own": field.initial != words.influence})
    groups = groupby(rows, key=lambda row: row["words"].stage)
    return [{"name": names[stage], "rows": list(listed)} for stage, listed in groups]
