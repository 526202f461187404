"""What remains of the link, and what may be passed on: papers, photos, the delay, the shared address."""

import io
import re
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from dealership import wiring
from dealership.actions.attachments import keep_photo, keep_signature, release_photo
from dealership.actions.links import make_link, paper_address, paper_on_entry, revoke, share
from dealership.actions.promises import change, give
from dealership.models import Attachment, Bay, CustomerLink, Event, LinkAddress, StageChange, Visit
from dealership.refused import Refused
from delivery.actions.delays import see_delay
from delivery.actions.lines import settle_line
from delivery.models import SettlementLine
from delivery.queries.customer import masked
from inspection.models import Job, WorkReport
from reception.models import Dispatch, OpenAdvice
from tests import pictures
from tests.cast import Cast
from tests.delivery.orders import explained, sent

pytestmark = pytest.mark.django_db


def phone_at(cast: Cast, visit: Visit, url: str = "") -> SimpleNamespace:
    """Return a phone that has opened a link of the visit: `client` and `page`."""
    with scope(store=cast.store):
        url = url or make_link(visit, by=cast.advisor)[1]
    client = Client()
    return SimpleNamespace(client=client, page=client.get("/v/" + url.rpartition("/v/")[2])["Location"])


def link_of(cast: Cast) -> CustomerLink:
    with scope(store=cast.store):
        return CustomerLink.objects.select_related("visit__store", "visit__customer").get()


def text(phone: SimpleNamespace, rest: str = "") -> str:
    return phone.client.get(phone.page + rest).content.decode()


def refusal(function, *args, **given) -> str:
    with pytest.raises(Refused) as refused:
        function(*args, **given)
    return refused.value.code


def photo_of(visit: Visit, cast: Cast, label: str = "换机油") -> Attachment:
    with scope(store=cast.store):
        return keep_photo(visit, file=io.BytesIO(pictures.picture()), by=cast.advisor, label=label)


def worked_on(visit: Visit) -> None:
    """Let the car have gone to the workshop as it came: photos taken since are none of the pre-check sheet."""
    StageChange.objects.create(
        store=visit.store, visit=visit, source="negotiation", target="workshop", at=visit.arrived_at
    )


def test_a_paper_stands_behind_the_phone_check_and_is_read_after_it(cast: Cast) -> None:
    phone = phone_at(cast, sent(cast))
    paper = phone.page + "documents/settlement/"
    asked = phone.client.get(paper)

    wrong = phone.client.post(phone.page + "phone/", {"digits": "9999", "next": paper})
    right = phone.client.post(phone.page + "phone/", {"digits": "1234", "next": paper})

    assert 'name="digits"' in asked.content.decode()
    assert "沪A·8K2D6" not in asked.content.decode()
    assert (wrong.status_code, right.status_code, right["Location"]) == (422, 303, paper)
    assert ["王建国" in text(phone, "documents/settlement/"), "任务委托书" in text(phone, "documents/order/")] == [
        True
    ] * 2
    assert phone.client.get(phone.page + "documents/nothing/").status_code == 404


def test_the_phone_check_leads_nowhere_else(cast: Cast) -> None:
    phone = phone_at(cast, sent(cast))

    for wanted in ("https://elsewhere.example/", "//elsewhere.example/", "/hq/board/"):
        assert phone.client.post(phone.page + "phone/", {"digits": "1234", "next": wanted})["Location"] == phone.page


def test_a_forwarded_link_stops_at_the_phone_check(cast: Cast) -> None:
    visit = sent(cast)
    owner, friend = phone_at(cast, visit), phone_at(cast, visit)
    owner.client.post(owner.page + "phone/", {"digits": "1234"})

    assert 'name="digits"' not in text(owner, "documents/settlement/")
    assert 'name="digits"' in text(friend, "documents/settlement/")


def test_papers_are_there_once_they_stand(cast: Cast) -> None:
    before = text(phone_at(cast, cast.visit("沪B12345")))
    draft = text(phone_at(cast, explained(cast)))

    assert ["documents/" in before, "documents/order/" in draft, "documents/settlement/" in draft] == [
        False, True, False,
    ]  # fmt: skip


def test_after_14_days_the_papers_remain_and_after_three_years_nothing(cast: Cast) -> None:
    phone = phone_at(cast, sent(cast))
    link = link_of(cast)
    left = timezone.now() - timedelta(days=15)
    with scope(store=cast.store):
        CustomerLink.objects.update(expires_at=left + timedelta(days=14))

    assert 'name="digits"' in text(phone)
    phone.client.post(phone.page + "phone/", {"digits": "1234"})
    assert "documents/settlement/" in text(phone)
    assert "¥" not in text(phone)
    assert [phone.client.get(phone.page + rest).status_code for rest in ("documents/settlement/", "sheet/")] == [
        200,
        410,
    ]
    assert [phone.client.post(phone.page + rest).status_code for rest in ("opened/", "share/", "delay/")] == [410] * 3
    with scope(store=cast.store):
        assert refusal(share, CustomerLink.objects.get(pk=link.pk)) == "link.ended"
        CustomerLink.objects.update(expires_at=left - timedelta(days=3 * 365 - 13))
    gone = [phone.client.get(phone.page + rest) for rest in ("", "documents/settlement/")]
    assert [(one.status_code, "021-55501800" in one.content.decode()) for one in gone] == [(410, True)] * 2


def test_a_shared_address_shows_the_state_and_nothing_personal(cast: Cast) -> None:
    visit = sent(cast)
    inside, outside = photo_of(visit, cast), photo_of(visit, cast, "洗好了")
    with scope(store=cast.store):
        release_photo(outside, released=True, by=cast.advisor)
        worked_on(visit)
    owner = phone_at(cast, visit)
    url = re.search(r'value="([^"]*/v/[^"]+)"', owner.client.post(owner.page + "share/").content.decode()).group(1)
    friend = phone_at(cast, visit, url)

    shown = text(friend)

    assert ["可以取车" in shown, "沪A·8***6" in shown, "021-55501800" in shown, str(outside.pk) in shown] == [True] * 4
    personal = ("王", "13800001234", "1234", "¥", "8K2D6", "周敏", "<form", link_of(cast).pickup_code, str(inside.pk))
    assert [word for word in personal if word in shown] == []
    photos = [friend.client.get(f"{friend.page}photos/{one.pk}/").status_code for one in (inside, outside)]
    assert photos == [404, 200]


def test_a_shared_address_can_do_nothing(cast: Cast) -> None:
    visit = sent(cast)
    phone_at(cast, visit)
    with scope(store=cast.store):
        friend = phone_at(cast, visit, share(link_of(cast)))

    posts = ("", "opened/", "delay/", "share/", "phone/", "sheet/", "thread/", "documents/settlement/")
    assert {rest: friend.client.post(friend.page + rest).status_code for rest in posts} == dict.fromkeys(posts, 404)
    gets = ("documents/settlement/", "documents/order/", "sheet/", "thread/")
    assert [friend.client.get(friend.page + rest).status_code for rest in gets] == [404] * 4


def test_sharing_twice_gives_the_same_address_and_one_event(cast: Cast) -> None:
    phone_at(cast, explained(cast))
    link = link_of(cast)
    with scope(store=cast.store):
        assert share(link) == share(link)
        assert Event.objects.filter(kind="link.shared").count() == 1
        revoke(link, by=cast.advisor)
        assert refusal(share, CustomerLink.objects.get()) == "link.ended"
    assert list(LinkAddress.objects.order_by("shared").values_list("shared", flat=True)) == [False, True]


@pytest.mark.parametrize(
    ("plate", "shown"), [("沪A·8K2D6", "沪A·8***6"), ("沪A·D12345", "沪A·D****5"), ("使123456", "使*****6")]
)
def test_a_plate_is_masked_in_the_middle(plate: str, shown: str) -> None:
    assert masked(plate) == shown


def test_the_advisor_shows_a_photo_and_takes_it_back(cast: Cast, client: Client) -> None:
    visit = explained(cast)
    with scope(store=cast.store):
        worked_on(visit)
    photo = photo_of(visit, cast)
    phone = phone_at(cast, visit)
    client.force_login(cast.advisor)
    url = f"/hq/visits/{visit.pk}/attachments/{photo.pk}/release/"

    seen = []
    for released in ("1", "1", "0"):
        assert client.post(url, {"released": released}).status_code == 303
        served = phone.client.get(f"{phone.page}photos/{photo.pk}/").status_code
        seen.append((f"photos/{photo.pk}/?size=thumb" in text(phone), served))

    assert seen == [(True, 200), (True, 200), (False, 404)]
    with scope(store=cast.store):
        kinds = list(Event.objects.filter(kind__startswith="photo.").values_list("kind", flat=True))
    assert kinds == ["photo.released", "photo.taken_back"]
    assert "给客户看" in client.get(f"/hq/visits/{visit.pk}/timeline/").content.decode()
    client.force_login(cast.technician)
    assert client.post(url, {"released": "1"}).status_code == 403


def test_only_photos_are_shown_to_the_customer(cast: Cast) -> None:
    visit = explained(cast)
    with scope(store=cast.store):
        signed = keep_signature(visit, png=pictures.picture(image_format="PNG"), by=cast.advisor)

        assert refusal(release_photo, signed, released=True, by=cast.advisor) == "photo.kind"


def delayed(cast: Cast, reason: str = "配件 11:40 才到", consent: str = "message") -> Visit:
    visit, now = cast.visit(), timezone.now()
    with scope(store=cast.store):
        visit.stage = "workshop"
        visit.save(update_fields=["stage"])
        ready = give(visit, kind="ready", by=cast.advisor, due_at=now + timedelta(hours=1))
        change(ready, by=cast.advisor, consent=consent, due_at=now + timedelta(hours=2), reason=reason)
    return visit


def test_a_delay_is_told_with_its_reason_until_it_is_seen(cast: Cast) -> None:
    phone = phone_at(cast, delayed(cast))

    before = text(phone)
    pressed = [phone.client.post(phone.page + "delay/").status_code for _press in range(2)]
    after = text(phone)

    assert ['class="box delay"' in page for page in (before, after)] == [True, False]
    assert [page.count("配件 11:40 才到") for page in (before, after)] == [2, 1]
    assert before.index('class="box delay"') < before.index('class="state')
    assert pressed == [303, 303]
    with scope(store=cast.store):
        assert Event.objects.filter(kind="link.delay_seen").count() == 1


def test_a_new_time_that_the_customer_chose_on_the_phone_is_no_news(cast: Cast) -> None:
    assert 'class="box delay"' not in text(phone_at(cast, delayed(cast, consent="link")))


def test_there_is_no_delay_to_see_without_one(cast: Cast) -> None:
    phone = phone_at(cast, cast.visit())
    with scope(store=cast.store):
        assert refusal(see_delay, link_of(cast)) == "delay.none"

    answer = phone.client.post(phone.page + "delay/")

    assert (answer.status_code, "021-55501800" in answer.content.decode()) == (422, True)


def test_warranty_next_service_and_open_advice_go_along_without_pressure(cast: Cast, monkeypatch) -> None:
    visit = sent(cast)
    with scope(store=cast.store):
        OpenAdvice.objects.create(
            store=cast.store, visit=visit, vehicle=visit.vehicle, kind="found", colour="yellow",
            texts={"zh-hans": "后刹车片剩 5 毫米"}, created_at=timezone.now(),
        )  # fmt: skip
    phone = phone_at(cast, visit)
    shown = text(phone)

    for words in (
        "本次维修质保",
        "1 年 / 2 万公里",
        "用车注意",
        "下次保养",
        "后刹车片剩 5 毫米",
        "留意",
        "都不用今天定",
    ):
        assert words in shown
    assert "现在约好" in shown
    monkeypatch.setattr(wiring, "BOOKING_PAGE", "")
    assert "现在约好" not in text(phone)


def test_what_the_report_says_is_to_be_minded(cast: Cast) -> None:
    visit = sent(cast)
    with scope(store=cast.store):
        whose = {"store": cast.store, "visit": visit}
        now, by = timezone.now(), cast.technician
        dispatch = Dispatch.objects.create(**whose, technician=by, bay=Bay.objects.first(), at=now)
        job = Job.objects.create(**whose, dispatch=dispatch, technician=by, since=now)
        WorkReport.objects.create(
            **whose, job=job, chips=["watch"], text="新刹车片磨合 200 公里，少急刹", at=now, by=by
        )

    assert "新刹车片磨合 200 公里，少急刹" in text(phone_at(cast, visit))


def test_each_line_says_why_it_came_to_less(cast: Cast) -> None:
    visit = explained(cast)
    with scope(store=cast.store):
        line = SettlementLine.objects.get(line__code="X0")
        settle_line(line, by=cast.advisor, labour=Decimal(314), parts=Decimal(320), note="机油少用 0.4 L")

    assert ["机油少用 0.4 L" in (shown := text(phone_at(cast, visit))), "¥634" in shown] == [True, True]


def test_the_papers_of_the_desk_carry_the_page_as_qr(cast: Cast, client: Client) -> None:
    visit = sent(cast)
    client.force_login(cast.advisor)
    pages = [f"/hq/visits/{visit.pk}/{rest}/" for rest in ("order/print", "settlement")]
    assert ['class="qr"' in client.get(url).content.decode() for url in pages] == [False, False]
    with scope(store=cast.store):
        paper_on_entry(visit, None, by=cast.advisor, now=timezone.now())
        address = paper_address(link_of(cast))

    printed = [client.get(url).content.decode() for url in pages]

    assert [('class="qr"' in page, address in page) for page in printed] == [(True, True)] * 2
    assert Client().get("/v/" + address.rpartition("/v/")[2]).status_code == 303
    assert LinkAddress.objects.count() == 1


def test_the_desk_shows_a_new_address_and_the_earlier_one_goes_on_working(cast: Cast, client: Client) -> None:
    visit = explained(cast)
    client.force_login(cast.advisor)
    url = f"/hq/visits/{visit.pk}/link/"
    shown = [client.post(url).content.decode() for _press in range(2)]
    tokens = [re.search(r"/v/([\w-]{24})", page).group(1) for page in shown]

    assert tokens[0] != tokens[1]
    assert [Client().get(f"/v/{token}").status_code for token in tokens] == [303, 303]
    assert [page.count('class="qr"') for page in shown] == [1, 1]
    assert client.get(url).status_code == 405
    client.force_login(cast.technician)
    assert client.post(url).status_code == 403
