"""Repair: which hours a recount may judge, what differs, and what a repaired hour makes of a tally."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.counting.domain.repair import Difference, attributes, confirmed, differences, last_ended_hour, repaired

TEN = 1_627_956_000_000
"""2021-08-03 10:00 in Shanghai."""
MINUTE = 60_000
HOURS = ("2021080308", "2021080309", "2021080310")
hours = st.dictionaries(st.sampled_from(HOURS), st.tuples(st.integers(0, 9), st.integers(0, 9)))


def tally(of_hours: dict[str, tuple[int, int]]) -> dict[str, int]:
    """A tally with these hours, collected and valid, and their sums; what is nothing isn't in it."""
    each = {f"{letter}:{hour}": n for hour, pair in of_hours.items() for letter, n in zip("hH", pair, strict=True) if n}
    return each | {"n": sum(one for one, _ in of_hours.values()), "v": sum(one for _, one in of_hours.values())}


@pytest.mark.parametrize(
    ("at_ms", "hour"),
    [(TEN + 30 * MINUTE, HOURS[1]), (TEN + 30 * MINUTE - 1, HOURS[0]), (TEN + 90 * MINUTE, HOURS[2])],
)
def test_an_hour_is_judged_half_an_hour_after_its_end(at_ms: int, hour: str) -> None:
    """To the millisecond: by then all of it is written and counted."""
    assert last_ended_hour(at_ms) == hour


@given(hours, hours, st.sampled_from(HOURS))
def test_hours_differ_where_either_figure_does(
    tallied: dict[str, tuple[int, int]], recounted: dict[str, tuple[int, int]], until: str
) -> None:
    """Up to the last hour that is judged, that one too; an hour without a row counts nothing."""
    found = differences("u1", tally(tallied), tally(recounted), until)

    pairs = ((hour, tallied.get(hour, (0, 0)), recounted.get(hour, (0, 0))) for hour in HOURS if hour <= until)
    assert found == [Difference("u1", hour, one, other) for hour, one, other in pairs if one != other]


@given(hours, hours, st.sampled_from(HOURS))
def test_a_repaired_tally_differs_no_more(
    tallied: dict[str, tuple[int, int]], recounted: dict[str, tuple[int, int]], until: str
) -> None:
    """Each hour is what the recount says, and the sums are the sums of the hours; doing it twice is doing it once."""
    repair: dict[str, int] = {}
    for difference in differences("u1", tally(tallied), tally(recounted), until):
        repair |= attributes(difference)

    whole = repaired(tally(tallied), repair)

    assert differences("u1", whole, tally(recounted), until) == []
    assert whole["n"] == sum(n for name, n in whole.items() if name.startswith("h:"))
    assert whole["v"] == sum(n for name, n in whole.items() if name.startswith("H:"))
    assert repaired(whole, repair) == Counter(whole)


def test_only_what_two_recounts_show_alike_is_confirmed() -> None:
    """Another figure, another hour or another unit may be a lag that is still catching up."""
    seen = Difference("u1", HOURS[0], (1, 1), (2, 2))
    others = [
        Difference("u2", HOURS[0], (1, 1), (2, 2)),
        Difference("u1", HOURS[1], (1, 1), (2, 2)),
        Difference("u1", HOURS[0], (1, 0), (2, 2)),
        Difference("u1", HOURS[0], (1, 1), (3, 2)),
    ]

    assert confirmed([seen, *others], [seen]) == [seen]
    assert confirmed([seen], others) == []
