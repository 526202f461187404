"""The customer confirms the sheet: seen, signed, refused before a second person; what follows is a correction."""

from itertools import permutations
from uuid import UUID

import pytest
from django.utils import translation
from django_scopes import scope

from dealership.actions.attachments import keep_signature
from dealership.actions.operations import Incoming, submit
from dealership.models import Event, Operation, Staff, StepTick, Visit
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.confirmation import confirm_sheet, require_reason
from reception.actions.marks import add_mark
from reception.actions.sheet import record_readings
from reception.models import SheetConfirmation
from reception.queries.confirmation import confirmed, shown_entries
from reception.queries.sheet import sheet_of
from tests.cast import Cast, at
from tests.reception.desk import SIGNATURE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store), translation.override("en"):
        yield


@pytest.fixture
def visit(cast: Cast) -> Visit:
    made = cast.visit()
    record_readings(made, by=cast.advisor, readings={"mileage": 58620, "energy": {"fuel": 3}}, now=at("08:36"))
    return made


def refusal(action, *args, **given) -> str:
    with pytest.raises(Refused) as refused:
        action(*args, **given)
    return refused.value.code


def lines(visit: Visit) -> dict[str, str]:
    return dict(confirmed(sheet_of(visit)).lines)


def beside(visit: Visit) -> list[tuple[str, str, str, Staff]]:
    return [(one.label, one.text, one.reason, one.by) for one in confirmed(sheet_of(visit)).corrections]


def claim(how: str, clock: str, **payload) -> Incoming:
    return Incoming(uuid7(), UUID(int=0), "confirmation", at(clock), payload={"how": how, **payload})


def send(visit: Visit, author: Staff, *claims: Incoming) -> list[str]:
    batch = [
        Incoming(one.id, visit.pk, one.kind, one.at, seq=number, payload=one.payload)
        for number, one in enumerate(claims)
    ]
    return [result.state for result in submit(visit.store, by=author, operations=batch, now=at("09:30"))]


def test_seen_is_kept_with_what_was_shown(cast: Cast, visit: Visit):
    mark = add_mark(visit, by=cast.advisor, view="left", x=100, y=80, now=at("08:40"))
    record_readings(visit, by=cast.advisor, readings={"exterior": "left"}, now=at("08:40"))
    record_readings(visit, by=cast.advisor, readings={"exterior": "front", "qualify": True}, now=at("08:41"))

    row = confirm_sheet(visit, by=cast.advisor, now=at("08:44"))

    assert (row.how, row.by, row.at) == ("seen", cast.advisor, at("08:44"))
    assert len(row.entries) == 4
    assert mark.pk in row.entries
    assert StepTick.objects.get(step="confirm").evidence == f"reception.SheetConfirmation:{row.pk}"
    assert Event.objects.filter(kind="sheet.seen").count() == 1


def test_the_signature_of_the_order_serves_the_sheet_too(cast: Cast, visit: Visit):
    first = confirm_sheet(visit, by=cast.advisor, now=at("08:44"))
    signature = keep_signature(visit, png=SIGNATURE, by=cast.advisor, now=at("08:58"))

    again = confirm_sheet(visit, by=cast.advisor, how="signed", signature=signature, now=at("08:58"))

    assert (again.pk, again.how, again.at, again.signature) == (first.pk, "signed", at("08:44"), signature)
    assert SheetConfirmation.objects.count() == 1


def test_a_signature_after_more_than_twenty_minutes_is_for_the_order_alone(cast: Cast, visit: Visit):
    confirm_sheet(visit, by=cast.advisor, now=at("08:30"))
    signature = keep_signature(visit, png=SIGNATURE, by=cast.advisor, now=at("08:51"))

    row = confirm_sheet(visit, by=cast.advisor, how="signed", signature=signature, now=at("08:51"))

    assert (row.how, row.at, row.signature) == ("seen", at("08:30"), None)


def test_a_leaving_customer_signs_here(cast: Cast, visit: Visit):
    id_ = uuid7()
    row = confirm_sheet(visit, by=cast.advisor, how="signed", signature=SIGNATURE, id=id_, now=at("08:44"))

    assert (row.pk, row.signature_id, row.how) == (id_, id_, "signed")
    assert refusal(confirm_sheet, visit, by=cast.advisor, how="signed", now=at("08:45")) == "signature.missing"


def test_a_refused_signature_needs_reason_and_a_second_person_of_this_store(cast: Cast, visit: Visit):
    given = {"by": cast.advisor, "how": "refused", "now": at("08:44")}

    assert refusal(confirm_sheet, visit, **given, witness=cast.supervisor) == "sheet.refusal"
    assert refusal(confirm_sheet, visit, **given, reason="hurry") == "sheet.witness"
    assert refusal(confirm_sheet, visit, **given, reason="hurry", witness=cast.advisor) == "sheet.witness"
    assert refusal(confirm_sheet, visit, **given, reason="hurry", witness=cast.stranger) == "sheet.witness"
    row = confirm_sheet(visit, **given, reason="hurry", witness=cast.supervisor)
    assert (row.how, row.reason, row.witness) == ("refused", "hurry", cast.supervisor)


def test_only_the_customer_confirms_by_the_link(cast: Cast, visit: Visit):
    assert refusal(confirm_sheet, visit, by=cast.advisor, how="link") == "sheet.how"
    assert refusal(confirm_sheet, visit, by=None, how="seen") == "sheet.how"
    assert refusal(confirm_sheet, visit, by=cast.advisor, how="guessed") == "sheet.how"
    assert confirm_sheet(visit, by=None, how="link", now=at("10:00")).how == "link"


def test_the_same_press_twice_changes_nothing(cast: Cast, visit: Visit):
    id_ = uuid7()
    first = confirm_sheet(visit, by=cast.advisor, id=id_, now=at("08:44"))
    record_readings(visit, by=cast.advisor, readings={"lamps": []}, reason="overlooked", now=at("08:45"))

    again = confirm_sheet(visit, by=cast.advisor, id=id_, now=at("08:46"))

    assert (again.at, again.entries) == (first.at, first.entries)
    assert Event.objects.filter(kind="sheet.seen").count() == 1


@pytest.mark.parametrize("order", permutations(range(4)))
def test_the_earliest_confirmation_stands_whatever_the_order_of_arrival(cast: Cast, visit: Visit, order):
    shown = shown_entries(sheet_of(visit))
    claims = [
        claim("refused", "08:46", reason="hurry", witness=str(cast.supervisor.pk)),
        claim("seen", "08:44", entries=[str(shown[0])]),
        claim("seen", "08:45", entries=[str(one) for one in shown]),
        claim("signed", "08:58"),
    ]
    signed = claims[3]
    keep_signature(visit, png=SIGNATURE, by=cast.advisor, id=signed.id, now=at("08:58"))

    for number in order:
        assert send(visit, cast.advisor, claims[number]) == ["accepted"]

    row = SheetConfirmation.objects.get()
    assert (row.how, row.at, row.entries) == ("signed", at("08:44"), [shown[0]])
    named = StepTick.objects.filter(visit=visit, step="confirm").values_list("evidence", flat=True)
    assert set(named) == {f"reception.SheetConfirmation:{row.pk}"}
    assert (row.signature_id, row.reason, row.witness) == (signed.id, "", None)
    ticks = StepTick.objects.filter(step="confirm").order_by("moment")
    assert ticks.first().moment == at("08:44")
    assert Operation.objects.filter(kind="confirmation").count() == 4


@pytest.mark.parametrize(
    "payload",
    [
        {}, {"how": 7}, {"how": "link"}, {"how": "refused"}, {"how": "refused", "reason": "hurry"},
        {"how": "refused", "reason": "hurry", "witness": "nobody"}, {"how": "signed"},
    ],
)  # fmt: skip
def test_what_a_form_would_refuse_is_parked_with_its_sentence(cast: Cast, visit: Visit, payload):
    batch = [Incoming(uuid7(), visit.pk, "confirmation", at("08:44"), payload=payload)]
    result = submit(cast.store, by=cast.advisor, operations=batch, now=at("08:45"))[0]

    assert (result.state, result.reason in ("refused", "blob_missing")) == ("parked", True)
    assert SheetConfirmation.objects.count() == 0


def test_a_nonsense_list_of_entries_names_nothing(cast: Cast, visit: Visit):
    assert send(visit, cast.advisor, claim("seen", "08:44", entries=[7, "x", None])) == ["accepted"]
    assert SheetConfirmation.objects.get().entries == []


def test_a_confirmed_sheet_asks_for_a_reason(cast: Cast, visit: Visit):
    require_reason(visit, items=["mileage"], reason="")
    confirm_sheet(visit, by=cast.advisor, now=at("08:44"))

    assert refusal(require_reason, visit, items=["mileage"], reason=" ") == "sheet.frozen"
    assert refusal(require_reason, visit, items=["mark"], reason="") == "sheet.frozen"
    require_reason(visit, items=["mileage"], reason="slip")
    require_reason(visit, items=["qualify", "coverage", "symptom"], reason="")


def test_corrections_stand_beside_what_was_confirmed(cast: Cast, visit: Visit):
    record_readings(visit, by=cast.advisor, readings={"exterior": "all"}, now=at("08:40"))
    confirm_sheet(visit, by=cast.advisor, now=at("08:44"))
    before = lines(visit)

    record_readings(
        visit, by=cast.advisor3, readings={"mileage": 58630, "lamps": ["tyre"]}, reason="slip", now=at("08:50")
    )
    record_readings(visit, by=cast.advisor3, readings={"qualify": True}, now=at("08:51"))

    assert lines(visit) == before
    assert visit.mileage == 58630
    wrote = [(text, reason) for _label, text, reason, _by in beside(visit)]
    assert wrote == [("58,630 km", "Slip of the finger"), ("Tyre pressure lamp", "Slip of the finger")]
    assert {by for *_rest, by in beside(visit)} == {cast.advisor3}


def test_marks_after_the_confirmation_leave_the_confirmed_ones_alone(cast: Cast, visit: Visit):
    first = add_mark(visit, by=cast.advisor, view="left", zone="left_sill", x=100, y=80, now=at("08:40"))
    second = add_mark(visit, by=cast.advisor, view="left", zone="left_front_door", x=300, y=80, now=at("08:41"))
    confirm_sheet(visit, by=cast.advisor, now=at("08:44"))
    was = lines(visit)["Exterior"]
    later = [
        {"mark": str(first.pk), "kind": "dent", "reason": "customer"},
        {"mark": str(second.pk), "removed": True, "reason": "slip"},
        {"view": "roof", "zone": "roof", "x": 90, "y": 50, "kind": "chip", "reason": "overlooked"},
    ]
    for number, payload in enumerate(later):
        change = Incoming(uuid7(), visit.pk, "mark", at(f"08:5{number}"), payload=payload)
        submit(cast.store, by=cast.advisor, operations=[change], now=at("09:00"))

    assert lines(visit)["Exterior"] == was
    assert [(label, text) for label, text, _why, _by in beside(visit)] == [
        ("Damage changed", "Dent, Left sill"),
        ("Damage taken off", "Scratch, Left front door"),
        ("Damage added", "Stone chip, Roof panel"),
    ]


def test_a_damage_taken_off_before_the_confirmation_is_no_part_of_it(cast: Cast, visit: Visit):
    mark = add_mark(visit, by=cast.advisor, view="left", x=100, y=80, now=at("08:40"))
    gone = Incoming(uuid7(), visit.pk, "mark", at("08:41"), payload={"mark": str(mark.pk), "removed": True})
    submit(cast.store, by=cast.advisor, operations=[gone], now=at("08:41"))
    confirm_sheet(visit, by=cast.advisor, now=at("08:44"))

    assert confirmed(sheet_of(visit)).sheet.marks == []
    assert beside(visit) == []


def test_an_entry_that_waited_offline_is_marked_as_late(cast: Cast, visit: Visit):
    confirm_sheet(visit, by=cast.advisor, now=at("08:44"))
    early = Incoming(uuid7(), visit.pk, "reading", at("08:43"), payload={"item": "lamps", "value": ["abs"]})
    submit(cast.store, by=cast.advisor, operations=[early], now=at("09:00"))

    assert [one.late for one in confirmed(sheet_of(visit)).corrections] == [True]
