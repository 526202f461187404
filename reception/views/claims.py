"""What a warranty customer is asked and told."""

from datetime import timedelta

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store, Visit
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from reception.actions import claims
from reception.forms.sheet import AnswerTimeForm, SymptomForm
from reception.views.sheet import stage_url


@guarded(claims.note_symptom)
@require_POST
def symptom(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Write the symptom down."""
    data = cleaned(SymptomForm(request.POST))
    claims.note_symptom(visit, by=request.user, codes=data["symptoms"], words=data["words"], id=operation_id(request))
    return done(request, stage_url(store, visit, "?card=1.7"))


@guarded(claims.promise_answer)
@require_POST
def answer_time(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Promise when there is an answer."""
    data = cleaned(AnswerTimeForm(request.POST))
    claims.promise_answer(visit, by=request.user, within=timedelta(hours=data["hours"]))
    return done(request, stage_url(store, visit, "?card=1.7"))
