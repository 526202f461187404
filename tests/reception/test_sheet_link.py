"""The pre-check sheet on the customer's phone: read, the last four digits once, confirm; and who gets nothing."""

import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation
from django_scopes import scope

from dealership.actions.links import check_phone, make_link
from dealership.models import CustomerLink, LinkDevice, StepTick, Visit
from dealership.refused import Refused
from reception.actions.confirmation import confirm_sheet
from reception.actions.marks import add_mark
from reception.actions.sheet import record_readings
from reception.models import SheetConfirmation
from tests.cast import Cast, at

FIRST_VIEW_BYTES = 50_000


@pytest.fixture
def visit(cast: Cast) -> Visit:
    made = cast.visit(arrival="picked_up")
    with scope(store=cast.store):
        record_readings(made, by=cast.advisor, readings={"mileage": 58620, "energy": {"fuel": 3}}, now=at("08:36"))
        add_mark(made, by=cast.advisor, view="left", zone="left_sill", x=100, y=80, now=at("08:40"))
    return made


def phone_at(cast: Cast, visit: Visit) -> SimpleNamespace:
    """Return a phone that has opened the link of a visit: `client`, `page` and `sheet`."""
    with scope(store=cast.store):
        _link, url = make_link(visit, by=cast.advisor)
    client = Client()
    page = client.get("/v/" + url.rpartition("/v/")[2])["Location"]
    return SimpleNamespace(client=client, page=page, sheet=page + "sheet/")


def shown(phone: SimpleNamespace) -> str:
    return phone.client.get(phone.page).content.decode()


def entries(text: str) -> str:
    return re.search(r'name="entries" value="([^"]*)"', text).group(1)


def confirm(phone: SimpleNamespace, **given):
    given = {"entries": entries(shown(phone)), "digits": "1234"} | given
    return phone.client.post(phone.sheet, given)


def confirmations(cast: Cast) -> list[SheetConfirmation]:
    with scope(store=cast.store):
        return list(SheetConfirmation.objects.all())


@pytest.mark.django_db
def test_the_sheet_stands_on_the_customers_page_and_looking_changes_nothing(cast: Cast, visit: Visit):
    phone = phone_at(cast, visit)
    text = shown(phone)

    assert "58,620" in text
    assert "左侧裙边" in text or "左" in text
    assert len(text.encode()) < FIRST_VIEW_BYTES
    assert phone.client.get(phone.sheet).status_code == 200
    assert confirmations(cast) == []


@pytest.mark.django_db
def test_confirming_asks_for_the_digits_once(cast: Cast, visit: Visit):
    phone = phone_at(cast, visit)
    answer = confirm(phone)

    assert (answer.status_code, answer["Location"]) == (303, phone.page + "#sheet")
    row = confirmations(cast)[0]
    assert (row.how, row.by, len(row.entries)) == ("link", None, 3)
    with scope(store=cast.store):
        assert (StepTick.objects.filter(step="confirm").count(), LinkDevice.objects.count()) == (1, 1)
    cookie = answer.cookies["known"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (phone.page, True, "Lax")
    text = shown(phone)
    assert 'name="digits"' not in text
    assert "chip-ok" in text


@pytest.mark.django_db
def test_a_phone_that_is_known_is_not_asked_again(cast: Cast, visit: Visit):
    phone = phone_at(cast, visit)
    text = shown(phone)
    with scope(store=cast.store):
        link = CustomerLink.objects.select_related("visit__customer").get()
        phone.client.cookies["known"] = check_phone(link, digits="1234")

    assert 'name="digits"' not in shown(phone)
    answer = phone.client.post(phone.sheet, {"entries": entries(text)})
    assert (answer.status_code, len(confirmations(cast))) == (303, 1)


@pytest.mark.django_db
def test_wrong_digits_come_back_with_the_sentence_and_confirm_nothing(cast: Cast, visit: Visit):
    phone = phone_at(cast, visit)
    answer = confirm(phone, digits="9999")

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert confirmations(cast) == []


@pytest.mark.django_db
def test_the_fifth_wrong_answer_closes_the_check_for_the_right_one_too(cast: Cast, visit: Visit):
    phone = phone_at(cast, visit)
    assert [confirm(phone, digits="9999").status_code for _try in range(5)] == [422] * 5

    assert confirm(phone).status_code == 422
    assert confirmations(cast) == []
    with scope(store=cast.store):
        assert CustomerLink.objects.get().locked_until is not None


@pytest.mark.django_db(transaction=True)
def test_guesses_that_come_together_are_counted_one_by_one(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        link, _url = make_link(visit, by=None)

    def guess(digits: int) -> str:
        try:
            with scope(store=cast.store), translation.override("en"):
                row = CustomerLink.objects.select_related("visit__customer").get(pk=link.pk)
                check_phone(row, digits=f"{digits:04}")
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "passed"

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(guess, [*range(16), 1234]))

    assert codes.count("phone.wrong") == 5
    assert "passed" not in codes[-1:]


@pytest.mark.django_db
@pytest.mark.parametrize("forged", ["", "nonsense", "WyJhIl0:abc:def"])
def test_the_list_of_what_was_shown_cannot_be_written_by_the_phone(cast: Cast, visit: Visit, forged):
    phone = phone_at(cast, visit)
    assert confirm(phone, entries=forged).status_code == 422
    assert confirmations(cast) == []


@pytest.mark.django_db
def test_the_list_of_another_visit_is_not_taken(cast: Cast, visit: Visit):
    other = cast.visit("沪B12345")
    with scope(store=cast.store):
        record_readings(other, by=cast.advisor, readings={"mileage": 1000}, now=at("08:36"))
    theirs = entries(shown(phone_at(cast, other)))

    assert confirm(phone_at(cast, visit), entries=theirs).status_code == 422
    assert confirmations(cast) == []


@pytest.mark.django_db
def test_the_link_of_another_visit_opens_nothing_here(cast: Cast, visit: Visit):
    mine, other = phone_at(cast, visit), phone_at(cast, cast.visit("沪B12345"))

    assert other.client.get(mine.sheet).status_code == 404
    assert other.client.post(mine.sheet, {"digits": "1234"}).status_code == 404
    assert Client().get(mine.sheet).status_code == 404
    assert confirmations(cast) == []


@pytest.mark.django_db
def test_a_second_press_keeps_the_first_confirmation(cast: Cast, visit: Visit):
    phone = phone_at(cast, visit)
    text = shown(phone)
    given = {"entries": entries(text), "digits": "1234"}

    assert [phone.client.post(phone.sheet, given).status_code for _press in range(2)] == [303, 303]
    assert len(confirmations(cast)) == 1


@pytest.mark.django_db
def test_there_is_no_section_before_the_sheet_and_none_once_it_was_confirmed_at_the_car(cast: Cast, visit: Visit):
    empty = phone_at(cast, cast.visit("沪B12345"))
    phone = phone_at(cast, visit)
    with scope(store=cast.store):
        confirm_sheet(visit, by=cast.advisor, now=at("08:44"))

    assert 'id="sheet"' not in shown(empty)
    assert 'id="sheet"' not in shown(phone)
    answer = phone.client.get(phone.sheet)
    assert (answer.status_code, answer["Location"]) == (303, phone.page)


@pytest.mark.django_db
def test_the_page_speaks_the_language_that_is_asked_for(cast: Cast, visit: Visit):
    phone = phone_at(cast, visit)
    said = [phone.client.get(f"{phone.page}?language={code}").content.decode() for code in ("en", "zh-hans", "zh-hant")]
    assert ["Mileage" in said[0], "里程" in said[1], "里程" in said[2]] == [True] * 3


@pytest.mark.django_db
def test_the_advisor_copies_a_link_with_the_text_in_the_customers_language(cast: Cast, visit: Visit, client: Client):
    client.force_login(cast.advisor)
    address = f"/hq/visits/{visit.pk}/sheet/link/"
    assert client.get(address).status_code == 405

    text = client.post(address).content.decode()

    assert re.search(r"预检单.*<span lang=\"zxx\">[^<]*/v/[\w-]{20,}</span>", text)
    client.force_login(cast.technician)
    assert client.post(address).status_code == 403
