"""Links that stand out as a whole: by an interval, so that few responses say little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.quality.domain.suspicion import FEWEST, interval, is_suspected


def test_the_interval_is_wilsons() -> None:
    """As in Brown, Cai and DasGupta 2001: half of ten."""
    assert interval(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert interval(0, 0) == (0.0, 1.0)


@given(st.integers(1, 10_000), st.data())
def test_it_holds_the_share_and_narrows(of: int, data: st.DataObject) -> None:
    """Ten times as many, the same share: less is uncertain."""
    odd = data.draw(st.integers(0, of))

    low, high = interval(odd, of)
    narrow = interval(10 * odd, 10 * of)

    assert 0 <= low <= odd / of + 1e-9
    assert odd / of - 1e-9 <= high <= 1
    assert narrow[1] - narrow[0] <= high - low + 1e-9


@pytest.mark.parametrize(
    ("odd", "of", "nation", "suspected"),
    [(60, 100, 0.02, True), (6, 100, 0.02, False), (FEWEST - 1, FEWEST - 1, 0.0, False), (60, 100, 0.25, False)],
)
def test_a_link_is_suspected_where_it_surely_exceeds(odd: int, of: int, nation: float, *, suspected: bool) -> None:
    """Three times the nation's share, and a tenth."""
    assert is_suspected(odd, of, nation) is suspected
