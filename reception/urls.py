"""Addresses of the reception app."""

from django.urls import path

from reception.views import (
    appointments,
    claims,
    concerns,
    confirmation,
    conflicts,
    dispatch,
    fault_codes,
    gate,
    link_offer,
    negotiation,
    offers,
    order,
    people,
    receive,
    sheet,
    sheet_link,
    sheet_print,
    stage_reception,
)

STORE = "<slug:store>/"
VISIT = STORE + "visits/<uuid:visit>/"
APPOINTMENT = STORE + "appointments/<uuid:appointment>/"
LINE = VISIT + "order/lines/<uuid:line>/"
MARK = VISIT + "marks/<uuid:mark>/"

arriving = [
    path(STORE + "gate/", gate.gate, name="gate"),
    path(STORE + "gate/car/", gate.gate_car, name="gate-car"),
    path(STORE + "arrivals/", gate.arrival, name="arrivals"),
    path(STORE + "receive/", receive.receive, name="receive"),
    path(STORE + "receive/car/", receive.receive_car, name="receive-car"),
    path(STORE + "offline/visit/", receive.blank_visit, name="blank-visit"),
    path(STORE + "appointments/", appointments.appointments, name="appointments"),
    path(STORE + "appointments/new/", appointments.appointment_new, name="appointment-new"),
    path(STORE + "appointments/car/", appointments.appointment_car, name="appointment-car"),
    path(APPOINTMENT + "time/", appointments.appointment_move, name="appointment-move"),
    path(APPOINTMENT + "missed/", appointments.appointment_miss, name="appointment-miss"),
    path(APPOINTMENT + "called-off/", appointments.appointment_call_off, name="appointment-call-off"),
    path(STORE + "sheet/blank/", sheet_print.sheet_blank, name="sheet-blank"),
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
    path(VISIT + "order/offer/", offers.offer, name="order-offer"),
    path(VISIT + "order/offer/withdrawn/", offers.withdrawn, name="order-offer-withdrawn"),
    path(VISIT + "order/offer/seen/", offers.seen, name="order-offer-seen"),
    path("my/<uuid:public>/offer/", link_offer.link_offer, name="link-offer"),
    path("my/<uuid:public>/offer/opened/", link_offer.link_offer_opened, name="link-offer-opened"),
    path(VISIT + "order/print/", order.order_print, name="order-print"),
    path(VISIT + "fault-codes/", fault_codes.fault_codes, name="fault-codes"),
    path(VISIT + "fault-codes/preview/", fault_codes.preview, name="fault-codes-preview"),
    path(VISIT + "waiting/", order.waiting, name="order-waiting"),
    path(VISIT + "key/", order.key, name="order-key"),
    path(VISIT + "dispatch/", dispatch.send, name="dispatch-send"),
    path(STORE + "dispatch/", dispatch.dispatch_board, name="dispatch"),
]

urlpatterns = [*arriving, *receiving, *negotiating]
