"""What holds a car in negotiation: gate 1 (sheet) and gate 2 (consent covering each line)."""

from django.utils.translation import gettext as _

from dealership.models import Visit
from dealership.refused import Missing
from dealership.stages import Stage
from reception.queries.orders import consent_missing, diagnosis_agreed, lines_of, open_lines, order_of
from reception.queries.sheet import sheet_missing


def negotiation_exit(visit: Visit, target: str) -> list[Missing]:
    """Return what is still missing before the visit may leave negotiation for `target`."""
    if target == Stage.WORKSHOP:
        return [*sheet_missing(visit), *order_missing(visit)]
    if target == Stage.SHOWCASE:
        return [*sheet_missing(visit), *_diagnosis_missing(visit)]
    return []


def order_missing(visit: Visit) -> list[Missing]:
    """Return what gate 2 waits for: an order whose every line the customer agreed to as it stands."""
    order = order_of(visit)
    if order is None or not any(line.charged for line in lines_of(order)):
        return [Missing("order.empty", _("Write the repair order."), "order-add")]
    if order.diagnosis:
        sentence = _("Only a diagnosis is agreed. Offer the repair and have it agreed, or show the findings.")
        return [Missing("order.diagnosis", sentence, "order-repair")]
    missing = consent_missing(order)
    if not missing:
        return []
    if open_lines(missing):
        return [Missing("order.unanswered", _("Ask the customer about each line."), "order-agreed")]
    if not order.has_terms:
        return [Missing("order.terms", _("Agree price, time and way of paying."), "order-terms")]
    titles = "、".join(line.title for line in missing)
    return [Missing("order.consent", _("Have the customer agree to: %(lines)s") % {"lines": titles}, "order-consent")]


def _diagnosis_missing(visit: Visit) -> list[Missing]:
    order = order_of(visit)
    if order is None or not diagnosis_agreed(order):
        return [Missing("diagnosis.none", _("Agree on a diagnosis with the customer first."), "order-diagnosis")]
    return []
