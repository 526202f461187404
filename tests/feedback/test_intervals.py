"""Intervals against printed tables, and by what they promise: of 100 such intervals 95 hold the truth."""

import random
from decimal import Decimal

import pytest

from feedback.intervals import Interval, Sample, difference, mean_interval, student, wilson


def sample(values: list[float]) -> Sample:
    return Sample(len(values), sum(values), sum(value * value for value in values))


@pytest.mark.parametrize(
    ("freedom", "printed"),
    # Student's table, two-sided 5 %, as printed in any book of statistics.
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (8, 2.306), (10, 2.228), (15, 2.131), (20, 2.086),
     (30, 2.042), (39, 2.023), (40, 2.021), (60, 2.000), (78, 1.991), (120, 1.980), (1000, 1.962)],
)  # fmt: skip
def test_student_is_the_printed_table(freedom: int, printed: float) -> None:
    assert round(student(freedom), 3) == printed


def test_student_goes_over_into_the_normal_distribution() -> None:
    assert round(student(1e6), 4) == round(student(1e12), 4) == 1.96


def test_student_takes_fractions_between_their_neighbours() -> None:
    assert student(7) > student(7.5) > student(8)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Examples of Newcombe (Statistics in Medicine 17, 1998, table I, method 3).
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_the_published_example(hits: int, n: int, low: float, high: float) -> None:
    found = wilson(hits, n)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_wilson_stays_between_0_and_1() -> None:
    assert wilson(0, 0) is None
    nothing, everything = wilson(0, 3), wilson(3, 3)
    assert nothing is not None
    assert everything is not None
    assert nothing.low == 0
    assert everything.high == 1
    assert nothing.high == pytest.approx(1 - everything.low)


def test_a_mean_has_students_interval() -> None:
    # Mean 5, variance 2.5, n 5: 5 ± 2.776 × sqrt(0.5).
    found = mean_interval(5, Decimal(25), Decimal(135))
    assert found == Interval(pytest.approx(3.0368, abs=1e-4), pytest.approx(6.9632, abs=1e-4))


def test_a_mean_is_cut_to_its_scale() -> None:
    found = mean_interval(2, 19, 181)
    assert found == Interval(pytest.approx(3.147, abs=1e-3), 10)
    assert mean_interval(1, 9, 81) is None
    assert mean_interval(0, 0, 0) is None


def test_a_difference_is_welchs() -> None:
    # Worked by hand: variances 2.5 and 10, n 5 and 5, difference 3, 5.882 degrees of freedom.
    found = difference(sample([1, 2, 3, 4, 5]), sample([2, 4, 6, 8, 10]))
    half = student(12.5**2 / ((2.5**2 + 10**2) / 4)) * (12.5 / 5) ** 0.5
    assert found == Interval(pytest.approx(3 - half), pytest.approx(3 + half))
    assert round(half, 2) == 3.89


def test_a_difference_needs_two_on_each_side() -> None:
    assert difference(Sample(1, 5, 25), sample([1, 2, 3])) is None
    assert difference(sample([1, 2, 3]), Sample(0)) is None


def test_a_difference_without_any_spread_is_a_point() -> None:
    assert difference(sample([4.0] * 5), sample([6.0] * 5)) == Interval(2, 2)


def test_the_intervals_hold_the_truth_in_95_of_100() -> None:
    dice = random.Random(6)
    held = {"mean": 0, "difference": 0, "share": 0}
    rounds = 2000
    for _ in range(rounds):
        before, after = ([dice.gauss(5, spread) for _ in range(n)] for spread, n in ((1.4, 12), (0.7, 25)))
        one = sample(before)
        mean = mean_interval(one.n, one.total, one.squares)
        both = difference(one, sample(after))
        share = wilson(sum(dice.random() < 0.3 for _ in range(40)), 40)
        held["mean"] += bool(mean and mean.holds(5))
        held["difference"] += bool(both and both.holds(0))
        held["share"] += bool(share and share.holds(0.3))
    assert all(0.93 <= count / rounds <= 0.97 for count in held.values()), held
