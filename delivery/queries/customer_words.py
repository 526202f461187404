"""How times and spans are written for the customer, in the current language and the store's zone."""

from datetime import datetime, timedelta

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dealership.models import Store, business_day


def duration(span: timedelta) -> str:
    """Write a timedelta as hours and minutes, rounded down to the minute."""
    minutes = max(int(span.total_seconds() // 60), 1)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest}
    if hours >= 24:
        return ngettext("%(count)d day", "%(count)d days", hours // 24) % {"count": hours // 24}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def moment_of(moment: datetime, store: Store, now: datetime) -> str:
    """Write a clock time, with the date when it is another day."""
    clock = clock_of(moment, store)
    day = business_day(store, moment)
    if day == business_day(store, now):
        return clock
    date = f"{day.day} {day:%b}" if get_language() == "en" else f"{day.month}月{day.day}日"
    return f"{date} {clock}"


def clock_of(moment: datetime, store: Store) -> str:
    """Write a clock time."""
    return moment.astimezone(store.zone).strftime("%-H:%M")
