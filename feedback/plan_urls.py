"""Addresses of weak items, causes, practices and plans, below a store."""

from django.urls import path

from feedback.views import causes, plan_moves, plans, practices, weak_items

urlpatterns = [
    path("weak-items/", weak_items.weak_items, name="weak-items"),
    path("weak-items/confirmed/", weak_items.weak_item_confirm, name="weak-item-confirm"),
    path("weak-items/put-off/", weak_items.weak_item_put_off, name="weak-item-put-off"),
    path("weak-items/<uuid:item>/", weak_items.weak_item, name="weak-item"),
    path("weak-items/<uuid:item>/closed/", weak_items.weak_item_close, name="weak-item-close"),
    path("weak-items/<uuid:item>/cause/", causes.cause, name="cause"),
    path("weak-items/<uuid:item>/cause/found/", causes.cause_found, name="cause-found"),
    path("practices/", practices.practices, name="practices"),
    path("practices/new/", practices.practice_new, name="practice-new"),
    path("practices/<uuid:practice>/back/", practices.practice_back, name="practice-back"),
    path("plans/new/", plans.plan_new, name="plan-new"),
    path("plans/<uuid:plan>/", plans.plan, name="plan"),
    path("plans/<uuid:plan>/aim/", plans.plan_edit, name="plan-edit"),
    path("plans/<uuid:plan>/start/", plan_moves.plan_start, name="plan-start"),
    path("plans/<uuid:plan>/review/", plan_moves.plan_review, name="plan-review"),
    path("plans/<uuid:plan>/check/", plan_moves.plan_check, name="plan-check"),
    path("plans/<uuid:plan>/standard/", plan_moves.plan_standard, name="plan-standard"),
    path("plans/<uuid:plan>/again/", plan_moves.plan_again, name="plan-again"),
    path("plans/<uuid:plan>/drop/", plan_moves.plan_drop, name="plan-drop"),
    path("plans/<uuid:plan>/steps/", plan_moves.plan_step_new, name="plan-step-new"),
    path("plan-steps/<uuid:step>/", plan_moves.plan_step_change, name="plan-step-change"),
    path("plan-steps/<uuid:step>/done/", plan_moves.plan_step_done, name="plan-step-done"),
    path("plan-steps/<uuid:step>/undone/", plan_moves.plan_step_undone, name="plan-step-undone"),
]
