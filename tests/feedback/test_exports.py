"""Tables to take away: no formula, no customer, the figures of the pages."""

import csv
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.test import Client
from django_scopes import scope
from openpyxl import load_workbook

from dealership.models import Customer, Vehicle
from feedback.actions.scores import recompute
from feedback.queries.exports import TABLES
from feedback.spreadsheets import Table, as_csv, as_xlsx, harmless
from tests.cast import Cast, at
from tests.feedback.test_figures import facts

TODAY = date(2026, 11, 20)
URL = "/hq/scores/export/?kind=month&day=2026-11-20"
DANGEROUS = ["=1+1", "+49", "-2", "@SUM(A1)", "\tx", "\rx"]


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_a_program_would_run_gets_an_apostrophe(text: str):
    assert harmless(text) == f"'{text}"
    table = Table("a/b", ["head"], [[text, -2.5, None]])
    (_head, row) = list(csv.reader(StringIO(as_csv(table).decode("utf-8-sig"), newline="")))
    assert row == [f"'{text}", "-2.5", ""]
    cells = list(load_workbook(BytesIO(as_xlsx(table))).active.rows)[1]
    assert (cells[0].data_type, cells[1].data_type, cells[1].value) == ("s", "n", -2.5)
    # XLSX, as every XML, keeps a carriage return as a line feed.
    assert cells[0].value.startswith("'")


def test_plain_text_stays_and_letters_without_meaning_go():
    assert harmless("1.5 环车检查") == "1.5 环车检查"
    assert harmless("a\x00b") == "ab"


def rows(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def lived(cast: Cast) -> Cast:
    with scope(store=cast.store):
        facts(cast)
        recompute(cast.store, TODAY)
    return cast


@pytest.mark.django_db
@pytest.mark.parametrize("what", sorted(TABLES))
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_table_names_no_customer_and_no_plate(client: Client, lived: Cast, what: str, form: str):
    client.force_login(lived.manager)
    response = client.get(f"{URL}&what={what}&format={form}")
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="hq-{what}-month-2026-11-01.{form}"'
    if form == "csv":
        text = response.content.decode()
    else:
        sheet = load_workbook(BytesIO(response.content)).active
        text = " ".join(str(cell.value) for row in sheet.rows for cell in row)
    with scope(store=lived.store):
        private = {*Customer.objects.values_list("name", flat=True), *Vehicle.objects.values_list("plate", flat=True)}
    assert private
    assert not [word for word in private if word in text]


@pytest.mark.django_db
def test_tables_hold_the_figures_of_the_pages(client: Client, lived: Cast):
    client.force_login(lived.manager)
    figures = {row[0]: row for row in rows(client.get(f"{URL}&what=figures&format=csv").content)}
    assert figures["on_time_handover"][2:5] == ["50.0", "%", "6"]
    day = rows(client.get("/hq/scores/export/?kind=day&day=2026-11-20&what=day&format=csv").content)
    assert len(day) == 23
    assert {row[4] for row in day[1:] if row[0] == "1.1"} == {"6"}
    period = rows(client.get(f"{URL}&what=period&format=csv").content)
    assert (period[0][2], period[0][-1], len(period)) == ("2026-11-01", "2026-11-20", 24)
    people = rows(client.get(f"{URL}&what=people&format=csv").content)
    assert [row[0] for row in people[1:]] == ["周敏", "虹桥店"]


@pytest.mark.django_db
@pytest.mark.parametrize("rest", ["&what=figures&format=pdf", "&what=customers&format=csv", "&format=csv"])
def test_nonsense_is_404(client: Client, cast: Cast, rest: str):
    client.force_login(cast.manager)
    assert client.get(URL + rest).status_code == 404
    assert client.get("/hq/scores/export/?what=figures&format=csv&kind=month&day=x").status_code == 404
    assert client.get("/hq/scores/export/?what=figures&format=csv&kind=x&day=2026-11-20").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["guard", "advisor", "technician", "cashier", "care"])
def test_other_roles_may_not_take_tables_away(client: Client, cast: Cast, by: str):
    client.force_login(getattr(cast, by))
    assert client.get(f"{URL}&what=figures&format=csv").status_code == 403


@pytest.mark.django_db
def test_another_store_is_404(client: Client, cast: Cast):
    client.force_login(cast.stranger)
    assert client.get(f"{URL}&what=figures&format=csv").status_code == 404
