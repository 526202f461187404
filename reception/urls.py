"""Addresses of the reception app."""

from django.urls import path

from reception.views import (
    accident,
    appointments,
    approvals,
    booked,
    booking,
    cameras,
    campaigns,
    capacity,
    claims,
    concerns,
    confirmation,
    conflicts,
    dispatch,
    dms,
    drop_off,
    fault_codes,
    gate,
    gate_api,
    gate_reads,
    imports,
    intervals,
    lanes,
    link_offer,
    loaners,
    loans,
    negotiation,
    offers,
    order,
    past_year,
    people,
    preparation,
    pricelist,
    receive,
    sheet,
    sheet_link,
    sheet_print,
    stage_reception,
    waiting,
)

STORE = "<slug:store>/"
RUN = STORE + "imports/<uuid:run>/"
THING = STORE + "prices/<slug:kind>/<uuid:thing>/"
VISIT = STORE + "visits/<uuid:visit>/"
APPOINTMENT = STORE + "appointments/<uuid:appointment>/"
LINE = VISIT + "order/lines/<uuid:line>/"
MARK = VISIT + "marks/<uuid:mark>/"
BOOK = "book/<slug:code>/"
LOAN = STORE + "loaners/<uuid:loan>/"

arriving = [
    path(STORE + "gate/", gate.gate, name="gate"),
    path(STORE + "gate/car/", gate.gate_car, name="gate-car"),
    path("api/gate/<uuid:device>/", gate_api.gate_push, name="gate-push"),
    path("api/gate/<uuid:device>/<path:rest>", gate_api.gate_push, name="gate-push-rest"),
    path(STORE + "gate/reads/", gate_reads.gate_reads, name="gate-reads"),
    path(STORE + "gate/reads/dismissed/", gate_reads.gate_read_dismissed, name="gate-read-dismissed"),
    path(STORE + "gate/reads/<uuid:read>/picture/", gate_reads.gate_read_picture, name="gate-read-picture"),
    path(STORE + "cameras/", cameras.camera_list, name="cameras"),
    path(STORE + "cameras/new/", cameras.camera_new, name="camera-new"),
    path(STORE + "cameras/<uuid:camera>/revoked/", cameras.camera_revoked, name="camera-revoked"),
    path(STORE + "arrivals/", gate.arrival, name="arrivals"),
    path(STORE + "arrivals/absent/", drop_off.absent, name="absent"),
    path(VISIT + "drop-off/", drop_off.drop_off, name="visit-drop-off"),
    path(VISIT + "drop-off/called/", drop_off.drop_off_called, name="drop-off-called"),
    path(STORE + "receive/", receive.receive, name="receive"),
    path(STORE + "receive/car/", receive.receive_car, name="receive-car"),
    path(STORE + "offline/visit/", receive.blank_visit, name="blank-visit"),
    path(STORE + "appointments/", appointments.appointments, name="appointments"),
    path(STORE + "appointments/new/", appointments.appointment_new, name="appointment-new"),
    path(STORE + "appointments/car/", appointments.appointment_car, name="appointment-car"),
    path(STORE + "appointments/slots/", appointments.appointment_slots, name="appointment-slots"),
    path(STORE + "appointments/preparation/", preparation.preparation, name="preparation"),
    path(STORE + "settings/places/", capacity.capacity, name="capacity"),
    path(STORE + "settings/places/week/", capacity.capacity_week, name="capacity-week"),
    path(STORE + "settings/places/copy/", capacity.capacity_copy, name="capacity-copy"),
    path(STORE + "settings/places/fill/", capacity.capacity_fill, name="capacity-fill"),
    path(APPOINTMENT + "confirmed/", appointments.appointment_confirm, name="appointment-confirm"),
    path(APPOINTMENT + "reopened/", appointments.appointment_reopen, name="appointment-reopen"),
    path(APPOINTMENT + "preparation/", preparation.prepared, name="appointment-prepare"),
    path(APPOINTMENT + "time/", appointments.appointment_move, name="appointment-move"),
    path(APPOINTMENT + "missed/", appointments.appointment_miss, name="appointment-miss"),
    path(APPOINTMENT + "called-off/", appointments.appointment_call_off, name="appointment-call-off"),
    path(STORE + "sheet/blank/", sheet_print.sheet_blank, name="sheet-blank"),
]

ruling = [
    path(STORE + "waiting/", waiting.waiting, name="waiting"),
    path(STORE + "waiting/limits/", waiting.waiting_limits, name="waiting-limits"),
    path(STORE + "waiting/reset/", waiting.waiting_reset, name="waiting-reset"),
    path(STORE + "waiting/rush/", waiting.rush_new, name="rush-new"),
    path(STORE + "waiting/rush/<uuid:week>/removed/", waiting.rush_removed, name="rush-removed"),
    path(STORE + "lanes/", lanes.lanes, name="lanes"),
    path(STORE + "lanes/new/", lanes.lane_rule_new, name="lane-rule-new"),
    path(STORE + "lanes/reset/", lanes.lanes_reset, name="lanes-reset"),
    path(STORE + "lanes/<str:rule>/", lanes.lane_rule, name="lane-rule"),
    path(STORE + "lanes/<str:rule>/place/", lanes.lane_rule_place, name="lane-rule-place"),
    path(STORE + "lanes/<str:rule>/use/", lanes.lane_rule_use, name="lane-rule-use"),
    path(STORE + "lanes/<str:rule>/removed/", lanes.lane_rule_removed, name="lane-rule-removed"),
]

receiving = [
    path(VISIT + "reception/", stage_reception.stage_reception, name="reception-stage"),
    path(VISIT + "people/", people.people, name="visit-people"),
    path(VISIT + "readings/", sheet.readings, name="sheet-readings"),
    path(VISIT + "marks/", sheet.marks, name="sheet-marks"),
    path(MARK, sheet.mark, name="sheet-mark"),
    path(MARK + "removed/", sheet.mark_removed, name="sheet-mark-removed"),
    path(MARK + "restored/", sheet.mark_restored, name="sheet-mark-restored"),
    path(VISIT + "photos/", sheet.photos, name="sheet-photos"),
    path(VISIT + "sheet/", sheet_print.sheet_print, name="sheet-print"),
    path(VISIT + "sheet/mileage/", sheet.mileage, name="sheet-mileage"),
    path(VISIT + "sheet/confirmation/", confirmation.confirmation, name="sheet-confirmation"),
    path(VISIT + "sheet/link/", confirmation.share, name="sheet-share"),
    path("my/<uuid:public>/sheet/", sheet_link.link_sheet, name="link-sheet"),
    path(VISIT + "concerns/", concerns.concerns, name="visit-concerns"),
    path(VISIT + "conflicts/", conflicts.conflict, name="visit-conflict"),
    path(VISIT + "symptom/", claims.symptom, name="claim-symptom"),
    path(VISIT + "answer-time/", claims.answer_time, name="claim-answer-time"),
]

negotiating = [
    path(VISIT + "negotiation/", negotiation.negotiation_stage, name="negotiation-stage"),
    path(VISIT + "order/", order.begin, name="order"),
    path(VISIT + "order/lines/", order.add, name="order-add"),
    path(LINE, order.line, name="order-line"),
    path(LINE + "answer/", order.answer, name="order-answer"),
    path(LINE + "removed/", order.remove, name="order-remove"),
    path(VISIT + "order/agreed/", order.agreed, name="order-agreed"),
    path(VISIT + "order/terms/", order.terms, name="order-terms"),
    path(VISIT + "order/consent/", order.phone, name="order-consent"),
    path(VISIT + "order/diagnosis/", order.diagnosis, name="order-diagnosis"),
    path(VISIT + "order/repair/", order.repair, name="order-repair"),
    path(VISIT + "accident/", accident.accident, name="accident"),
    path(VISIT + "accident/state/", accident.moved, name="accident-state"),
    path(VISIT + "accident/called/", accident.called, name="accident-called"),
    path(VISIT + "accident/beside/", accident.panel, name="accident-panel"),
    path(VISIT + "order/state/", approvals.state, name="order-state"),
    path(VISIT + "order/account/", approvals.account, name="order-account"),
    path(LINE + "price/", approvals.lowered, name="order-line-price"),
    path(VISIT + "order/approvals/<uuid:approval>/withdrawn/", approvals.withdrawn, name="approval-withdrawn"),
    path(STORE + "approvals/", approvals.approvals, name="approvals"),
    path(STORE + "approvals/state/", approvals.waiting, name="approvals-state"),
    path(STORE + "approvals/<uuid:approval>/answer/", approvals.verdict, name="approval-answer"),
    path(VISIT + "order/offer/", offers.offer, name="order-offer"),
    path(VISIT + "order/offer/withdrawn/", offers.withdrawn, name="order-offer-withdrawn"),
    path(VISIT + "order/offer/seen/", offers.seen, name="order-offer-seen"),
    path("my/<uuid:public>/offer/", link_offer.link_offer, name="link-offer"),
    path("my/<uuid:public>/offer/opened/", link_offer.link_offer_opened, name="link-offer-opened"),
    path(VISIT + "order/agreements/", order.agreed_so_far, name="order-agreements"),
    path(VISIT + "order/print/", order.order_print, name="order-print"),
    path(VISIT + "fault-codes/", fault_codes.fault_codes, name="fault-codes"),
    path(VISIT + "fault-codes/preview/", fault_codes.preview, name="fault-codes-preview"),
    path(VISIT + "waiting/", order.waiting, name="order-waiting"),
    path(VISIT + "key/", order.key, name="order-key"),
    path(VISIT + "dispatch/", dispatch.send, name="dispatch-send"),
    path(STORE + "dispatch/", dispatch.dispatch_board, name="dispatch"),
]

lending = [
    path(STORE + "loaners/", loaners.loaners, name="loaners"),
    path(STORE + "loaners/cars/", loaners.loaner_cars, name="loaner-cars"),
    path(STORE + "loaners/new/", loaners.loan_new, name="loan-new"),
    path(STORE + "loaners/free/", loaners.loan_cars, name="loan-cars"),
    path(LOAN, loans.loan, name="loan"),
    path(LOAN + "time/", loaners.loan_change, name="loan-change"),
    path(LOAN + "called-off/", loaners.loan_call_off, name="loan-call-off"),
    path(LOAN + "details/", loans.loan_details, name="loan-details"),
    path(LOAN + "licence/", loans.loan_licence, name="loan-licence"),
    path(LOAN + "contract/", loans.loan_contract, name="loan-contract"),
    path(LOAN + "back/", loans.loan_back, name="loan-back"),
    path(LOAN + "difference/", loans.loan_difference, name="loan-difference"),
    path(LOAN + "deposit/", loans.loan_deposit, name="loan-deposit"),
    path(LOAN + "print/", loans.loan_print, name="loan-print"),
    path(LOAN + "files/<str:what>/", loans.loan_file, name="loan-file"),
    path(VISIT + "loaner/", loaners.visit_loaner, name="visit-loaner"),
]

online = [
    path(BOOK, booking.booking, name="booking"),
    path(BOOK + "code/", booking.booking_code, name="booking-code"),
    path(BOOK + "code/again/", booking.booking_again, name="booking-again"),
    path(BOOK + "done/", booked.booking_done, name="booking-done"),
    path(BOOK + "mine/", booked.booking_mine, name="booking-mine"),
    path(BOOK + "<uuid:appointment>/calendar.ics", booked.booking_calendar, name="booking-calendar"),
    path(BOOK + "<uuid:appointment>/time/", booked.booking_move, name="booking-move"),
    path(BOOK + "<uuid:appointment>/called-off/", booked.booking_off, name="booking-off"),
    path("my/<uuid:public>/booking/", booking.link_booking, name="link-booking"),
]

knowing = [
    path(VISIT + "past-year/", past_year.visit_past_year, name="visit-past-year"),
    path(VISIT + "sold-on/", past_year.visit_sold_on, name="visit-sold-on"),
    path(VISIT + "campaigns/<uuid:campaign>/line/", past_year.campaign_line, name="campaign-line"),
    path(VISIT + "campaigns/<uuid:campaign>/done/", past_year.campaign_done, name="campaign-done"),
    path(VISIT + "campaigns/<uuid:campaign>/undone/", past_year.campaign_undone, name="campaign-undone"),
    path(STORE + "campaigns/", campaigns.campaigns, name="campaigns"),
    path(STORE + "campaigns/new/", campaigns.campaign_new, name="campaign-new"),
    path(STORE + "campaigns/<uuid:campaign>/", campaigns.campaign, name="campaign"),
    path(STORE + "campaigns/<uuid:campaign>/ended/", campaigns.campaign_ended, name="campaign-ended"),
    path(STORE + "campaigns/<uuid:campaign>/resumed/", campaigns.campaign_resumed, name="campaign-resumed"),
    path(STORE + "intervals/", intervals.intervals, name="intervals"),
    path(STORE + "intervals/new/", intervals.interval_new, name="interval-new"),
    path(STORE + "intervals/<uuid:interval>/", intervals.interval, name="interval"),
    path(STORE + "intervals/<uuid:interval>/up/", intervals.interval_up, name="interval-up"),
    path(STORE + "intervals/<uuid:interval>/removed/", intervals.interval_removed, name="interval-removed"),
]

reading_in = [
    path(STORE + "imports/", imports.imports, name="imports"),
    path(STORE + "imports/file/", imports.import_file, name="import-file"),
    path(STORE + "imports/sample/<slug:kind>/", imports.import_sample, name="import-sample"),
    path(RUN, imports.import_run, name="import-run"),
    path(RUN + "columns/", imports.import_columns, name="import-columns"),
    path(RUN + "taken/", imports.import_taken, name="import-taken"),
    path(RUN + "thrown-away/", imports.import_thrown, name="import-thrown"),
    path(RUN + "bad/", imports.import_bad, name="import-bad"),
]

pricing = [
    path(STORE + "prices/", pricelist.pricelist, name="pricelist"),
    path(STORE + "prices/rate/", pricelist.price_rate, name="price-rate"),
    path(STORE + "prices/<slug:kind>/new/", pricelist.price_new, name="price-new"),
    path(THING, pricelist.price_thing, name="price-thing"),
    path(THING + "offered/", pricelist.price_offered, name="price-offered"),
    path(STORE + "prices/package/<uuid:thing>/contents/", pricelist.price_contents, name="price-contents"),
]

entering = [
    path(STORE + "dms/", dms.dms, name="dms"),
    path(STORE + "dms/fields/", dms.dms_fields, name="dms-fields"),
]

urlpatterns = [*entering, *pricing, *reading_in, *arriving, *ruling, *receiving, *negotiating, *lending, *online, *knowing]
