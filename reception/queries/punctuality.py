"""Whether booked customers come when they said."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Q

from dealership.models import Store
from reception.models import Appointment

ON_TIME = timedelta(minutes=15)
DAYS = 30
State = Appointment.State


@dataclass(frozen=True)
class Punctuality:
    """How the agreed times of some days went; see `punctuality`."""

    on_time: int
    early: int
    late: int
    no_show: int
    moved: int

    @property
    def due(self) -> int:
        """Agreed times that have come."""
        return self.on_time + self.early + self.late + self.no_show

    @property
    def share(self) -> int | None:
        """Per cent that came on time; None where no time has come yet."""
        return round(100 * self.on_time / self.due) if self.due else None


def punctuality(store: Store, first: date, last: date, *, now: datetime) -> Punctuality:
    """Count the agreed times of the days `first` to `last` that lie before `now`, in one query.

    on time   the car was let in at most 15 minutes before or after the agreed time
    early     more than 15 minutes before it
    late      more than 15 minutes after it, or not here yet 15 minutes after it
    no-show   noted as such, or still open when its day is over
    moved     agreed times given up for another one, before they came (not part of the share)

    share = on time / (on time + early + late + no-show). Called-off appointments are no part of it.
    """
    begin = datetime.combine(first, time.min, store.zone)
    end = datetime.combine(last + timedelta(days=1), time.min, store.zone)
    midnight = datetime.combine(now.astimezone(store.zone).date(), time.min, store.zone)
    came = Q(state=State.ARRIVED, visit__isnull=False)
    away, still = F("visit__arrived_at") - F("at"), Q(state=State.BOOKED)
    rows = Appointment.objects.filter(store=store, at__gte=begin, at__lt=end).annotate(away=away)
    counted = rows.aggregate(
        on_time=Count("pk", came & Q(away__gte=-ON_TIME, away__lte=ON_TIME)),
        early=Count("pk", came & Q(away__lt=-ON_TIME)),
        late=Count("pk", (came & Q(away__gt=ON_TIME)) | (still & Q(at__gte=midnight, at__lt=now - ON_TIME))),
        no_show=Count("pk", Q(state=State.NO_SHOW) | (still & Q(at__lt=midnight))),
        moved=Count("pk", Q(state=State.CANCELLED, close_reason="moved")),
    )
    return Punctuality(**counted)


def lateness(appointment: Appointment) -> str:
    """Return how a kept appointment was met: "on_time", "early", "late"; "" for one that was not kept."""
    if appointment.visit is None:
        return ""
    away = appointment.visit.arrived_at - appointment.at
    if abs(away) <= ON_TIME:
        return "on_time"
    return "late" if away > ON_TIME else "early"
