"""Where providers call: receipts of messages. The end of the address is a secret, and who can sign, signs."""

import hmac
import logging

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dealership import wiring
from dealership.access import open_to_all
from dealership.actions.receipts import take_receipts
from dealership.channels import Channel, Forged, Hook, channel
from dealership.models import Store

logger = logging.getLogger(__name__)
LONGEST = 256 * 1024
"""Bytes of a call: some hundred receipts."""


@csrf_exempt
@open_to_all
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, channel: str, code: str, secret: str) -> HttpResponse:
    """Take the receipts of one provider. A receipt of an unknown message is answered like any other."""
    way = _channel(channel, secret)
    store = get_object_or_404(Store, code=code)
    now = timezone.now()
    call = Hook(
        method=str(request.method), url=settings.PUBLIC_URL + request.get_full_path(), query=request.GET.dict(),
        headers=request.headers, body=request.body[: LONGEST + 1], now=now,
    )  # fmt: skip
    if len(call.body) > LONGEST:
        return HttpResponse(status=413)
    try:
        receipts, reply = way.receipts(call)
    except Forged:
        logger.warning("A call for %s was not signed by its provider", channel)
        return HttpResponse(status=403)
    except ValueError:
        logger.warning("A call for %s could not be read", channel)
        return HttpResponse(status=400)
    take_receipts(store, channel=channel, receipts=receipts, now=now)
    return HttpResponse(reply.body, content_type=f"{reply.content_type}; charset=utf-8")


def _channel(name: str, secret: str) -> Channel:
    """Return the channel whose secret this is; anything else does not exist."""
    if name not in wiring.CHANNELS:
        raise Http404
    way = channel(name)
    if not way.secret or not hmac.compare_digest(way.secret.encode(), secret.encode()):
        raise Http404
    return way
