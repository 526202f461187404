"""An appointment as a calendar file (RFC 5545)."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from reception.models import Appointment
from reception.queries.booking import words_of

LENGTH = timedelta(minutes=30)
"""What the customer keeps free for handing the car over."""
REMIND = "-PT2H"
OCTETS = 75


def calendar(appointment: Appointment, *, now: datetime) -> str:
    """Return the file's text; its times are UTC, its lines folded at 75 octets and ended by CRLF."""
    store = appointment.store
    summary = f"{store.name} · {words_of(appointment.work)} · {appointment.vehicle.plate_info.display}"
    place = ", ".join(part for part in (store.name, store.address) if part)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Service reception//Booking//EN", "METHOD:PUBLISH", "BEGIN:VEVENT",
        f"UID:{appointment.pk}@{store.code}", f"DTSTAMP:{_moment(now)}", f"DTSTART:{_moment(appointment.at)}",
        f"DTEND:{_moment(appointment.at + LENGTH)}", f"SUMMARY:{_text(summary)}", f"LOCATION:{_text(place)}",
        f"DESCRIPTION:{_text(_('Call us: %(phone)s') % {'phone': store.phone})}" if store.phone else "",
        "BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{REMIND}", f"DESCRIPTION:{_text(summary)}", "END:VALARM",
        "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in lines if line)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    for sign in ("\\", ";", ","):
        words = words.replace(sign, f"\\{sign}")
    return " ".join(words.split())


def _folded(line: str) -> str:
    parts: list[str] = []
    part = ""
    for sign in line:
        # The space that begins a continued line counts too.
        if len((part + sign).encode()) > OCTETS - (1 if parts else 0):
            parts.append(part)
            part = ""
        part += sign
    return "\r\n ".join([*parts, part])
