"""Recalls and campaigns: entered once, named at every car they fit, done once."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django_scopes import scope

from dealership.models import Visit
from dealership.refused import Refused
from reception.actions.campaigns import (
    add_campaign_line,
    done_on_leave,
    end_campaign,
    keep_campaign,
    note_done,
    resume_campaign,
    undo_done,
)
from reception.models import Campaign, CampaignDone, OrderLine
from reception.queries.campaigns import open_campaigns
from reception.vin_lists import read_vins
from tests.cast import Cast, at
from tests.reception.desk import desk, order_at, signed

pytestmark = pytest.mark.django_db
NOW = at("10:00")
TODAY = NOW.date()
VIN, OTHER = "LSVXC25N4M2100001", "LSVXC25N4M2100002"


def entered(cast: Cast, **given: object) -> Campaign:
    """Return a recall of a software, by VIN unless told otherwise."""
    values = {
        "kind": "recall", "code": "S2026-118", "title": "安全气囊控制单元升级", "since": date(2026, 9, 1),
        "vins": [VIN], "operation": "E04", "minutes": 60,
    }  # fmt: skip
    with scope(store=cast.store):
        return keep_campaign(cast.store, by=cast.manager, **(values | given))


def known(visit: Visit, **values: object) -> Visit:
    """Return the visit with these facts of its car."""
    for name, value in ({"vin": VIN} | values).items():
        setattr(visit.vehicle, name, value)
    visit.vehicle.save()
    return visit


@pytest.mark.parametrize(
    ("text", "vins", "bad"),
    [
        ("", [], []),
        (VIN, [VIN], []),
        (f"{VIN}\n{OTHER}\r\n{VIN}", [VIN, OTHER], []),
        (f"{VIN}，{OTHER}；", [VIN, OTHER], []),
        (f"1\t{VIN}\t途观L\t张三\n2\t{OTHER}\t途岳", [VIN, OTHER], []),
        (f"{VIN.lower()} {OTHER}", [VIN, OTHER], []),
        ("LSV XC25N 4M 2100001", [VIN], []),
        ("LSV-XC25N-4M-2100001", [VIN], []),
        ("ＬＳＶＸＣ２５Ｎ４Ｍ２１００００１", [VIN], []),
        ("LSVXC25N4M21OOOO1", [VIN], []),
        (f"VIN: {VIN}", [VIN], []),
        ("LSVXC25N4M210000", [], ["LSVXC25N4M210000"]),
        (f"{VIN}, LSVXC25N4M21000011", [VIN], ["LSVXC25N4M21000011"]),
        ("尊敬的经销商", [], []),
    ],
)
def test_vins_are_found_in_any_form(text: str, vins: list[str], bad: list[str]):
    assert read_vins(text) == (vins, bad)


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ({}, True),
        ({"vins": [OTHER]}, False),
        ({"vins": [OTHER], "fits": "途观"}, True),
        ({"vins": [], "fits": "帕萨特\n大众 途观L"}, True),
        ({"vins": [], "fits": "途观 PHEV"}, False),
        ({"vins": [], "fits": "途观", "year_from": 2021, "year_to": 2021}, True),
        ({"vins": [], "fits": "途观", "year_from": 2022}, False),
        ({"vins": [], "year_to": 2020}, False),
        ({"vins": [], "year_to": 2021}, True),
        ({"since": TODAY}, True),
        ({"since": TODAY + timedelta(days=1)}, False),
        ({"until": TODAY}, True),
        ({"until": TODAY - timedelta(days=1)}, False),
    ],
)
def test_cars_by_vin_words_years_and_days(cast: Cast, given: dict, fits: bool, django_assert_num_queries):
    entered(cast, **given)
    with scope(store=cast.store):
        vehicle = known(cast.visit()).vehicle
        with django_assert_num_queries(1):
            assert bool(open_campaigns(vehicle, TODAY)) == fits


def test_a_car_without_vin_or_year_fits_only_by_words(cast: Cast):
    entered(cast)
    entered(cast, code="C1", vins=[], fits="途观")
    entered(cast, code="C2", vins=[], fits="途观", year_from=2000)
    with scope(store=cast.store):
        vehicle = known(cast.visit(), vin="", year=None).vehicle
        assert [row.code for row in open_campaigns(vehicle, TODAY)] == ["C1"]


def test_recalls_come_first_and_what_is_done_is_not_named(cast: Cast):
    gift = entered(cast, code="A1", kind="campaign", since=date(2026, 1, 1))
    recall = entered(cast)
    with scope(store=cast.store):
        visit = known(cast.visit())
        assert open_campaigns(visit.vehicle, TODAY) == [recall, gift]
        first = note_done(recall, vehicle=visit.vehicle, by=cast.advisor, visit=visit, now=NOW)
        assert note_done(recall, vehicle=visit.vehicle, by=cast.advisor, now=NOW) == first
        assert open_campaigns(visit.vehicle, TODAY) == [gift]
        assert undo_done(recall, vehicle=visit.vehicle, by=cast.advisor)
        assert not undo_done(recall, vehicle=visit.vehicle, by=cast.advisor)
        end_campaign(gift, by=cast.manager)
        assert open_campaigns(visit.vehicle, TODAY) == [recall]
        resume_campaign(gift, by=cast.manager, now=NOW)
        assert len(open_campaigns(visit.vehicle, TODAY)) == 2


def test_work_goes_on_the_order_once_paid_by_the_maker(cast: Cast):
    visit = known(desk(cast))
    order = order_at(cast, visit)
    recall = entered(cast)
    with scope(store=cast.store):
        line = add_campaign_line(visit, by=cast.advisor, campaign=recall, now=NOW)
        assert (line.code, line.why, line.payer, line.must) == ("E04", "campaign", "campaign", True)
        assert add_campaign_line(visit, by=cast.advisor, campaign=recall, now=NOW) == line
        assert OrderLine.objects.filter(order=order, code="E04").count() == 1


def test_a_new_order_proposes_it_and_leaving_notes_it_done(cast: Cast):
    recall = entered(cast, vins=[], fits="途岳")
    visit = desk(cast, plate="沪C22222", vehicle={"make": "大众", "model": "途岳"})
    with scope(store=cast.store):
        signed(cast, visit)
        assert OrderLine.objects.get(order__visit=visit, why="campaign").code == "E04"
        done_on_leave(visit, None, cast.advisor, NOW)
        done = CampaignDone.objects.get()
    assert (done.campaign, done.vehicle_id, done.visit) == (recall, visit.vehicle_id, visit)


def test_entering_is_refused_with_a_sentence(cast: Cast):
    row = entered(cast, until=TODAY - timedelta(days=1))
    codes = []
    for given in (
        {}, {"code": "B", "vins": []}, {"code": "B", "until": date(2026, 8, 1)},
        {"code": "B", "year_from": 2022, "year_to": 2021},
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            entered(cast, **given)
        codes.append(refused.value.code)
    assert codes == ["campaign.code", "campaign.cars", "campaign.days", "campaign.years"]
    with scope(store=cast.store), pytest.raises(Refused) as over:
        resume_campaign(row, by=cast.manager, now=NOW)
    assert over.value.code == "campaign.over"


def test_adding_is_refused_with_a_sentence(cast: Cast):
    recall, unpriced = entered(cast), entered(cast, code="N1", operation="NONE")
    foreign = entered(cast, code="F1", vins=[OTHER])
    early = known(cast.visit("沪E33333"))
    visit = known(desk(cast), vin=VIN)
    codes = []
    with scope(store=cast.store):
        for car, row, by in (
            (early, recall, cast.advisor), (visit, unpriced, cast.advisor), (visit, foreign, cast.advisor),
            (visit, recall, cast.advisor3),
        ):  # fmt: skip
            with pytest.raises(Refused) as refused:
                add_campaign_line(car, by=by, campaign=row, now=NOW)
            codes.append(refused.value.code)
    assert codes == ["campaign.too_early", "campaign.operation", "campaign.not_for_car", "visit.not_yours"]


def form(**given: object) -> dict[str, object]:
    """Return what the manager types."""
    return {"kind": "recall", "code": "S1", "title": "升级", "since": "2026-09-01", "minutes": 60} | given


def test_manager_enters_changes_and_ends_a_campaign(cast: Cast, client: Client):
    client.force_login(cast.manager)
    assert client.get("/hq/campaigns/").status_code == 200
    assert client.get("/hq/campaigns/new/").status_code == 200
    assert client.post("/hq/campaigns/new/", form(vins=f"1 {VIN}\n2 {OTHER}")).status_code == 303
    with scope(store=cast.store):
        row = Campaign.objects.get()
    assert row.vins == [VIN, OTHER]
    assert VIN in client.get(f"/hq/campaigns/{row.pk}/").content.decode()
    assert client.post("/hq/campaigns/new/", form(code="S2", vins="LSVXC25N4M21")).status_code == 422
    assert client.post(f"/hq/campaigns/{row.pk}/", form(vins=VIN, title="升级二")).status_code == 303
    assert client.post(f"/hq/campaigns/{row.pk}/ended/").status_code == 303
    assert client.post(f"/hq/campaigns/{row.pk}/resumed/").status_code == 303
    page = client.get("/hq/campaigns/").content.decode()
    assert "升级二" in page
    client.force_login(cast.advisor)
    assert client.get("/hq/campaigns/").status_code == 403


def test_list_takes_the_same_queries_for_one_and_three(cast: Cast, client: Client, django_assert_num_queries):
    entered(cast)
    client.force_login(cast.manager)
    client.get("/hq/campaigns/")
    with django_assert_num_queries(4):
        client.get("/hq/campaigns/")
    entered(cast, code="B")
    entered(cast, code="C")
    with django_assert_num_queries(4):
        client.get("/hq/campaigns/")


def test_done_by_hand_can_be_taken_back(cast: Cast, client: Client):
    recall = entered(cast)
    visit = known(cast.visit())
    client.force_login(cast.advisor)
    base = f"/hq/visits/{visit.pk}/campaigns/{recall.pk}/"
    assert client.post(base + "done/", {"where": "elsewhere"}).status_code == 303
    with scope(store=cast.store):
        assert CampaignDone.objects.get().visit_id is None
    assert client.post(base + "undone/").status_code == 303
    assert client.post(base + "done/", {"where": "here"}).status_code == 303
    with scope(store=cast.store):
        assert CampaignDone.objects.get().visit_id == visit.pk
    client.force_login(cast.stranger)
    assert client.post(base + "undone/").status_code == 404
    client.force_login(cast.guard)
    assert client.post(base + "undone/").status_code == 403
