"""Who may do what: one table, read by the decorator on every view, API view and operation.

A key is the dotted name of an action, or of a view that only shows; a value the roles (`models.Role`) that may.
Source: `docs/roles.md`. Limits within a role (own visits, amounts) are rules of the action itself.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dealership.models import Role, Staff, Store, Visit
from dealership.queries.staff import roles_in
from dealership.refused import Refused

G, A, T, Q, C = Role.GUARD, Role.ADVISOR, Role.TECHNICIAN, Role.CONTROLLER, Role.CASHIER
S, M, K, H = Role.SUPERVISOR, Role.MANAGER, Role.CARE, Role.CHAIN

DESK = frozenset({A, S, M})
EVERYONE = frozenset({G, A, T, Q, C, S, M, K, H})
WORKERS = EVERYONE - {H}

ACCESS: dict[str, frozenset[str]] = {
    # The kernel.
    "dealership.views.board.board": EVERYONE,
    "dealership.views.board.board_cards": EVERYONE,
    "dealership.views.next.next_steps_page": WORKERS,
    "dealership.views.next.next_lines": WORKERS,
    "dealership.views.offline.offline_pages": WORKERS,
    "dealership.views.unsent.unsent": WORKERS,
    "dealership.views.search.search": EVERYONE - {G, T},
    "dealership.views.visits.visit_home": EVERYONE,
    "dealership.views.visits.timeline": EVERYONE - {G},
    "dealership.views.attachments.attachment": EVERYONE - {G},
    "dealership.actions.ticks.tick": WORKERS,
    "dealership.actions.ticks.undo": WORKERS,
    "dealership.actions.operations.submit": WORKERS,
    "dealership.views.parked.parked_list": WORKERS,
    "dealership.actions.parked.retry": WORKERS,
    "dealership.actions.parked.settle": WORKERS,
    "dealership.actions.visits.open_visit": frozenset({G, A, S, M}),
    "dealership.actions.visits.take": DESK,
    "dealership.actions.visits.greet": DESK,
    "dealership.actions.visits.offer": DESK,
    "dealership.actions.visits.accept_offer": DESK,
    "dealership.actions.visits.decline_offer": DESK,
    "dealership.actions.visits.place": WORKERS - {K},
    "dealership.actions.visits.set_dms_no": DESK,
    "dealership.actions.visits.describe": DESK,
    "dealership.actions.stages.advance": DESK | {Q},
    "dealership.actions.stages.cancel": DESK,
    "dealership.actions.promises.change": DESK,
    "dealership.actions.duty.set_on_duty": WORKERS,
    "dealership.actions.messages.told_by_hand": DESK | {K},
    "dealership.actions.retries.retry": DESK | {K},
    "dealership.views.messages.messages": DESK | {K},
    "dealership.views.message_centre.centre": DESK | {K, H},
    "dealership.views.message_texts.message_texts": frozenset({S, M}),
    "dealership.views.message_texts.message_text": frozenset({S, M}),
    "dealership.views.message_texts.preview": frozenset({S, M}),
    "dealership.actions.message_settings.switch_kind": frozenset({M}),
    "dealership.actions.message_settings.move_channel": frozenset({M}),
    "dealership.actions.message_settings.use_channel": frozenset({M}),
    "dealership.actions.message_settings.opt_out": DESK | {K},
    "dealership.actions.message_settings.opt_in": DESK | {K},
    "dealership.actions.message_texts.publish": frozenset({M}),
    "dealership.actions.message_texts.take_back": frozenset({M}),
    "dealership.actions.message_texts.send_test": frozenset({M}),
    "dealership.actions.attachments.release_photo": DESK,
    "dealership.actions.links.make_link": DESK,
    "dealership.actions.links.revoke": DESK,
    "dealership.actions.devices.invite": frozenset({S, M}),
    "dealership.actions.devices.revoke": frozenset({S, M}),
    "dealership.views.devices.device_list": frozenset({S, M}),
    "dealership.views.settings_pages.settings_pages": frozenset({S, M}),
}
"""Rows of the other apps follow in their own blocks below."""

ACCESS |= {
    # Reception: stages 1 and 2.
    "reception.views.gate.gate": frozenset({G, A, S, M}),
    "reception.views.gate.gate_car": frozenset({G, A, S, M}),
    "reception.views.gate_reads.gate_reads": frozenset({G, A, S, M}),
    "reception.views.gate_reads.gate_read_picture": frozenset({G, A, S, M}),
    "reception.actions.cameras.dismiss": frozenset({G, A, S, M}),
    "reception.views.cameras.camera_list": frozenset({S, M}),
    "reception.actions.cameras.add_camera": frozenset({S, M}),
    "reception.actions.cameras.revoke_camera": frozenset({S, M}),
    "reception.views.appointments.appointments": DESK | {K},
    "reception.views.appointments.appointment_car": DESK | {K},
    "reception.views.stage_reception.stage_reception": EVERYONE - {G},
    "reception.views.receive.receive": DESK,
    "reception.views.receive.blank_visit": DESK,
    "reception.views.sheet_print.sheet_print": EVERYONE - {G},
    "reception.views.sheet_print.sheet_blank": EVERYONE - {G},
    "reception.actions.arrivals.record_arrival": frozenset({G, A, S, M}),
    "reception.actions.drop_off.receive_absent": frozenset({G, A, S, M}),
    "reception.actions.drop_off.note_call": DESK,
    "reception.views.drop_off.drop_off": EVERYONE - {G},
    "reception.views.waiting.waiting": frozenset({S, M}),
    "reception.actions.waiting.set_limits": frozenset({S, M}),
    "reception.actions.waiting.reset_limits": frozenset({S, M}),
    "reception.actions.waiting.add_rush": frozenset({S, M}),
    "reception.actions.waiting.remove_rush": frozenset({S, M}),
    "reception.views.lanes.lanes": frozenset({S, M}),
    "reception.actions.lane_rules.add_rule": frozenset({S, M}),
    "reception.actions.lane_rules.change_rule": frozenset({S, M}),
    "reception.actions.lane_rules.move_rule": frozenset({S, M}),
    "reception.actions.lane_rules.switch_rule": frozenset({S, M}),
    "reception.actions.lane_rules.remove_rule": frozenset({S, M}),
    "reception.actions.lane_rules.reset_rules": frozenset({S, M}),
    "reception.actions.appointments.book_plate": DESK | {K},
    "reception.actions.appointments.move": DESK | {K},
    "reception.actions.appointments.miss": DESK | {K},
    "reception.actions.appointments.call_off": DESK | {K},
    "reception.actions.appointments.reopen": DESK | {K},
    "reception.actions.appointments.confirm": DESK | {K},
    "reception.views.appointments.appointment_slots": DESK | {K},
    "reception.views.preparation.preparation": DESK | {K},
    "reception.actions.preparation.prepare": DESK,
    "reception.views.capacity.capacity": frozenset({S, M}),
    "reception.actions.capacity.set_week": frozenset({S, M}),
    "reception.actions.capacity.copy_day": frozenset({S, M}),
    "reception.actions.capacity.fill_usual": frozenset({S, M}),
    "reception.actions.sheet.record_readings": DESK,
    "reception.actions.confirmation.confirm_sheet": DESK,
    "reception.actions.marks.add_mark": DESK,
    "reception.actions.marks.change_mark": DESK,
    "reception.actions.marks.remove_mark": DESK,
    "reception.actions.marks.restore_mark": DESK,
    "reception.actions.conflicts.settle_conflict": DESK,
    "reception.actions.claims.note_symptom": DESK,
    "reception.actions.fault_codes.note_codes": DESK | {T, Q},
    "reception.actions.claims.promise_answer": DESK,
    "reception.actions.corrections.correct_people": DESK,
    "reception.views.negotiation.negotiation_stage": EVERYONE - {G, T},
    "reception.views.order.order_print": EVERYONE - {G, T},
    "reception.views.order.agreed_so_far": EVERYONE - {G, T},
    "reception.views.dispatch.dispatch_board": DESK | {Q},
    "reception.actions.orders.begin_order": DESK,
    "reception.actions.orders.plan_diagnosis": DESK,
    "reception.actions.orders.plan_repair": DESK,
    "reception.actions.orders.arrange_waiting": DESK,
    "reception.actions.lines.add_line": DESK,
    "reception.actions.lines.change_line": DESK,
    "reception.actions.lines.answer_line": DESK,
    "reception.actions.lines.agree_all": DESK,
    "reception.actions.lines.remove_line": DESK,
    "reception.actions.consents.conclude": DESK,
    "reception.actions.consents.agree_by_phone": DESK,
    "reception.actions.accident.note_case": DESK,
    "reception.actions.accident.move": DESK | {Q},
    "reception.actions.accident.called": DESK,
    "reception.views.accident.panel": EVERYONE - {G, T},
    "reception.actions.approvals.ask": DESK,
    "reception.actions.approvals.withdraw": DESK,
    "reception.actions.approvals.answer": frozenset({S, M, H}),
    "reception.views.approvals.approvals": frozenset({S, M, H}),
    "reception.views.approvals.waiting": frozenset({S, M, H}),
    "reception.views.approvals.state": EVERYONE - {G, T},
    "reception.actions.offers.send_offer": DESK,
    "reception.actions.offers.withdraw_offer": DESK,
    "reception.actions.offers.see_answer": DESK,
    "reception.actions.dispatch.hand_key": DESK,
    "reception.views.loaners.loaners": DESK,
    "reception.views.loaners.loan_cars": DESK,
    "reception.views.loaners.visit_loaner": DESK,
    "reception.views.loans.loan": DESK,
    "reception.views.loans.loan_difference": DESK,
    "reception.views.loans.loan_print": DESK,
    "reception.views.loans.loan_file": DESK,
    "reception.actions.loaners.keep_car": frozenset({S, M}),
    "reception.actions.loaners.set_aside": DESK,
    "reception.actions.loaners.change": DESK,
    "reception.actions.loaners.call_off": DESK,
    "reception.actions.loan_files.keep_licence": DESK,
    "reception.actions.loans.note_details": DESK,
    "reception.actions.loans.hand_out": DESK,
    "reception.actions.loans.take_back": DESK,
    "reception.actions.loans.give_deposit_back": DESK,
    "reception.actions.dispatch.dispatch": DESK | {Q},
    "reception.views.imports.imports": frozenset({S, M}),
    "reception.views.pricelist.pricelist": DESK,
    "reception.views.dms.dms": DESK,
    "reception.actions.dms.set_field_order": frozenset({S, M}),
    "reception.actions.pricelist.add_thing": frozenset({M}),
    "reception.actions.pricelist.change_thing": frozenset({M}),
    "reception.actions.pricelist.offer_thing": frozenset({M}),
    "reception.actions.pricelist.set_contents": frozenset({M}),
    "reception.actions.pricelist.set_rate": frozenset({M}),
    "reception.views.imports.import_run": frozenset({S, M}),
    "reception.views.imports.import_bad": frozenset({S, M}),
    "reception.views.imports.import_sample": frozenset({S, M}),
    "reception.actions.imports.upload": frozenset({S, M}),
    "reception.actions.imports.match_columns": frozenset({S, M}),
    "reception.actions.imports.take_in": frozenset({S, M}),
    "reception.actions.imports.throw_away": frozenset({S, M}),
    "reception.views.past_year.visit_past_year": DESK | {Q, K},
    "reception.actions.campaigns.add_campaign_line": DESK,
    "reception.actions.campaigns.note_done": DESK,
    "reception.actions.campaigns.undo_done": DESK,
    "reception.actions.intervals.set_sold_on": DESK,
    "reception.views.campaigns.campaigns": frozenset({S, M}),
    "reception.actions.campaigns.keep_campaign": frozenset({S, M}),
    "reception.actions.campaigns.end_campaign": frozenset({S, M}),
    "reception.actions.campaigns.resume_campaign": frozenset({S, M}),
    "reception.views.intervals.intervals": frozenset({S, M}),
    "reception.actions.intervals.keep_interval": frozenset({S, M}),
    "reception.actions.intervals.move_interval_up": frozenset({S, M}),
    "reception.actions.intervals.remove_interval": frozenset({S, M}),
}

ACCESS |= {
    # Inspection: the workshop and stage 3.
    "inspection.views.jobs.jobs": frozenset({T, Q}),
    "inspection.views.jobs.job": frozenset({T, Q}),
    "inspection.views.workshop.workshop_stage": DESK | {T, Q},
    "inspection.views.workshop.progress": DESK | {T, Q},
    "inspection.views.final.final_queue": frozenset({T, Q, M}),
    "inspection.views.showcase.showcase_stage": DESK | {Q},
    "inspection.actions.jobs.start": frozenset({T, Q}),
    "inspection.actions.jobs.pause": frozenset({T, Q}),
    "inspection.actions.jobs.resume": frozenset({T, Q}),
    "inspection.actions.jobs.finish": frozenset({T, Q}),
    "inspection.actions.power_off.record_power_off": frozenset({T, Q}),
    "inspection.actions.final.inspect": frozenset({T, Q, M}),
    "inspection.actions.check.check_car": DESK,
    "inspection.actions.check.check_all": DESK,
    "inspection.actions.check.check_materials": DESK,
    "inspection.actions.check.prepare": DESK,
    "inspection.actions.check.washed": DESK | {T, Q},
    "inspection.actions.check.collected_by_other": DESK,
    "inspection.actions.notice.tell": DESK,
    "inspection.actions.leave.leave_for_parts": DESK,
}

ACCESS |= {
    # Delivery: stages 4 and 5, the customer's page.
    "delivery.views.explanation.explanation": DESK | {C, H},
    "delivery.views.explanation.script_sheet": DESK,
    "delivery.views.explanation.settlement_sheet": DESK | {C, H},
    "delivery.actions.settlement.confirm": DESK,
    "delivery.actions.settlement.finalise": DESK,
    "delivery.actions.settlement.reopen": DESK,
    "delivery.actions.lines.settle_line": DESK,
    "delivery.actions.deductions.deduct": DESK,
    "delivery.actions.deductions.withdraw_deduction": DESK,
    "delivery.actions.deductions.give_discount": DESK | {H},
    "delivery.actions.review.review": DESK,
    "delivery.actions.review.tell_method": DESK,
    "delivery.views.delivery.delivery": DESK | {C, H},
    "delivery.views.delivery.payment_state": DESK | {C},
    "delivery.actions.handover.hand_over": DESK,
    "delivery.actions.handover.bring_home": DESK,
    "delivery.actions.handover.let_out": frozenset({G, S, M}),
    "delivery.views.exit.exits": frozenset({G, S, M}),
    "delivery.views.follow_ups.follow_ups": frozenset({S, M, K}),
    "delivery.actions.calls.record_call": frozenset({S, M, K}),
    "delivery.actions.calls.look_at_phone": frozenset({S, M, K}),
    "delivery.views.follow_ups.follow_up_rules": frozenset({S, M}),
    "delivery.actions.follow_up_rules.keep_rules": frozenset({M}),
    "delivery.actions.thread.answer": DESK | {K},
    "delivery.views.thread.thread_times": frozenset({S, M, K, H}),
    "delivery.actions.thread.called_back": frozenset({S, M, K}),
    "delivery.views.cashier.cashier": frozenset({C, S, M, H}),
    "delivery.views.cashier.cashier_car": frozenset({C, S, M, H}),
    "delivery.views.cashier.cashier_list": frozenset({C, S, M, H}),
    "delivery.views.cashier.gate_pass": frozenset({C, S, M}),
    "delivery.actions.payment.pay": frozenset({C}),
    "delivery.actions.on_account.ask": frozenset({A, C, S, M}),
    "delivery.actions.on_account.approve": frozenset({M, H}),
    "delivery.actions.on_account.withdraw": frozenset({C, S, M, H}),
    "delivery.actions.reversal.ask": frozenset({A, C, S, M}),
    "delivery.actions.reversal.approve": frozenset({M}),
    "delivery.actions.reversal.give_back": frozenset({C}),
}

ACCESS |= {
    # Feedback: scores; whoever may not see all sees only their own.
    "feedback.views.day.today": DESK | {H},
    "feedback.views.day.day": DESK | {H},
    "feedback.views.day.live": DESK | {H},
    "feedback.views.day.help_sheet": DESK | {H},
    "feedback.views.touchpoint.touchpoint": DESK | {H},
    "feedback.views.touchpoint.visit_steps": DESK | {H},
    "feedback.views.periods.this_month": DESK | {H},
    "feedback.views.periods.period": DESK | {H},
    "feedback.views.periods.touchpoint": DESK | {H},
    "feedback.views.periods.breakdown": DESK | {H},
    "feedback.views.periods.help_sheet": DESK | {H},
    "feedback.actions.dated_changes.add": frozenset({S, M}),
    "feedback.actions.dated_changes.remove": frozenset({S, M}),
    "feedback.views.figures.this_month": DESK | {H},
    "feedback.views.figures.figures": DESK | {H},
    "feedback.views.figures.figure_visits": DESK | {H},
    "feedback.views.figures.figure_help": DESK | {H},
    "feedback.views.people.people": DESK | {H},
    "feedback.views.compare.compare": frozenset({S, M, H}),
    "feedback.views.exports.export": frozenset({S, M, H}),
    "feedback.views.targets.targets": frozenset({S, M, H}),
    "feedback.actions.targets.set_target": frozenset({M}),
    "feedback.actions.targets.change_target": frozenset({M}),
    "feedback.actions.targets.remove_target": frozenset({M}),
    "feedback.views.digests.digests": frozenset({S, M}),
    "feedback.actions.digests.set_rule": frozenset({M}),
    "feedback.actions.digests.send_now": frozenset({S, M}),
    "feedback.views.morning.morning": frozenset({S, M}),
    "feedback.actions.readings.take": frozenset({S, M, K}),
    "feedback.views.score_settings.score_settings": frozenset({M}),
    "feedback.actions.score_settings.keep": frozenset({M}),
    "feedback.actions.score_settings.reset_influence": frozenset({M}),
    "feedback.views.checks.checks": frozenset({S, M, K, H}),
    "feedback.views.check_round.check_round": frozenset({S, M, K, H}),
    "feedback.actions.check_scores.check": frozenset({S, M, K}),
    "feedback.views.check_items.check_items": frozenset({S, M, H}),
    "feedback.actions.check_items.change_item": frozenset({S, M}),
    "feedback.actions.check_items.add_item": frozenset({S, M}),
    "feedback.actions.check_items.end_item": frozenset({S, M}),
    "feedback.actions.check_items.restore": frozenset({S, M}),
    "feedback.actions.check_items.reset_items": frozenset({S, M}),
    "feedback.views.audits.audits": frozenset({S, M, H}),
    "feedback.actions.audits.add_audit": frozenset({S, M}),
    "feedback.views.cross_checks.cross_checks": frozenset({S, M, H}),
}

ACCESS |= {
    # Feedback: weak items and plans; whoever has a part in a plan sees it and ticks their own steps.
    "feedback.views.weak_items.weak_items": frozenset({S, M, H}),
    "feedback.views.weak_items.weak_item": frozenset({S, M, H}),
    "feedback.views.causes.cause": frozenset({S, M, H}),
    "feedback.views.practices.practices": frozenset({S, M}),
    "feedback.views.plans.plan": EVERYONE,
    "feedback.actions.weak_items.confirm": frozenset({S, M}),
    "feedback.actions.weak_items.put_off": frozenset({S, M}),
    "feedback.actions.weak_items.close": frozenset({S, M}),
    "feedback.actions.causes.find_cause": frozenset({S, M}),
    "feedback.actions.practices.log_practice": frozenset({S, M}),
    "feedback.actions.practices.take_back": frozenset({S, M}),
    "feedback.actions.plans.make_plan": frozenset({S, M}),
    "feedback.actions.plans.change_plan": frozenset({S, M}),
    "feedback.actions.plan_moves.start": frozenset({S, M}),
    "feedback.actions.plan_moves.to_check": frozenset({S, M}),
    "feedback.actions.plan_moves.check": frozenset({S, M}),
    "feedback.actions.plan_moves.make_standard": frozenset({S, M}),
    "feedback.actions.plan_moves.reopen": frozenset({S, M}),
    "feedback.actions.plan_moves.drop": frozenset({S, M}),
    "feedback.actions.plan_steps.add_step": frozenset({S, M}),
    "feedback.actions.plan_steps.change_step": frozenset({S, M}),
    "feedback.actions.plan_steps.tick_step": EVERYONE,
    "feedback.actions.plan_steps.untick_step": EVERYONE,
}

ACCESS |= {
    # Feedback: the standard and what the staff proposes to it.
    "feedback.views.standards.standard": EVERYONE,
    "feedback.views.standards.standard_changes": EVERYONE,
    "feedback.views.standards.version_notice": EVERYONE,
    "feedback.views.standards.standard_compare": frozenset({M}),
    "feedback.views.proposals.words_check": EVERYONE,
    "feedback.views.proposals.proposal": EVERYONE,
    "feedback.views.standard_draft.standard_draft": frozenset({M}),
    "feedback.actions.proposals.propose": EVERYONE,
    "feedback.actions.proposals.comment": EVERYONE,
    "feedback.actions.proposals.vote": EVERYONE,
    "feedback.actions.proposals.withdraw": EVERYONE,
    "feedback.actions.proposals.decline": frozenset({M}),
    "feedback.actions.proposals.accept": frozenset({M}),
    "feedback.actions.versions.confirm": EVERYONE,
    "feedback.actions.versions.publish": frozenset({M}),
    "feedback.actions.versions.put_back": frozenset({M}),
    "dealership.actions.drafts.set_texts": frozenset({M}),
    "dealership.actions.drafts.add_step": frozenset({M}),
    "dealership.actions.drafts.drop_step": frozenset({M}),
    "dealership.actions.drafts.take_update": frozenset({M}),
}

OPEN_TO_ALL = "open"
"""Marks a view that needs no membership (login, health, the customer's page): it guards itself."""


def name_of(action: Callable[..., Any]) -> str:
    """Return the dotted name under which an action stands in ACCESS."""
    return f"{action.__module__}.{action.__qualname__}"


def may(staff: Staff, store: Store, action: str | Callable[..., Any]) -> bool:
    """Tell whether `staff` has a role in `store` that may do `action`."""
    name = action if isinstance(action, str) else name_of(action)
    return bool(ACCESS[name] & roles_in(staff, store))


def require(staff: Staff, store: Store, action: str | Callable[..., Any]) -> None:
    """Raise PermissionDenied unless `staff` may do `action` in `store`."""
    if not may(staff, store, action):
        raise PermissionDenied


def refuse_unless(staff: Staff, store: Store, action: str) -> None:
    """Raise Refused("role") unless `staff` may do `action` in `store`: an operation is parked, not forbidden."""
    if not may(staff, store, action):
        raise Refused(_("Your role may not do this here. Ask a colleague whose work it is."), "role")


def guarded(
    action: Callable[..., Any] | None = None, *, methods: Iterable[str] = ("GET", "HEAD", "POST")
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Guard a view of a store by ACCESS: by `action` where it does one, else by the view's own name.

    The view is called as `view(request, store, …)`; a URL part `visit` arrives as the Visit (of this store, an alias
    followed). 404 for another store's anything, 403 for a role that may not, the login page for nobody.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        name = name_of(action or view)

        @wraps(view)
        def inner(request: HttpRequest, store: Store, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            require(request.user, store, name)
            if "visit" in kwargs:
                kwargs["visit"] = find_visit(kwargs["visit"])
            return view(request, store, **kwargs)

        inner.access = name  # type: ignore[attr-defined]
        inner.methods = tuple(methods)  # type: ignore[attr-defined]
        return inner

    return decorate


def open_to_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that guards itself (see OPEN_TO_ALL)."""
    view.access = OPEN_TO_ALL  # type: ignore[attr-defined]
    return view


def find_visit(visit_id: Any) -> Visit:
    """Return the visit of the open scope, following an alias; 404 where this store has none."""
    visits = Visit.objects.select_related("vehicle", "customer", "advisor", "place", "store", "offered_to", "standard")
    try:
        visit = visits.get(pk=visit_id)
        return visits.get(pk=visit.joined_to_id) if visit.joined_to_id else visit
    except Visit.DoesNotExist as missing:
        raise Http404 from missing
