"""Money adds up to the fen, whatever the lines."""

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from delivery.sums import add_up, capped, share

fen = st.integers(min_value=0, max_value=5_000_000).map(lambda n: Decimal(n) / 100)
payers = st.sampled_from(["customer", "account", "warranty", "campaign", "insurer", "extended", "goodwill"])


@dataclass(frozen=True)
class Line:
    payer: str
    quoted: Decimal
    labour: Decimal
    parts: Decimal


lines = st.lists(st.builds(Line, payers, fen, fen, fen), max_size=30)


@given(lines, fen, fen)
def test_every_fen_of_every_line_is_in_exactly_one_sum(charges, deductions, discount):
    sums = add_up(charges, deductions=deductions, discount=discount)
    assert sums.settled + sums.account + sums.others == sum((c.labour + c.parts for c in charges), Decimal(0))
    assert sums.all_payers == sums.settled + sums.account + sums.others
    assert sums.labour + sums.parts == sums.settled
    assert sums.quoted + sums.difference == sums.settled
    assert sums.less == -sums.difference
    assert sums.due == sums.customer + sums.account


@given(lines, fen, fen)
def test_customer_pays_own_lines_less_deductions_and_never_less_than_nothing(charges, deductions, discount):
    sums = add_up(charges, deductions=deductions, discount=discount)
    assert sums.customer - sums.too_much == sums.settled - deductions - discount
    assert min(sums.customer, sums.too_much) == 0
    assert sums.customer.as_tuple().exponent >= -2


@given(fen, fen, fen)
def test_cut_line_never_exceeds_the_limit_and_keeps_what_fits(labour, parts, limit):
    kept_labour, kept_parts = capped(labour, parts, limit)
    assert kept_labour + kept_parts == min(labour + parts, limit)
    assert 0 <= kept_labour <= labour
    assert 0 <= kept_parts <= parts


@given(fen, st.integers(min_value=0, max_value=10_000).map(lambda n: Decimal(n) / 100))
def test_percentage_is_exact_to_the_fen(amount, percent):
    part = share(amount, percent)
    assert part == part.quantize(Decimal("0.01"))
    assert abs(part - amount * percent / 100) <= Decimal("0.005")


def test_half_a_fen_goes_up():
    assert share(Decimal("0.10"), Decimal(5)) == Decimal("0.01")
