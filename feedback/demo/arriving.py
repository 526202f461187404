"""What stands out at the gate: a car left last night, one towed in, one back for the same concern, days of rush."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import translation

from dealership.actions.stages import cancel
from dealership.models import Role, Store, Vehicle, Visit, Work, business_day
from dealership.queries.board import open_visits
from dealership.stages import ENDED, Stage
from feedback.demo import words
from feedback.demo.people import CLOSES, OPENS, Crew
from reception.actions.arrivals import record_arrival
from reception.actions.drop_off import DROPPED, receive_absent
from reception.actions.waiting import add_rush
from reception.models import Appointment, DropOff, RushWeek, WaitAlert

RUSHES = ((4, 24, 30, "五一前"), (9, 24, 30, "国庆前"))
"""Month, first and last day, name: the week before a long holiday."""
CONCERN = "上次修的异响又出现了"


def stand_out(store: Store, crew: Crew, *, now: datetime) -> None:
    """Let such cars come once a day, while the store is open; name the next weeks of rush."""
    _rush(store, crew, business_day(store, now))
    _alerts(store, now)
    local = now.astimezone(store.zone)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if DropOff.objects.filter(at__gte=today - timedelta(hours=6)).exists() or not OPENS < local.time() < CLOSES:
        return
    guard = crew.one(Role.GUARD)
    with translation.override("zh-hans"):
        back = _came_back(store, now)
        if back:
            record_arrival(
                store, by=guard, plate=back.vehicle.plate, works=back.works, words=CONCERN,
                now=now - timedelta(minutes=3),
            )  # fmt: skip
        left, towed = _at_home(store, today, but=back)
        receive_absent(
            store, by=guard, how=DROPPED, plate=left.plate, now=now - timedelta(minutes=40),
            car={"works": [Work.REPAIR], "words": "空调不太凉,明早到店前请先来电"},
            left={"key_box": "3 号", "place": "大门左侧 2 号车位", "note": "钥匙袋上写了电话",
                  "at": today - timedelta(hours=2, minutes=20)},
        )  # fmt: skip
        receive_absent(
            store, by=guard, how="towed", plate=towed.plate, now=now - timedelta(minutes=12),
            car={"works": [Work.ACCIDENT], "words": "追尾,前保险杠裂了,水箱漏水"},
            left={"place": "事故车位", "note": "拖车单号 0617"},
        )  # fmt: skip


def leave_untaken(store: Store, crew: Crew, *, day: date) -> None:
    """Let the cars that nobody has taken since `day` or before leave without repair, at the end of that day."""
    ends = datetime.combine(day + timedelta(days=1), time(), tzinfo=store.zone) - timedelta(seconds=1)
    untaken = open_visits(store).filter(stage=Stage.RECEPTION, advisor=None, arrived_at__lt=ends)
    for number, visit in enumerate(untaken.order_by("arrived_at")):
        reason = words.CANCELLED[number % len(words.CANCELLED)]
        cancel(visit, by=crew.one(Role.MANAGER), reason=reason, now=ends)


def _rush(store: Store, crew: Crew, today: date) -> None:
    for month, first, last, name in RUSHES:
        year = today.year + (date(today.year, month, last) < today)
        days = {"first": date(year, month, first), "last": date(year, month, last)}
        if not RushWeek.objects.filter(store=store, first__lte=days["last"], last__gte=days["first"]).exists():
            add_rush(store, by=crew.one(Role.MANAGER), name=name, **days)


def _alerts(store: Store, now: datetime) -> None:
    """Write down the alerts of last Saturday, the day with the most cars."""
    if WaitAlert.objects.filter(store=store).exists():
        return
    local = now.astimezone(store.zone)
    day = local - timedelta(days=(local.weekday() - 5) % 7 or 7)
    WaitAlert.objects.bulk_create(
        WaitAlert(store=store, since=day.replace(hour=hour, minute=minute, second=0, microsecond=0), cars=cars,
                  longest_minutes=longest)
        for hour, minute, cars, longest in ((9, 42, 2, 12), (10, 8, 4, 17), (10, 23, 1, 11))
    )  # fmt: skip


def _came_back(store: Store, now: datetime) -> Visit | None:
    """Return a repair that left some days ago and whose car neither is here nor comes today."""
    left = Visit.objects.filter(store=store, stage=Stage.CLOSED, joined_to=None, works__contains=[Work.REPAIR])
    recent = left.filter(left_at__gt=now - timedelta(days=20), left_at__lt=now - timedelta(days=2))
    free = recent.exclude(vehicle__in=_busy(store, now)).exclude(vehicle__owner=None)
    return free.select_related("vehicle").order_by("-left_at", "pk").first()


def _at_home(store: Store, today: datetime, *, but: Visit | None) -> list[Vehicle]:
    """Return two known cars that have not been here for a while."""
    lately = Visit.objects.filter(store=store, arrived_at__gt=today - timedelta(days=10)).values("vehicle")
    busy = [*_busy(store, today), *([but.vehicle_id] if but else [])]
    free = Vehicle.objects.filter(store=store).exclude(pk__in=lately).exclude(pk__in=busy).exclude(owner=None)
    return list(free.order_by("-pk")[:2])


def _busy(store: Store, now: datetime) -> list[UUID]:
    """Return the cars that are here, or expected from yesterday on."""
    here = Visit.objects.filter(store=store).exclude(stage__in=ENDED).values_list("vehicle", flat=True)
    since = now - timedelta(days=1)
    expected = Appointment.objects.filter(store=store, at__gt=since).values_list("vehicle", flat=True)
    arrived = Visit.objects.filter(store=store, arrived_at__gt=since).values_list("vehicle", flat=True)
    return [*here, *expected, *arrived]
