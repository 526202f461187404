"""The XmR chart against values computed by hand."""

from decimal import Decimal

from feedback.control import Limits, Signal, limits, signals


def test_limits_by_hand():
    # Mean 64 / 8 = 8; ranges 1 1 2 1 1 2 2 = 10 / 7; 2.66 x 10 / 7 = 3.8.
    found = limits([8, 9, 8, 6, 7, 8, 10, 8])
    assert (found.centre, round(found.low, 9), found.high) == (8, 4.2, 10)


def test_limits_by_hand_inside_the_scale():
    # Mean 40 / 8 = 5; ranges all 0.2; 2.66 x 0.2 = 0.532.
    found = limits([Decimal("4.9"), Decimal("5.1")] * 4)
    assert (found.centre, round(found.low, 6), round(found.high, 6)) == (5, 4.468, 5.532)


def test_too_few_points_have_no_limits_and_no_signals():
    assert limits([1, 9, 1, 9, 1, 9, 1]) is None
    assert signals([1, 9, 1, 9, 1, 9, 1]) == []


def test_point_beyond_a_limit_is_a_signal():
    # Mean 7.6; ranges 8 x 0 and 2 x 4 = 8 / 9; half 2.3644; low 5.2356.
    values = [8, 8, 8, 8, 8, 4, 8, 8, 8, 8]
    assert signals(values) == [Signal("below", 5, 5)]
    assert signals([10 - value for value in values]) == [Signal("above", 5, 5)]


def test_eight_in_a_row_on_one_side_are_a_signal_and_seven_are_not():
    # Mean 6.5 in both; the ranges are wide enough that no point is beyond a limit.
    eight = [5, 6, 5, 6, 5, 6, 5, 6, 7, 8, 7, 8, 7, 8, 7, 8]
    assert signals(eight) == [Signal("run_below", 0, 7), Signal("run_above", 8, 15)]
    assert not signals(eight)[0].good
    assert signals(eight)[1].good
    seven = [5, 6, 5, 6, 5, 6, 5, 8, 6, 8, 7, 8, 7, 8, 7, 7]
    assert signals(seven) == []


def test_point_on_the_mean_ends_a_run():
    # Mean 5, and the sixth point lies on it: five and four above are no run of eight.
    values = [6, 5.5, 6, 5.5, 6, 5, 6, 5.5, 6, 5.5, 3.5, 4.5, 3.5, 4.5, 3.5, 3.5]
    assert sum(values) / len(values) == 5
    assert signals(values) == []
    assert signals([*values[:5], 5.25, *values[6:]])[0] == Signal("run_above", 0, 9)


def test_no_spread_is_no_signal():
    assert limits([7] * 10) == Limits(7, 7, 7)
    assert signals([7] * 10) == []
    assert signals([Decimal("7.1")] * 10) == []
