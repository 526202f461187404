"""Devices: one-time code, PIN switch, limits; and the way in."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dealership.actions import devices
from dealership.models import Device
from dealership.refused import Refused
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def test_code_enrols_once(cast: Cast):
    device, code = devices.invite(cast.store, by=cast.supervisor, name="接待平板1")
    enrolled, secret = devices.enrol(code=code)
    assert (enrolled.pk, enrolled.secret_hash) == (device.pk, devices.digest(secret))
    with pytest.raises(Refused) as refused:
        devices.enrol(code=code)
    assert refused.value.code == "device.code"


def test_code_is_refused_after_fifteen_minutes(cast: Cast):
    _device, code = devices.invite(cast.store, by=cast.supervisor, name="接待平板1")
    with pytest.raises(Refused) as refused:
        devices.enrol(code=code, now=timezone.now() + timedelta(minutes=16))
    assert refused.value.code == "device.code"


def test_device_without_a_name_is_refused(cast: Cast):
    with pytest.raises(Refused) as refused:
        devices.invite(cast.store, by=cast.supervisor, name="  ")
    assert refused.value.code == "device.name"


def test_pin_of_other_than_digits_is_refused(cast: Cast):
    for pin in ("12a4", "123", "1234567", "１２３４"):
        with pytest.raises(Refused):
            devices.set_pin(cast.advisor, pin=pin)


def test_five_wrong_pins_lock_the_pin_but_not_the_password(cast: Cast):
    device = Device.objects.create(store=cast.store, name="x", enrolled_at=timezone.now())
    devices.set_pin(cast.advisor, pin="2468")
    devices.remember(device, staff=cast.advisor)
    assert devices.switch(device, staff_id=cast.advisor.pk, pin="2468") == cast.advisor
    assert devices.switch(device, staff_id=cast.guard.pk, pin="2468") is None
    for _try in range(5):
        assert devices.switch(device, staff_id=cast.advisor.pk, pin="0000") is None
    with pytest.raises(Refused) as refused:
        devices.switch(device, staff_id=cast.advisor.pk, pin="2468")
    assert refused.value.code == "pin.locked"
    devices.remember(device, staff=cast.advisor)
    assert devices.switch(device, staff_id=cast.advisor.pk, pin="2468") == cast.advisor


def test_tablet_from_invitation_to_pin_switch(cast: Cast, client: Client):
    client.force_login(cast.supervisor)
    page = client.post(reverse("devices", args=["hq"]), {"name": "接待平板1"})
    code = page.context["code"]
    assert code in page.content.decode()
    tablet = Client()
    assert tablet.get(reverse("switch")).url == reverse("enrol")
    assert tablet.post(reverse("enrol"), {"code": "00000000"}).status_code == 422
    assert tablet.post(reverse("enrol"), {"code": code}).url == reverse("login")
    tablet.post(reverse("login"), {"username": "advisor", "password": PASSWORD})
    tablet.post(reverse("pin"), {"pin": "2468"})
    tablet.post(reverse("logout"))
    assert "周敏" in tablet.get(reverse("switch")).content.decode()
    assert tablet.post(reverse("switch"), {"staff": cast.advisor.pk, "pin": "1111"}).status_code == 422
    assert tablet.post(reverse("switch"), {"staff": cast.advisor.pk, "pin": "2468"}).url == reverse("home")
    assert tablet.get(reverse("home")).url == reverse("next", args=["hq"])


def test_revoked_device_is_nobody(cast: Cast, client: Client):
    device, code = devices.invite(cast.store, by=cast.supervisor, name="接待平板1")
    tablet = Client()
    tablet.post(reverse("enrol"), {"code": code})
    client.force_login(cast.supervisor)
    client.post(reverse("device-revoke", args=["hq", device.pk]))
    assert tablet.get(reverse("switch")).url == reverse("enrol")


def test_language_is_kept_with_the_account_and_in_a_cookie(cast: Cast, client: Client):
    client.force_login(cast.advisor)
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/hq/board/"})
    assert (answer.url, answer.cookies["language"].value) == ("/hq/board/", "en")
    cast.advisor.refresh_from_db()
    assert cast.advisor.language == "en"
    client.post(reverse("set_language"), {"language": "xx"})
    cast.advisor.refresh_from_db()
    assert cast.advisor.language == "en"


def test_login_shows_the_demo_accounts_only_in_demo_and_test(cast: Cast, client: Client, settings):
    assert b"controller" in client.get(reverse("login")).content
    settings.TEST = settings.DEMO = False
    assert b"controller" not in client.get(reverse("login")).content


def test_wrong_password_says_so_kindly(cast: Cast, client: Client):
    page = client.post(reverse("login"), {"username": "advisor", "password": "wrong"})
    assert page.context["form"].errors
