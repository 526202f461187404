"""Proposals to the standard: written, talked about, decided; their pages."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django_scopes import scope

from dealership.actions.drafts import draft_of
from dealership.models import Message
from dealership.queries.versions import words_at
from dealership.refused import Refused
from feedback.actions.proposals import accept, comment, decline, propose, vote, withdraw
from feedback.actions.versions import publish, put_back
from feedback.differences import difference
from feedback.models import Proposal, ProposalComment
from feedback.queries.proposals import open_counts
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
NOW = at("09:00")
SCRIPT = "三件套我当面给您取下，您看座椅干净吗？"
OTHERS = {
    "zh-hant": {"script": "防護三件組我當面幫您取下，您看座椅乾淨嗎？", "plain": ""},
    "en": {"script": "I take the covers off in front of you; please look.", "plain": ""},
}


@pytest.fixture
def cast(cast: Cast, time_machine):
    time_machine.move_to(NOW, tick=False)
    with scope(store=cast.store), translation.override("zh-hans"):
        yield cast


def proposed(cast: Cast, *, by=None, script: str = SCRIPT, **given) -> Proposal:
    usual = {"touchpoint": "3.4", "step": "covers", "reason": "客户常问座椅有没有弄脏。"}
    texts = {"zh-hans": {"script": script, "plain": ""}}
    return propose(cast.store, texts=texts, by=by or cast.advisor, **(usual | given))


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_proposal_keeps_only_what_differs(cast: Cast):
    today = words_at(draft_of(cast.store, by=cast.manager).base_id, "3.4", "covers").said("zh-hans")
    proposal = propose(
        cast.store, touchpoint="3.4", step="covers", by=cast.advisor, reason="更清楚",
        texts={"zh-hans": today | {"script": SCRIPT}, "en": {}},
    )  # fmt: skip
    assert proposal.texts == {"zh-hans": {"script": SCRIPT}}
    assert open_counts() == {("3.4", "covers"): 1}


def test_same_id_makes_one_proposal_and_one_comment(cast: Cast):
    pk = uuid4()
    assert proposed(cast, id=pk) == proposed(cast, id=pk)
    again = uuid4()
    first = comment(Proposal.objects.get(), text="好", by=cast.guard, id=again)
    assert comment(Proposal.objects.get(), text="好", by=cast.guard, id=again) == first
    assert ProposalComment.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"step": "nothing"}, "proposal.place"),
        ({"reason": " "}, "proposal.reason"),
        ({"reason": "长" * 301}, "proposal.reason"),
        ({"texts": {"zh-hans": {"evidence": "1"}}}, "proposal.field"),
        ({"texts": {"fr": {"script": "Bonjour"}}}, "proposal.field"),
        ({"texts": {"en": {"script": "Only in English"}}}, "proposal.same"),
        ({"texts": {"zh-hans": {"script": "长" * 401}}}, "proposal.long"),
    ],
)
def test_proposal_is_refused(cast: Cast, given: dict, code: str):
    usual = {"touchpoint": "3.4", "step": "covers", "reason": "好", "texts": {"zh-hans": {"script": SCRIPT}}}
    with pytest.raises(Refused) as refused:
        propose(cast.store, by=cast.advisor, **(usual | given))
    assert code_of(refused) == code


def test_vote_is_one_a_person_and_may_change(cast: Cast):
    proposal = proposed(cast)
    vote(proposal, agrees=True, by=cast.guard)
    vote(proposal, agrees=False, by=cast.guard)
    vote(proposal, agrees=True, by=cast.technician)
    votes = ProposalComment.objects.filter(proposal=proposal).values_list("by__username", "agrees")
    assert sorted(votes) == [("guard", False), ("technician", True)]
    with pytest.raises(Refused) as refused:
        vote(proposal, agrees=True, by=cast.advisor)
    assert code_of(refused) == "proposal.own"


def test_only_the_author_withdraws(cast: Cast):
    proposal = proposed(cast)
    with pytest.raises(Refused) as refused:
        withdraw(proposal, by=cast.manager)
    assert code_of(refused) == "proposal.other"
    assert withdraw(proposal, by=cast.advisor).state == Proposal.State.WITHDRAWN


def test_declining_needs_words_and_tells_the_author(cast: Cast):
    proposal = proposed(cast)
    with pytest.raises(Refused) as refused:
        decline(proposal, words="", by=cast.manager)
    assert code_of(refused) == "proposal.words"
    decline(proposal, words="先试一个月", by=cast.manager)
    told = Message.objects.get(kind="staff_alert")
    assert told.staff == cast.advisor
    assert "先试一个月" in told.body


def test_decided_proposal_takes_nothing_more(cast: Cast):
    proposal = withdraw(proposed(cast), by=cast.advisor)
    doings = [
        lambda: comment(proposal, text="好", by=cast.guard), lambda: vote(proposal, agrees=True, by=cast.guard),
        lambda: withdraw(proposal, by=cast.advisor), lambda: accept(proposal, by=cast.manager),
        lambda: decline(proposal, words="不", by=cast.manager),
    ]  # fmt: skip
    for doing in doings:
        with pytest.raises(Refused) as refused:
            doing()
        assert code_of(refused) == "proposal.closed"


def test_empty_comment_is_refused(cast: Cast):
    with pytest.raises(Refused) as refused:
        comment(proposed(cast), text=" ", by=cast.guard)
    assert code_of(refused) == "proposal.comment"


def test_accepted_words_are_in_the_draft_and_published_with_it(cast: Cast):
    proposal = propose(
        cast.store, touchpoint="3.4", step="covers", by=cast.advisor, reason="更清楚",
        texts={"zh-hans": {"script": SCRIPT, "plain": ""}} | OTHERS,
    )  # fmt: skip
    accept(proposal, by=cast.manager)
    draft = draft_of(cast.store, by=cast.manager)
    assert words_at(draft.pk, "3.4", "covers").said("zh-hans")["script"] == SCRIPT
    version = publish(draft, valid_from=NOW.date(), reason="更清楚", by=cast.manager)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.version) == (Proposal.State.PUBLISHED, version)
    told = Message.objects.get(kind="staff_alert")
    assert (told.staff, "第 2 版" in told.body) == (cast.advisor, True)
    later = proposed(cast, script="三件套我取下，您看看。", by=cast.guard)
    accept(later, by=cast.manager)
    publish(draft, valid_from=NOW.date(), reason="再按一次", by=cast.manager)
    later.refresh_from_db()
    assert later.state == Proposal.State.ACCEPTED


def test_putting_a_change_back_opens_its_proposal_again(cast: Cast):
    proposal = accept(proposed(cast), by=cast.manager)
    put_back(draft_of(cast.store, by=cast.manager), touchpoint="3.4", step="covers", by=cast.manager)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == (Proposal.State.OPEN, None)


def test_difference_marks_characters_in_chinese_and_words_in_english():
    found = difference("您看座椅。", "您看看座椅和脚垫。")
    assert "".join(part.text for part in found.after) == "您看看座椅和脚垫。"
    assert [part.text for part in found.after if part.marked] == ["看", "和脚垫"]
    assert [part.text for part in difference("two seats", "two clean seats").after if part.marked] == ["clean "]


# Pages


def get(client: Client, cast: Cast, by: str, url: str) -> str:
    client.force_login(getattr(cast, by))
    answer = client.get(url)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_anybody_writes_a_proposal_on_its_page(client: Client, cast: Cast):
    url = "/hq/standard/propose/3.4/covers/"
    assert "提建议" in get(client, cast, "technician", url)
    answer = client.post(url, {"zh-hans-script": SCRIPT, "zh-hans-plain": "", "reason": "好", "save": "1"})
    proposal = Proposal.objects.get()
    assert answer.url == reverse("proposal", args=["hq", proposal.pk])
    assert (proposal.by, proposal.texts) == (cast.technician, {"zh-hans": {"script": SCRIPT}})
    assert "<ins>" in get(client, cast, "guard", answer.url)


def test_unknown_step_is_404(client: Client, cast: Cast):
    client.force_login(cast.advisor)
    assert client.get("/hq/standard/propose/3.4/nothing/").status_code == 404
    assert client.get("/hq/standard/propose/9.9/").status_code == 404


def test_check_answers_with_length_and_words_to_avoid(client: Client, cast: Cast):
    client.force_login(cast.advisor)
    said = {"zh-hans-script": "这个大概没问题。", "language": "zh-hans"}
    html = client.post("/hq/standard/check/3.4/covers/", said).content.decode()
    assert "对客户不说“大概”" in html
    assert not Proposal.objects.exists()


def test_script_is_tried_on_a_car_of_today_by_who_may_see_its_sums(client: Client, cast: Cast):
    visit = cast.visit(now=at("08:31"))
    said = {"zh-hans-script": "{customer}，您看这里。", "zh-hans-plain": "您看这里。", "visit": str(visit.pk)}
    client.force_login(cast.advisor)
    html = client.post("/hq/standard/check/3.4/covers/", said).content.decode()
    assert "<b>王先生</b>，您看这里。" in html
    assert "沪A·8K2D6" in html
    assert "沪A·8K2D6" in get(client, cast, "advisor", "/hq/standard/propose/3.4/covers/")
    client.force_login(cast.technician)
    total = said | {"zh-hans-script": "一共{total}。"}
    assert "沪A·8K2D6" not in client.post("/hq/standard/check/3.4/covers/", total).content.decode()
    assert "沪A·8K2D6" not in get(client, cast, "technician", "/hq/standard/propose/3.4/covers/")


def test_buttons_of_the_page_do_what_they_say(client: Client, cast: Cast):
    proposal = proposed(cast)
    url = reverse("proposal", args=["hq", proposal.pk])
    client.force_login(cast.guard)
    assert client.post(url + "vote/", {"agrees": "1"}).status_code == 303
    assert client.post(url + "comment/", {"text": "说得清楚"}).status_code == 303
    assert client.post(url + "accept/").status_code == 403
    assert client.post(url + "decline/", {"words": "不"}).status_code == 403
    html = get(client, cast, "guard", url)
    assert "说得清楚" in html
    assert "1 人同意" in html
    client.force_login(cast.manager)
    assert client.post(url + "accept/").status_code == 303
    assert "更" not in proposal.decided_words
    assert Proposal.objects.get().state == Proposal.State.ACCEPTED


def test_proposal_of_another_store_does_not_exist(client: Client, cast: Cast):
    url = reverse("proposal", args=["west", proposed(cast).pk])
    client.force_login(cast.stranger)
    assert client.get(url).status_code == 404
    assert client.post(url + "vote/", {"agrees": "1"}).status_code == 404


def test_page_of_the_standard_lists_and_filters(client: Client, cast: Cast):
    proposed(cast)
    html = get(client, cast, "guard", "/hq/standard/?stage=showcase")
    assert "1 条提议" in html
    assert 'id="tp-3.4"' in html
    filtered = get(client, cast, "guard", "/hq/standard/?with=proposals")
    assert 'id="tp-3.4"' in filtered
    assert 'id="tp-3.3"' not in filtered


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_pages_ask_the_same_number_of_questions_with_one_and_three(client: Client, cast: Cast):
    first = proposed(cast)
    vote(first, agrees=True, by=cast.guard)
    comment(first, text="好", by=cast.guard)
    client.force_login(cast.manager)
    pages = ["/hq/standard/", reverse("proposal", args=["hq", first.pk])]
    for page in pages:
        client.get(page)
    before = [queries(client, page) for page in pages]
    for number, by in enumerate((cast.guard, cast.technician)):
        more = proposed(cast, by=by, script=f"{SCRIPT}{number}")
        vote(more, agrees=True, by=cast.cashier)
        vote(first, agrees=True, by=by)
        comment(first, text="好", by=by)
    assert [queries(client, page) for page in pages] == before
