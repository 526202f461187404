"""Addresses of the self-check, below a store."""

from django.urls import path

from feedback.views import audits, check_items, check_round, checks, cross_checks

ROUND = "checks/<day:day>/<int:number>/"

urlpatterns = [
    path("checks/", checks.checks, name="checks"),
    path(ROUND, check_round.check_round, name="check-round"),
    path(ROUND + "score/", check_round.check_scored, name="check-scored"),
    path("checks/tasks/<uuid:task>/photo/", check_round.check_photo, name="check-photo"),
    path("checks/items/", check_items.check_items, name="check-items"),
    path("checks/items/reset/", check_items.check_items_reset, name="check-items-reset"),
    path("checks/items/new/<str:touchpoint>/", check_items.check_item_new, name="check-item-new"),
    path("checks/items/<uuid:item>/", check_items.check_item, name="check-item"),
    path("checks/items/<uuid:item>/end/", check_items.check_item_end, name="check-item-end"),
    path("checks/items/<uuid:item>/restore/", check_items.check_item_restore, name="check-item-restore"),
    path("checks/audits/", audits.audits, name="audits"),
    path("checks/audits/new/", audits.audit_new, name="audit-new"),
    path("checks/audits/template/", audits.audit_template, name="audit-template"),
    path("checks/customers/", cross_checks.cross_checks, name="cross-checks"),
]
