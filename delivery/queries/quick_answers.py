"""What is answered most, ready to send: whole sentences in the customer's language."""

from decimal import Decimal

from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership.models import Visit
from dealership.stages import Stage
from delivery.queries.agreed import agreed_lines
from delivery.queries.scripts import money
from delivery.queries.settlement import settlement_of
from delivery.queries.thread import moment_words
from reception.models import OrderLine

READY = (Stage.EXPLANATION, Stage.DELIVERY)


def quick_answers(visit: Visit, language: str) -> list[str]:
    """Return the sentences that are true of this visit now: when, how much, where it is, thank you."""
    with translation.override(language):
        found = [_when(visit), _how_much(visit), _where(visit), _("Thank you, I have noted it.")]
        return [sentence for sentence in found if sentence]


def _when(visit: Visit) -> str:
    if visit.ended:
        return ""
    if visit.stage in READY:
        return _("Your car is ready, you can collect it now.")
    if visit.ready_due is None or visit.ready_due < timezone.now():
        return ""
    return _("Your car will be ready by %(time)s.") % {
        "time": moment_words(visit.ready_due, visit.store, timezone.now())
    }


def _how_much(visit: Visit) -> str:
    settlement = settlement_of(visit) if visit.stage in (*READY, Stage.CLOSED) else None
    if settlement:
        return _("You pay %(amount)s in all.") % {"amount": money(settlement.customer_sum, get_language() or "")}
    own = [one.consented for one in agreed_lines(visit) if one.payer == OrderLine.Payer.CUSTOMER]
    if not own:
        return ""
    return _("We agreed on %(amount)s. It does not become more without your word.") % {
        "amount": money(sum(own, Decimal(0)), get_language() or "")
    }


def _where(visit: Visit) -> str:
    return {
        Stage.WORKSHOP: lambda: _("Your car is being worked on. If the time changes, we tell you beforehand."),
        Stage.SHOWCASE: lambda: _("The work is done; your car is being checked and washed."),
    }.get(Stage(visit.stage), str)()
