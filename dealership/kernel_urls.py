"""Addresses of the kernel."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from dealership.access import open_to_all
from dealership.views import account, attachments, board, devices, health, links, messages, next, search, sync, visits

VISIT = "<slug:store>/visits/<uuid:visit>/"

urlpatterns = [
    path("", account.home, name="home"),
    path("login/", account.login, name="login"),
    path("logout/", open_to_all(LogoutView.as_view()), name="logout"),
    path("language/", account.set_language, name="set_language"),
    path("livez", health.livez, name="livez"),
    path("healthz", health.healthz, name="healthz"),
    path("v/<str:token>", links.link, name="link"),
    path("my/<uuid:public>/photos/<uuid:attachment>/", attachments.customer_attachment, name="customer-photo"),
    path("device/", devices.enrol, name="enrol"),
    path("switch/", devices.switch, name="switch"),
    path("pin/", devices.pin, name="pin"),
    path("<slug:store>/devices/", devices.device_list, name="devices"),
    path("<slug:store>/devices/<uuid:device>/revoke/", devices.revoke, name="device-revoke"),
    path("<slug:store>/board/", board.board, name="board"),
    path("<slug:store>/board/cards/", board.board_cards, name="board-cards"),
    path("<slug:store>/next/", next.next_steps_page, name="next"),
    path("<slug:store>/next/lines/", next.next_lines, name="next-lines"),
    path("<slug:store>/duty/", next.on_duty, name="duty"),
    path("<slug:store>/sync/", sync.batch, name="sync"),
    path("<slug:store>/search/", search.search, name="search"),
    path(VISIT, visits.visit_home, name="visit"),
    path(VISIT + "timeline/", visits.timeline, name="visit-timeline"),
    path(VISIT + "ticks/", visits.tick, name="visit-ticks"),
    path(VISIT + "undo/", visits.undo, name="visit-undo"),
    path(VISIT + "stage/", visits.advance, name="visit-advance"),
    path(VISIT + "back/", visits.back_sheet, name="visit-back"),
    path(VISIT + "cancel/", visits.cancel, name="visit-cancel"),
    path(VISIT + "leave/", visits.leave_sheet, name="visit-leave"),
    path(VISIT + "more/", visits.more_sheet, name="visit-more"),
    path(VISIT + "take/", visits.take, name="visit-take"),
    path(VISIT + "greet/", visits.greet, name="visit-greet"),
    path(VISIT + "offer/", visits.offer, name="visit-offer"),
    path(VISIT + "accept/", visits.accept_offer, name="visit-accept"),
    path(VISIT + "decline/", visits.decline_offer, name="visit-decline"),
    path(VISIT + "place/", visits.place, name="visit-place"),
    path(VISIT + "dms-no/", visits.dms_no, name="visit-dms-no"),
    path(VISIT + "describe/", visits.describe, name="visit-describe"),
    path(VISIT + "note/", visits.note, name="visit-note"),
    path(VISIT + "attachments/<uuid:attachment>/", attachments.attachment, name="attachment"),
    path(VISIT + "messages/", messages.messages, name="visit-messages"),
    path(VISIT + "messages/<uuid:message>/told/", messages.told, name="message-told"),
    path(VISIT + "link/revoke/", messages.revoke_link, name="link-revoke"),
]
