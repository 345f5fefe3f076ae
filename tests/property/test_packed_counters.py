"""Counters packed into one attribute."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.counting.store.tallies import ROUND, counters, packed

COUNTERS = st.dictionaries(st.text("hHlLpPeE:0123456789ABC", min_size=1), st.integers(0, 10**12))
KEYS = {"pk": {"S": "campaign#u1"}, "sk": {"S": "settled"}, ROUND: {"N": "3"}}


@given(COUNTERS)
def test_what_is_packed_is_counted(found: Mapping[str, int]) -> None:
    """Nothing is lost, nothing added, and keys aren't taken for counters."""
    assert counters(KEYS | packed(found)) == found


def test_flat_counters_are_counted_too() -> None:
    """As shards' rows have them, and rows that were written before there was packing."""
    assert counters(KEYS | {"n": {"N": "7"}, "h:2026112009": {"N": "7"}}) == {"n": 7, "h:2026112009": 7}


def test_nine_days_fit_a_read_unit() -> None:
    """Hours, valid hours and links of a unit with uneven counts: 450 counters in four kilobytes."""
    hours = [f"202611{day:02d}{hour:02d}" for day in range(20, 29) for hour in range(24)]
    found = {f"{kind}:{hour}": (int(hour) * 7919) % 997 for kind in "hH" for hour in hours}
    found |= {f"{kind}:K{number:03d}QRST": number * 613 for kind in "lL" for number in range(8)}

    assert len(packed(found)["z"]["S"]) < 4_000
