"""A store's own texts and rules of messages: which kinds, over which channels, in which words."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.actions.message_settings import move_channel, switch_kind, use_channel
from dealership.actions.message_texts import publish, send_test, take_back
from dealership.channels import channel as channel_of
from dealership.models import MessageTemplate, Store, Visit
from dealership.queries.menu import menu_for
from dealership.queries.message_rules import TEXT_KINDS, channels_of
from dealership.queries.message_texts import (
    LANGUAGES,
    TEXT_CHANNELS,
    kind_rows,
    preview_of,
    product_wording,
    variables_for,
    versions_of,
)
from dealership.queries.message_words import channel_words, kind_words
from dealership.requests import StaffRequest
from dealership.stages import ENDED
from dealership.views.forms import done

VISITS = 8
"""So many cars are offered for the preview."""


@guarded()
@require_GET
def message_texts(request: StaffRequest, store: Store) -> HttpResponse:
    """List the kinds with their switches, and the order of channels."""
    channels = [(row, channel_words(row.name)) for row in channels_of(store)]
    first = next((row.name for row, _words in channels if row.on and row.configured and row.name in TEXT_CHANNELS), "")
    context = {
        "rows": kind_rows(store), "channels": channels, "channel": first or "by_hand", "language": store.language,
        "menu": menu_for(request.user, store, current="store-settings"),
    }  # fmt: skip
    return render(request, "dealership/message_texts.html", context)


@guarded(switch_kind)
@require_POST
def kind(request: StaffRequest, store: Store, kind: str) -> HttpResponse:
    """Switch a kind on or off."""
    switch_kind(store, kind=kind, on=request.POST.get("on") == "1", by=request.user)
    return done(request, "message-texts", store=store.code)


@guarded(move_channel)
@require_POST
def channel_place(request: StaffRequest, store: Store, channel: str) -> HttpResponse:
    """Move a channel one place up or down."""
    move_channel(store, channel=channel, earlier=request.POST.get("to") == "up", by=request.user)
    return done(request, "message-texts", store=store.code)


@guarded(use_channel)
@require_POST
def channel_use(request: StaffRequest, store: Store, channel: str) -> HttpResponse:
    """Use a channel or not."""
    use_channel(store, channel=channel, on=request.POST.get("on") == "1", by=request.user)
    return done(request, "message-texts", store=store.code)


@guarded()
@require_GET
def message_text(request: StaffRequest, store: Store, kind: str, channel: str, language: str) -> HttpResponse:
    """Show the text that goes out now, its preview and its versions; a manager writes the next one here."""
    _exists(kind, channel, language)
    newest = next(iter(versions_of(kind=kind, channel=channel, language=language)), None)
    if newest:
        subject, body, approved = newest.subject, newest.body, newest.template_id
    else:
        subject, body, approved = *product_wording(kind=kind, channel=channel, language=language), ""
    return _editor(request, store, (kind, channel, language), (subject, body, approved), None)


@guarded()
@require_POST
def preview(request: StaffRequest, store: Store, kind: str, channel: str, language: str) -> HttpResponse:
    """Answer what is typed with how it reads: beside the field, or (without a script) as the whole page."""
    _exists(kind, channel, language)
    subject, body, visit = request.POST.get("subject", ""), request.POST.get("body", ""), _visit(request)
    if not (request.htmx and not request.htmx.boosted):
        own = subject, body, request.POST.get("template_id", "")
        return _editor(request, store, (kind, channel, language), own, visit)
    shown = preview_of(kind=kind, channel=channel, language=language, visit=visit, subject=subject, body=body)
    return render(request, "dealership/parts/message_preview.html", {"preview": shown})


@guarded(publish)
@require_POST
def message_text_publish(request: StaffRequest, store: Store, kind: str, channel: str, language: str) -> HttpResponse:
    """Publish what is typed."""
    seen = request.POST.get("seen", "")
    publish(
        store, kind=kind, channel=channel, language=language, by=request.user,
        subject=request.POST.get("subject", ""), body=request.POST.get("body", ""),
        template_id=request.POST.get("template_id", ""), seen=int(seen) if seen.isdecimal() else None,
    )  # fmt: skip
    messages.success(request, _("Published. Messages written from now on say it like this."))
    return done(request, _address(store, kind, channel, language))


@guarded(take_back)
@require_POST
def message_text_back(request: StaffRequest, store: Store, kind: str, channel: str, language: str) -> HttpResponse:
    """Publish an older version once more."""
    version = request.POST.get("version", "")
    rows = MessageTemplate.objects.filter(kind=kind, channel=channel, language=language).select_related("store")
    take_back(get_object_or_404(rows, version=version if version.isdecimal() else 0), by=request.user)
    messages.success(request, _("The older text is in use again, as a new version."))
    return done(request, _address(store, kind, channel, language))


@guarded(send_test)
@require_POST
def message_text_test(request: StaffRequest, store: Store, kind: str, channel: str, language: str) -> HttpResponse:
    """Send what is typed to oneself."""
    message = send_test(
        store, kind=kind, channel=channel, language=language, visit=_visit(request),
        subject=request.POST.get("subject", ""), body=request.POST.get("body", ""),
        template_id=request.POST.get("template_id", ""), to=request.POST.get("to", ""), by=request.user,
    )  # fmt: skip
    messages.success(request, _("The test is on its way to %(address)s.") % {"address": message.recipient})
    return done(request, _address(store, kind, channel, language))


def _editor(
    request: StaffRequest, store: Store, place: tuple[str, str, str], own: tuple[str, str, str], visit: Visit | None
) -> HttpResponse:
    kind, channel, language = place
    subject, body, approved = own
    versions = versions_of(kind=kind, channel=channel, language=language)
    context: dict[str, Any] = {
        "kind": kind, "channel": channel, "language": language, "title": kind_words(kind),
        "subject": subject, "body": body, "template_id": approved, "versions": versions, "way": channel_of(channel),
        "channel_title": channel_words(channel), "visit_shown": visit,
        "channels": [(_address(store, kind, name, language), channel_words(name), name) for name in TEXT_CHANNELS],
        "languages": [(_address(store, kind, channel, code), code) for code in LANGUAGES],
        "variables": variables_for(kind, language), "visits": _open_visits(),
        "preview": preview_of(kind=kind, channel=channel, language=language, subject=subject, body=body, visit=visit),
        "menu": menu_for(request.user, store, current="store-settings"),
    }  # fmt: skip
    return render(request, "dealership/message_text.html", context)


def _open_visits() -> list[Visit]:
    rows = Visit.objects.filter(joined_to=None).exclude(stage__in=ENDED).select_related("vehicle", "customer")
    return list(rows.order_by("-arrived_at")[:VISITS])


def _visit(request: StaffRequest) -> Visit | None:
    """Return the car chosen for the preview, None for the sample."""
    chosen = request.POST.get("visit", "")
    rows = Visit.objects.filter(joined_to=None).select_related("vehicle", "customer", "advisor", "store")
    return next((row for row in rows.filter(pk__in=[chosen])), None) if len(chosen) == 36 else None


def _exists(kind: str, channel: str, language: str) -> None:
    if kind not in TEXT_KINDS or channel not in TEXT_CHANNELS or language not in LANGUAGES:
        raise Http404


def _address(store: Store, kind: str, channel: str, language: str) -> str:
    where = {"store": store.code, "kind": kind, "channel": channel, "language": language}
    return reverse("message-text", kwargs=where)
