"""Two facts of a visit, drawn by lot when the car leaves; the customer's yes or no beside what was recorded."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.actions.ticks import tick
from dealership.models import TouchpointRecord
from dealership.refused import Refused
from feedback.actions.cross_checks import answer, applicable, drawn_for, questions_for
from feedback.actions.scores import recompute
from feedback.models import CrossCheck
from feedback.queries.cross_checks import confirmed_of, denied_of
from feedback.questions.data import read
from tests.cast import Cast, at
from tests.feedback.lives import closed, through

pytestmark = pytest.mark.django_db
TODAY = at("18:00").date()


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


def states_of(visit) -> dict[str, str]:
    return dict(TouchpointRecord.objects.filter(visit=visit, applicable=True).values_list("touchpoint", "states"))


def test_two_questions_are_drawn_when_the_car_leaves(cast: Cast):
    visit = closed(cast)
    rows = list(CrossCheck.objects.filter(visit=visit))
    assert len(rows) == 2
    assert all((row.drawn_at, row.answer) == (visit.left_at, "") for row in rows)
    applied = {question.code for question in applicable(visit.standard_id, states_of(visit))}
    assert {row.question for row in rows} <= applied


def test_nothing_is_drawn_while_the_car_is_here_nor_for_one_that_leaves_unrepaired(cast: Cast):
    through(cast, cast.visit(), start=at("08:31"), until="delivery")
    assert CrossCheck.objects.count() == 0


def test_same_visit_draws_the_same_two(cast: Cast):
    visit = closed(cast)
    drawn = {row.question for row in CrossCheck.objects.filter(visit=visit)}
    assert {row.question for row in drawn_for(visit, states_of(visit), now=at("12:00"))} == drawn


def test_steps_that_did_not_apply_are_not_asked(cast: Cast):
    visit = closed(cast)
    asked = {question.touchpoint for question in applicable(visit.standard_id, states_of(visit))}
    assert asked.isdisjoint({"1.6", "1.7"})
    without = {code: "-" * len(letters) for code, letters in states_of(visit).items()}
    assert applicable(visit.standard_id, without) == []
    assert drawn_for(visit, without, now=at("12:00")) == []


def test_lot_reaches_every_question_that_applies(cast: Cast):
    visit = closed(cast)
    letters = states_of(visit)
    found: set[str] = set()
    for number in range(400):
        visit.pk = type(visit.pk)(int=number)
        found |= {row.question for row in drawn_for(visit, letters, now=at("12:00"))}
    assert found == {question.code for question in applicable(visit.standard_id, letters)}


def test_questions_in_the_customers_words(cast: Cast):
    visit = closed(cast)
    texts = {question.code: question.texts for question in read()}
    for language in ("zh-hans", "zh-hant", "en"):
        shown = questions_for(visit, language=language)
        assert [words for _row, words in shown] == [texts[row.question][language] for row, _words in shown]
        assert len(shown) == 2
    answer(shown[0][0], answer="yes", now=at("19:00"))
    assert len(questions_for(visit, language="en")) == 1


def test_answer_is_kept_once(cast: Cast):
    row = CrossCheck.objects.filter(visit=closed(cast))[0]
    answer(row, answer="no", now=at("19:00"))
    again = answer(row, answer="yes", now=at("20:00"))
    assert (again.answer, again.answered_at, again.day) == ("no", at("19:00"), TODAY)


def test_other_words_are_refused(cast: Cast):
    row = CrossCheck.objects.filter(visit=closed(cast))[0]
    with pytest.raises(Refused) as refused:
        answer(row, answer="maybe")
    assert refused.value.code == "cross_check.answer"


def asked(visit, step: str, said: str) -> CrossCheck:
    question = next(one for one in read() if one.step_code == step)
    row = CrossCheck.objects.create(
        store_id=visit.store_id, visit=visit, question=question.code, touchpoint=question.touchpoint,
        step=question.step, drawn_at=at("12:00"),
    )  # fmt: skip
    return answer(row, answer=said, now=at("17:00"))


def test_denied_is_a_no_to_what_was_recorded_as_done(cast: Cast):
    visit = through(cast, cast.visit(), start=at("08:31"), until="showcase")
    tick(visit, by=cast.advisor, steps=["3.4/covers"], now=at("09:40"))
    through(cast, visit, start=at("09:45"))
    CrossCheck.objects.all().delete()
    asked(visit, "3.4/covers", "no")
    asked(visit, "4.2/usage", "no")
    recompute(cast.store, TODAY)
    rows = {one.words.code: one for one in confirmed_of(cast.store, TODAY)}
    assert (rows["3.4"].percent, rows["3.4"].n, len(rows["3.4"].denied)) == (0, 1, 1)
    assert (rows["4.2"].no, rows["4.2"].denied) == (1, [])
    assert rows["3.4"].records == 1
    assert [row.step for row, _words in denied_of(rows.values())] == ["covers"]


def test_share_has_its_interval_and_unsure_leaves_the_count(cast: Cast):
    for number in range(10):
        visit = closed(cast, f"沪A8K2D{number}", clock=f"08:{number:02}")
        CrossCheck.objects.filter(visit=visit).delete()
        asked(visit, "3.4/covers", "unsure" if number == 9 else "no" if number == 8 else "yes")
    (row,) = [one for one in confirmed_of(cast.store, TODAY) if one.words.code == "3.4"]
    assert (row.yes, row.no, row.unsure, row.n, row.percent) == (8, 1, 1, 9, 89)
    assert row.interval == (57, 98)


def test_page_asks_the_same_for_one_visit_and_three(cast: Cast, client: Client, time_machine):
    time_machine.move_to(at("18:00"), tick=False)
    client.force_login(cast.manager)

    def shown() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/hq/checks/customers/").status_code == 200
        return len(queries)

    asked_visit = closed(cast)
    CrossCheck.objects.all().delete()
    asked(asked_visit, "3.4/covers", "no")
    shown()
    one = shown()
    for number in range(2):
        visit = closed(cast, f"沪B1234{number}", clock=f"09:0{number}")
        CrossCheck.objects.filter(visit=visit).delete()
        asked(visit, "3.4/covers", "no")
    assert shown() == one


def test_advisors_do_not_see_it(cast: Cast, client: Client):
    client.force_login(cast.advisor)
    assert client.get("/hq/checks/customers/").status_code == 403
