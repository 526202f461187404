"""The demo's standard: one store has published a version of its own; its people propose and talk about more."""

from datetime import datetime, time, timedelta

from django.utils import translation

from dealership.actions.drafts import draft_of
from dealership.models import Membership, Role, Staff, Store, Visit, business_day
from feedback.actions.proposals import accept, comment, decline, propose, vote
from feedback.actions.versions import confirm, publish
from feedback.models import Proposal

WITH_OWN = "hq"
"""The store that has a version of its own."""
FIRST_DAY = 6
"""Days ago from which it is in force."""

COVERS = {
    "zh-hans": "三件套我当面给您取下，座椅和脚垫您看看都干净吗？",
    "zh-hant": "防護三件組我當面幫您取下，座椅和腳踏墊您看看都乾淨嗎？",
    "en": "I take the covers off in front of you. Are the seats and mats clean, as you like them?",
}
USAGE = {
    "zh-hans": "{customer}，这几样平时留意就行，我指给您看。",
    "zh-hant": "{customer}，這幾項平時留意就好，我指給您看。",
    "en": "{customer}, these few things are worth an eye in daily use; let me show you.",
}
FACILITIES = "休息区有茶水和充电，您手机上能看到车的进度。"
FAREWELL = "{customer}，路上慢点开，有事随时打我电话。"


def fill(store: Store, *, now: datetime) -> None:
    """Publish version 2 some days ago, and leave two proposals open and one declined; once."""
    if store.code != WITH_OWN or Proposal.objects.exists():
        return
    people = _people(store)
    needed = ("advisor", "manager", "supervisor", "technician", "cashier")
    if any(role not in people for role in needed):
        return
    with translation.override("zh-hans"):
        _publish(store, people, now=now)
        _talk(store, people, now=now)


def _people(store: Store) -> dict[str, Staff]:
    """Return somebody of each role; a second advisor where there is one."""
    found: dict[str, Staff] = {}
    for row in Membership.objects.filter(store=store).select_related("staff").order_by("staff__username"):
        key = "advisor2" if row.role == Role.ADVISOR and "advisor" in found else str(row.role)
        found.setdefault(key, row.staff)
    return found | {"advisor2": found.get("advisor2", found.get("supervisor", next(iter(found.values()))))}


def _publish(store: Store, people: dict[str, Staff], *, now: datetime) -> None:
    manager, author = people["manager"], people["advisor2"]
    then = now - timedelta(days=FIRST_DAY, hours=3)
    proposal = propose(
        store, touchpoint="3.4", step="covers", by=author, now=then - timedelta(days=3),
        reason="客户常问座椅有没有弄脏。",
        texts={language: {"script": script, "plain": ""} for language, script in COVERS.items()},
    )  # fmt: skip
    vote(proposal, agrees=True, by=people["advisor"], now=then - timedelta(days=2))
    vote(proposal, agrees=True, by=people["supervisor"], now=then - timedelta(days=1))
    accept(proposal, by=manager, now=then)
    draft = draft_of(store, by=manager, now=then)
    first = business_day(store, now) - timedelta(days=FIRST_DAY)
    version = publish(
        draft, valid_from=first, reason="取三件套时顺带请客户看座椅和脚垫，少一次来回。", by=manager, now=then
    )
    # What the past wrote for those days was lived by this version: its steps are the same.
    morning = datetime.combine(first, time.min, store.zone)
    Visit.objects.filter(store=store, standard=version.base, arrived_at__gte=morning).update(standard=version)
    staff = [row.staff for row in Membership.objects.filter(store=store).select_related("staff")]
    late = {people["technician"].pk, people["cashier"].pk}
    for number, person in enumerate(sorted(set(staff), key=lambda one: one.username)):
        if person.pk not in late:
            confirm(version, store=store, by=person, now=then + timedelta(hours=number))


def _talk(store: Store, people: dict[str, Staff], *, now: datetime) -> None:
    advisor, second, supervisor = people["advisor"], people["advisor2"], people["supervisor"]
    usage = propose(
        store, touchpoint="4.2", step="usage", by=advisor, now=now - timedelta(days=2, hours=4),
        reason="现在这句太长，客户听到一半就走神了。",
        texts={language: {"script": script, "plain": script.replace("{customer}，", "").replace("{customer}, ", "")}
               for language, script in USAGE.items()},
    )  # fmt: skip
    vote(usage, agrees=True, by=supervisor, now=now - timedelta(days=2))
    vote(usage, agrees=True, by=people["cashier"], now=now - timedelta(days=1, hours=6))
    if second.pk not in (advisor.pk, supervisor.pk):
        vote(usage, agrees=False, by=second, now=now - timedelta(days=1, hours=5))
    comment(usage, text="指着说确实更清楚，冬天可以加一句胎压。", by=supervisor, now=now - timedelta(days=2))
    comment(usage, text="胎压放在提醒那一步说吧，别又变长了。", by=advisor, now=now - timedelta(days=1, hours=20))
    facilities = propose(
        store, touchpoint="2.4", step="facilities", by=people["cashier"], now=now - timedelta(hours=20),
        reason="客户坐下后总来前台问进度，先告诉他手机上能看。",
        texts={"zh-hans": {"script": FACILITIES, "plain": ""}},
    )  # fmt: skip
    vote(facilities, agrees=True, by=advisor, now=now - timedelta(hours=18))
    comment(facilities, text="好，问进度的电话会少一些。", by=advisor, now=now - timedelta(hours=18))
    farewell = propose(
        store, touchpoint="5.3", step="farewell", by=people["technician"], now=now - timedelta(days=9),
        reason="像朋友一样告别。", texts={"zh-hans": {"script": FAREWELL, "plain": "路上慢点开，有事随时打我电话。"}},
    )  # fmt: skip
    words = "用心了。不过告别时请留前台电话，顾问休息时客户也找得到人。"
    decline(farewell, words=words, by=people["manager"], now=now - timedelta(days=8))
