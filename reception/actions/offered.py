"""What happens to an open offer when the customer has agreed another way, or the car has left."""

from datetime import datetime

from dealership.models import Staff, StageChange, Visit
from reception.models import Consent, Offer, OfferLine, OrderLine


def end_offers(visit: Visit, *, consent: Consent, now: datetime) -> int:
    """Close the open offer of a visit with a consent given by signature or phone; return how many there were."""
    offer = Offer.objects.filter(visit=visit, answered_at=None, withdrawn_at=None).first()
    if offer is None:
        return 0
    closed = Offer.objects.filter(pk=offer.pk, answered_at=None, withdrawn_at=None)
    if not closed.update(answered_at=now, consent=consent):
        return 0
    rows = OfferLine.objects.filter(offer=offer, advised_against=False)
    rows.filter(line__answer=OrderLine.Answer.AGREED).update(answer=OfferLine.Answer.AGREED)
    rows.filter(line__answer__in=[OrderLine.Answer.DECLINED, OrderLine.Answer.ADVISED_AGAINST]).update(
        answer=OfferLine.Answer.DECLINED
    )
    return 1


def withdraw_on_leave(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Take back what the customer has not answered when the car leaves (entry of a last stage)."""
    Offer.objects.filter(visit=visit, answered_at=None, withdrawn_at=None).update(withdrawn_at=now)
