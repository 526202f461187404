"""Connecting WeChat from the page behind the link: there, back again, and off.

Both ways ask for the digits, so that a link passed on cannot send somebody's messages to another person.
"""

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dealership.actions.wechat import bind_by_code, check_state, new_state, unbind_wechat
from dealership.channels.wechat_person import authorise_url
from dealership.models import CustomerLink
from dealership.queries.wechat import Binding, binding_of
from dealership.requests import LinkRequest
from dealership.views.links import from_link, phone_checked


@require_safe
@from_link
@phone_checked(reading=True, then="customer-messages")
def link_wechat(request: LinkRequest, link: CustomerLink) -> HttpResponse:
    """Lead to WeChat, which asks nothing and leads back with a code."""
    if _binding(link) == Binding.BOUND:
        return _messages(request)
    public = request.link_address.public_id
    back = settings.PUBLIC_URL + reverse("link-wechat-back", kwargs={"public": public})
    return HttpResponseRedirect(authorise_url(back=back, state=new_state(public)), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@from_link
@phone_checked(reading=True)
def link_wechat_back(request: LinkRequest, link: CustomerLink) -> HttpResponse:
    """Show the one button; its tap asks WeChat who this is and keeps it. Without a code the reader has said no."""
    _binding(link)
    given = request.POST if request.method == "POST" else request.GET
    code, state = given.get("code", ""), given.get("state", "")
    if not code:
        return _messages(request)
    public = request.link_address.public_id
    check_state(public, state=state)
    if request.method == "POST":
        bind_by_code(link, code=code, prefer=request.POST.get("prefer") == "1")
        return _messages(request)
    context = {"visit": link.visit, "public": public, "code": code, "state": state}
    return render(request, "dealership/link_wechat.html", context)


@require_POST
@from_link(documents=True)
@phone_checked
def link_wechat_off(request: LinkRequest, link: CustomerLink) -> HttpResponse:
    """Disconnect WeChat."""
    unbind_wechat(link)
    return _messages(request)


def _binding(link: CustomerLink) -> Binding:
    binding = binding_of(link, now=timezone.now())
    if binding == Binding.NONE:
        raise Http404
    return binding


def _messages(request: LinkRequest) -> HttpResponse:
    url = reverse("customer-messages", kwargs={"public": request.link_address.public_id})
    return HttpResponseRedirect(url, status=303)
