"""The timeline in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as words

from dealership.models import Event
from dealership.stages import Stage

WORDS = {
    "arrived": words("Arrived"),
    "greeted": words("Greeted"),
    "taken": words("Taken by the advisor"),
    "transferred": words("Taken over from a colleague"),
    "promise.changed": words("A promise was changed with the customer's consent"),
    "message.queued": words("Message written to the customer"),
    "message.silent": words("Message not written: off, not wanted, or one too many"),
    "message.sent": words("Message sent to the customer"),
    "message.told": words("Customer told by a person"),
    "message.failed": words("Message could not be sent"),
    "call": words("Follow-up call"),
    "phone.seen": words("Phone number looked at"),
    "message.retried": words("Message to be sent again"),
    "message.cancelled": words("Message withdrawn, no longer needed"),
    "message.unclear": words("Nobody can say whether the message went out"),
    "link.opened": words("Customer opened the link"),
    "link.revoked": words("Link ended"),
    "wechat.bound": words("Customer connected WeChat"),
    "wechat.unbound": words("Customer disconnected WeChat"),
    "link.shared": words("Customer made an address to pass on"),
    "link.delay_seen": words("Customer has seen the new time"),
    "photo.released": words("Photo shown to the customer"),
    "photo.taken_back": words("Photo no longer shown to the customer"),
    "thread.asked": words("Customer asked something"),
    "thread.answered": words("Customer's question answered"),
    "thread.not_satisfied": words("Customer is not satisfied"),
    "thread.called_back": words("Customer who was not satisfied called back"),
    "reception.appointment": words("Came for an appointment"),
    "reception.comeback": words("Is back for the same concern"),
    "reception.absent": words("Came without the customer"),
    "reception.called": words("Customer called about the car left here"),
    "sheet.seen": words("Customer has seen the pre-check sheet"),
    "sheet.signed": words("Customer signed the pre-check sheet"),
    "sheet.link": words("Customer confirmed the pre-check sheet by the link"),
    "sheet.refused": words("Customer would not sign the pre-check sheet"),
    "order.begun": words("Repair order begun"),
    "campaign.done": words("Campaign of the maker done"),
    "vehicle.sold_on": words("Day of sale noted"),
    "order.line_changed": words("A line of the order was changed"),
    "consent.diagnosis": words("Customer agreed to the diagnosis"),
    "consent.repair": words("Customer agreed to the repair"),
    "consent.change": words("Customer agreed to the change"),
    "accident.state": words("Accident car moved on"),
    "accident.assessed": words("Loss assessed"),
    "accident.called": words("Customer called about the accident repair"),
    "approval.asked": words("Manager asked"),
    "approval.yes": words("Allowed"),
    "approval.no": words("Not allowed"),
    "approval.withdrawn": words("Question to the manager taken back"),
    "offer.sent": words("Sent to the customer to answer"),
    "offer.opened": words("Customer looked at the offer"),
    "offer.answered": words("Customer answered the offer by link"),
    "offer.withdrawn": words("Offer withdrawn"),
    "dispatched": words("Dispatched to a technician"),
    "job.start": words("Work started"),
    "job.pause": words("Work interrupted"),
    "job.resume": words("Work resumed"),
    "job.done": words("Work finished"),
    "job.reopen": words("Reopened for rework"),
    "final.passed": words("Final inspection passed"),
    "final.back": words("Final inspection sent it back"),
    "washed": words("Washed"),
    "settlement.confirmed": words("Customer confirmed the settlement sheet"),
    "settlement.deduction": words("Deduction entered"),
    "settlement.deduction_off": words("Deduction taken off"),
    "settlement.discount": words("Discount given"),
    "settlement.line": words("A line of the settlement was changed"),
    "settlement.payer": words("Payer of a line changed"),
    "settlement.final": words("Settlement sent to the cashier"),
    "settlement.reopened": words("Settlement opened again"),
    "payment": words("Payment taken"),
    "account.asked": words("Asked to pay on account"),
    "account.approved": words("Payment on account approved"),
    "account.withdrawn": words("Payment on account withdrawn"),
    "reversal.asked": words("Asked for money back"),
    "reversal.approved": words("Money back approved"),
    "reversal.done": words("Money given back"),
    "gate_pass.issued": words("Gate pass issued"),
    "gate_pass.revoked": words("Gate pass revoked"),
    "loan.set_aside": words("Loaner set aside"),
    "loan.out": words("Loaner handed out"),
    "loan.back": words("Loaner came back"),
    "handover": words("Car handed over"),
}


def words_of(event: Event) -> str:
    """Return the sentence of a line; an unknown kind still says that something was recorded."""
    if event.kind == "stage":
        reason = f" · {event.data['reason']}" if event.data.get("reason") else ""
        return _("Moved to: %(stage)s") % {"stage": Stage(event.data["target"]).label} + reason
    if event.kind == "note":
        return str(event.data.get("text", ""))
    return str(WORDS.get(event.kind) or event.data.get("words") or _("Something was recorded"))
