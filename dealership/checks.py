"""System checks that run at every start."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, get_resolver
from django.utils.module_loading import import_string

from dealership import wiring

DOTTED = (
    "FACTS",
    "REQUESTS",
    "OPERATION_WORDS",
    "STAGE_EXITS",
    "SCRIPT_VARIABLES",
    "SWEEPS",
    "CHANNELS",
    "PAYMENT_PROVIDERS",
    "NIGHTLY",
    "FOLLOW_UP_SUBJECTS",
)


def check_wiring(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report every string in `wiring` that leads nowhere."""
    return [
        *(Error(f"wiring.{where} names {name}, which does not exist.", id="dealership.E001") for where, name in _lost())
    ]


def check_demo_accounts(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Report accounts of a demo in production: everybody knows their password."""
    if not settings.PRODUCTION or not databases:
        return []
    try:
        names = sorted(get_user_model().objects.filter(is_demo=True).values_list("username", flat=True))
    except DatabaseError:
        # No tables yet, or no database: then nobody can log in either, and `/healthz` says why.
        return []
    if not names:
        return []
    hint = "Use a database of its own for production, or delete these accounts."
    return [
        Error(f"Accounts of a demo cannot exist in production: {', '.join(names)}.", hint=hint, id="dealership.E002")
    ]


def _lost() -> Iterator[tuple[str, str]]:
    for table in DOTTED:
        yield from ((table, path) for path in getattr(wiring, table).values() if not _importable(path))
    yield from (
        ("API_ACTIONS", path) for pair in wiring.API_ACTIONS.values() for path in pair if path and not _importable(path)
    )
    yield from (("NEXT_STEPS", path) for path in wiring.NEXT_STEPS if not _importable(path))
    yield from (("KEPT_PAGES", path) for path in wiring.KEPT_PAGES if not _importable(path))
    single = ("LANE_FOLLOWS", "WAIT_LIMIT")
    yield from ((name, getattr(wiring, name)) for name in single if not _importable(getattr(wiring, name)))
    yield from (("APPOINTMENTS", path) for path in wiring.APPOINTMENTS if not _importable(path))
    if not _importable(wiring.CREDIT_USED):
        yield "CREDIT_USED", wiring.CREDIT_USED
    for paths in wiring.STAGE_ENTRIES.values():
        yield from (("STAGE_ENTRIES", path) for path in paths if not _importable(path))
    yield from (("GATE_PASSES", path) for path in [wiring.GATE_PASSES] if not _importable(path))
    names = [
        wiring.NEW_TIME_PAGE,
        wiring.BOOKING_PAGE,
        wiring.PROPOSAL_PAGE,
        *wiring.STAGE_PAGES.values(),
        *wiring.HOMES.values(),
        *chain.from_iterable(wiring.PANELS.values()),
    ]
    yield from (("URL names", name) for name in names if not _url_exists(name))
    yield from (("CARDS", name) for name in wiring.CARDS.values() if not _template_exists(name))


def _importable(path: str) -> bool:
    try:
        import_string(path)
    except ImportError:
        return False
    return True


def _url_exists(name: str) -> bool:
    try:
        return bool(get_resolver().reverse_dict.getlist(name))
    except NoReverseMatch:
        return False


def _template_exists(name: str) -> bool:
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True
