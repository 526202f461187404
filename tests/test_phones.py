"""Phone numbers: what an SMS can reach."""

import pytest

from dealership.phones import domestic, mobile


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("13800001234", "+8613800001234"),
        ("138 0000 1234", "+8613800001234"),
        ("+86 138-0000-1234", "+8613800001234"),
        ("0086 13800001234", "+8613800001234"),
        ("１３８００００１２３４", "+8613800001234"),
        ("+852 5123 4567", "+85251234567"),
        ("+886 912 345 678", "+886912345678"),
        ("021-55501800", ""),
        ("400 820 8820", ""),
        ("110", ""),
        ("1380000123", ""),
        ("王建国", ""),
        ("", ""),
    ],
)
def test_only_a_mobile_number_can_take_an_sms(typed: str, e164: str) -> None:
    assert mobile(typed) == e164


def test_a_number_without_country_code_is_at_home_in_its_region() -> None:
    assert (mobile("0912 345 678", "TW"), mobile("0912 345 678")) == ("+886912345678", "")


@pytest.mark.parametrize(("e164", "own"), [("+8613800001234", "13800001234"), ("+85251234567", "0085251234567")])
def test_a_number_of_the_mainland_is_written_without_its_country(e164: str, own: str) -> None:
    assert domestic(e164) == own
