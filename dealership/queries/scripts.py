"""What the screen fills into a script: functions of the visit, None where it is unknown."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.utils import timezone, translation
from django.utils.html import conditional_escape
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dealership import wiring
from dealership.models import Visit, Work
from dealership.queries.standards import StepWords


class Values(Mapping[str, str | None]):
    """Variable → text or None for one visit and language; each is asked when it is first read, and once."""

    def __init__(self, visit: Visit, language: str) -> None:
        self.visit, self.language = visit, language
        self.known: dict[str, str | None] = {}

    def __getitem__(self, name: str) -> str | None:
        if name not in self.known:
            self.known[name] = import_string(wiring.SCRIPT_VARIABLES[name])(self.visit, self.language)
        return self.known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(wiring.SCRIPT_VARIABLES)

    def __len__(self) -> int:
        return len(wiring.SCRIPT_VARIABLES)


def values_for(visit: Visit, names: Iterable[str], language: str) -> dict[str, str | None]:
    """Return name → text or None for the variables asked for, each asked once."""
    values = Values(visit, language)
    return {name: values.get(name) for name in sorted(names)}


def say_html(step: StepWords, values: Mapping[str, str | None]) -> SafeString:
    """Return what to say as HTML, the filled-in words in <b>."""
    if any(values.get(name) is None for name in step.variables):
        return conditional_escape(step.say({}))
    bold = {name: f"\x02{values[name]}\x03" for name in step.variables}
    escaped = conditional_escape(step.say(bold))
    return mark_safe(escaped.replace("\x02", "<b>").replace("\x03", "</b>"))  # noqa: S308 (escaped above)


def customer(visit: Visit, language: str) -> str | None:
    """王先生; None where name or form of address is unknown."""
    return (visit.customer.address(language) or None) if visit.customer else None


def advisor(visit: Visit, language: str) -> str | None:
    """The advisor's name."""
    return visit.advisor.name if visit.advisor else None


def plate(visit: Visit, language: str) -> str | None:
    """沪A·8K2D6."""
    return visit.vehicle.plate_info.display


def model(visit: Visit, language: str) -> str | None:
    """The car's model."""
    return visit.vehicle.model or None


def lane(visit: Visit, language: str) -> str | None:
    """The lane's name."""
    with translation.override(language):
        return str(visit.get_lane_display())


def work(visit: Visit, language: str) -> str | None:
    """The kinds of work in words."""
    with translation.override(language):
        separator = ", " if language == "en" else "、"
        return separator.join(str(Work(kind).label) for kind in visit.works) or None


def ready_time(visit: Visit, language: str) -> str | None:
    """The promised ready time, 11:05."""
    return clock(visit, visit.ready_due)


def key_tag(visit: Visit, language: str) -> str | None:
    """The key tag as it is said."""
    with translation.override(language):
        return _("No. %(tag)s") % {"tag": visit.key_tag} if visit.key_tag else None


def wait_minutes(visit: Visit, language: str) -> str | None:
    """Minutes since the car arrived."""
    minutes = int(((visit.greeted_at or timezone.now()) - visit.arrived_at).total_seconds() // 60)
    with translation.override(language):
        return _("%(count)s min") % {"count": minutes}


def clock(visit: Visit, moment: datetime | None) -> str | None:
    """Return HH:MM in the store's time, None for no moment."""
    return moment.astimezone(visit.store.zone).strftime("%-H:%M") if moment else None
