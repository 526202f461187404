"""The rules of the digest: which three sentences, in three languages, word by word."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from django.utils import translation

from feedback.digest import sentences
from feedback.digest_facts import Bulk, Facts, Level, Loss, PlanNews, Settled

QUIET = Facts(when="11月20日星期五", than="上星期五", ahead="今天", booked=14, rounds_done=2, rounds_due=2)
LEVEL = Level(figure=D("7.9"), cars=18, before=D("8.4"), execution=D("8.0"), low=7.6, high=8.8)
BUSY = replace(
    QUIET,
    level=LEVEL,
    loss=Loss("3.3", "通知客户取车", D("5.4"), 18, 0.142),
    settled=Settled(48, 42, {"预计交车时间": 3, "洗车": 1}),
    bulk=Bulk(420, 60, 0.04),
    rounds_done=1,
    plans=(PlanNews("取车通知提前", "周敏", "better", before=D("6.10"), before_n=42, after=D("7.40"), after_n=40),),
)


def said(facts: Facts, language: str = "zh-hans") -> tuple[str, ...]:
    with translation.override(language):
        return sentences(facts)


def test_three_most_telling_in_the_order_of_the_rules():
    assert said(BUSY) == (
        "48 项承诺有 4 项未兑现：预计交车时间 3，洗车 1。",
        "420 个步骤中 60 个（14%）是集中补点，不计分；平时是 4%。",
        "方案“取车通知提前”有效：6.10（n 42）→ 7.40（n 40）。",
    )
    assert said(BUSY, "zh-hant")[1] == "420 個步驟中有 60 個（14%）是集中補點，不計分；平時為 4%。"
    assert said(BUSY, "en")[0] == "4 of 48 promises were broken: 预计交车时间 3, 洗车 1."


def test_figure_is_held_against_the_same_weekday_and_the_usual_range():
    facts = replace(QUIET, level=LEVEL, booked=0)
    assert said(facts)[0] == (
        "11月20日星期五综合 7.9（18 台），比上星期五（8.4）低 0.5；执行分在平时的 7.6～8.8 之内，属正常波动。"
    )
    up = replace(facts, level=replace(LEVEL, figure=D("8.5")))
    assert said(up)[0] == "11月20日星期五综合 8.5（18 台），比上星期五（8.4）高 0.1。"
    assert said(replace(facts, level=replace(LEVEL, figure=D("8.4"))))[0] == (
        "11月20日星期五综合 8.4（18 台），与上星期五持平。"
    )
    english = replace(facts, when="Friday November 20", than="the Friday before", ahead="today")
    assert said(english, "en") == (
        "Friday November 20: one figure 7.9 (18 cars), 0.5 below the Friday before (8.4); execution is within the usual"
        " 7.6 to 8.8.",
        "All 2 self-check rounds were done.",
        "Nobody is booked for today.",
    )


@pytest.mark.parametrize(
    ("execution", "words"), [("7.2", "低于平时的 7.6～8.8，值得追查"), ("9.1", "高于平时的 7.6～8.8，看看做对了什么")]
)
def test_execution_beyond_its_limits_weighs_most(execution: str, words: str):
    facts = replace(BUSY, level=replace(LEVEL, execution=D(execution)))
    assert said(facts)[0] == f"11月20日星期五执行分 {execution}（18 台），{words}。"


@pytest.mark.parametrize("cars", [0, 1, 4])
def test_few_cars_make_no_figure(cars: int):
    few = replace(
        QUIET,
        level=replace(LEVEL, cars=cars),
        loss=Loss("3.3", "通知客户取车", D("2.0"), 4, 0.5),
        settled=Settled(4, 0, {"洗车": 4}),
        bulk=Bulk(80, 80, 0.01),
        plans=(PlanNews("提前通知", "周敏", "better", before=D(5), before_n=4, after=D(9), after_n=40),),
    )
    first = f"11月20日星期五完成 {cars} 台，太少，不成数（5 台起）。" if cars else "11月20日星期五没有车完成。"
    assert said(few) == (first, "2 轮自检都做了。", "今天有 14 位客户预约。")


def test_there_are_always_three_sentences_even_when_nothing_is_known():
    nothing = Facts(when="Friday", than="Thursday", ahead="today")
    assert said(nothing, "en") == (
        "Friday: no car was finished.", "No self-check round was drawn.", "Nobody is booked for today.",
    )  # fmt: skip


def test_touchpoint_that_lost_most_has_its_share_and_n():
    facts = replace(QUIET, loss=Loss("3.3", "通知客户取车", D("5.4"), 18, 0.142))
    assert "失分最多：3.3 通知客户取车，执行分 5.4（n 18），占全部失分的 14%。" in said(facts)
    english = replace(facts, loss=Loss("3.3", "Notify the customer", D("5.4"), 18, 0.142))
    assert said(english, "en")[0] == (
        "3.3 Notify the customer lost most: execution 5.4 (n 18), 14% of all points lost."
    )


def test_missed_rounds_are_counted():
    missed = replace(QUIET, rounds_done=0)
    assert "2 轮自检漏了 2 轮。" in said(missed)
    assert "2 of 2 self-check rounds were missed." in said(missed, "en")


def test_no_broken_promise_is_said_when_there_is_nothing_worse():
    assert "到期的 20 项承诺全部兑现。" in said(replace(QUIET, settled=Settled(20, 20)))
    assert "没有未兑现的承诺：20 项中 18 项按时，其余稍晚。" in said(replace(QUIET, settled=Settled(20, 18)))


@pytest.mark.parametrize(
    ("what", "days", "words"),
    [
        ("due", 0, "周敏的方案“提前通知”今天该检查效果。"),
        ("overdue", 3, "周敏的方案“提前通知”已逾期 3 天。"),
        ("worse", 0, "方案“提前通知”适得其反：7.4（n 40）→ 6.1（n 42）。"),
        ("same", 0, "方案“提前通知”未见变化：7.4（n 40），6.1（n 42）。"),
    ],
)
def test_plans_are_told_by_what_became_of_them(what: str, days: int, words: str):
    news = PlanNews("提前通知", "周敏", what, days, before=D("7.4"), before_n=40, after=D("6.1"), after_n=42)
    assert words in said(replace(QUIET, plans=(news,)))


def test_best_figure_of_a_long_time_is_told():
    facts = replace(QUIET, level=replace(LEVEL, figure=D("9.1"), best_of=24))
    assert "9.1 是最近 24 天里最好的一天（n 18 台）。" in said(facts)
    assert "9.1 是最近 13 周里最好的一周（n 18 台）。" in said(
        replace(facts, weekly=True, level=replace(facts.level, best_of=13))
    )


def test_bulk_no_larger_than_usual_is_not_told():
    assert not any("集中补点" in text for text in said(replace(QUIET, level=LEVEL, bulk=Bulk(420, 30, 0.09))))
    assert not any("集中补点" in text for text in said(replace(QUIET, level=LEVEL, bulk=Bulk(420, 12, 0.0))))
