"""What stages 4 and 5 still want before a visit may leave them."""

from django.utils.translation import gettext as _

from dealership.models import Visit
from dealership.refused import Missing
from dealership.stages import Stage
from delivery.queries.handover import handover_of
from delivery.queries.settlement import live_pass, money_in_hand, settlement_of


def explanation(visit: Visit, target: str) -> list[Missing]:
    """To the delivery: a final sheet (gate 6 was asked then). Elsewhere: no money taken for it."""
    settlement = settlement_of(visit)
    if target == Stage.DELIVERY:
        if settlement is None or not settlement.final:
            sentence = _("Send the settlement sheet to the cashier.")
            return [Missing("settlement.not_final", sentence, "settlement-finalise")]
        return []
    return _unpaid(visit)


def delivery(visit: Visit, target: str) -> list[Missing]:
    """To the exit: a live gate pass (gate 7) and the handover (gate 8). Back to the explanation: no money taken."""
    if target == Stage.CLOSED:
        if live_pass(visit) is None:
            sentence = _("The cashier has not issued the gate pass yet. See that the sum is paid first.")
            return [Missing("handover.pass", sentence, "payment-state")]
        if handover_of(visit) is None:
            sentence = _("Check who collects the car and hand it over.")
            return [Missing("handover.missing", sentence, "handover-form")]
        return []
    return _unpaid(visit)


def _unpaid(visit: Visit) -> list[Missing]:
    if not money_in_hand(visit):
        return []
    sentence = _("Money has been taken for this sheet. Let the cashier reverse the payment first.")
    return [Missing("settlement.paid", sentence, "payment-state")]
