"""Business time of a store: its weekdays, its holidays, its zone."""

import pytest
from django_scopes import scope

from dealership.models import Holiday
from dealership.queries.opening import business_minutes, calendar_of
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db


def test_only_open_minutes_count(cast: Cast):
    with scope(store=cast.store):
        assert business_minutes(cast.store, at("07:00"), at("08:31")) == 31
        assert business_minutes(cast.store, at("17:30"), at("08:30", "2026-11-21")) == 60
        assert business_minutes(cast.store, at("09:00"), at("08:00")) == 0


def test_holidays_close_or_shorten_a_day(cast: Cast):
    with scope(store=cast.store):
        Holiday.objects.create(store=cast.store, date="2026-11-20", name="盘点")
        Holiday.objects.create(store=cast.store, date="2026-11-21", name="半天", opens="08:00", closes="12:00")
        assert business_minutes(cast.store, at("08:00"), at("18:00")) == 0
        assert business_minutes(cast.store, at("08:00", "2026-11-21"), at("18:00", "2026-11-21")) == 240
        assert calendar_of(cast.store).after(at("09:00"), 30) == at("08:30", "2026-11-21")
