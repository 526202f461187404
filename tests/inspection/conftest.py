"""Fixtures of the workshop and the showcase."""

import pytest

from tests.cast import Cast
from tests.inspection.shop import Shop, make_shop


@pytest.fixture
def shop(cast: Cast) -> Shop:
    """王先生's car with an agreed order, in the workshop, not dispatched yet."""
    return make_shop(cast)
