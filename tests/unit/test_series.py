"""What was collected over time: a point for every hour or day of the window so far, the one that has just begun too."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.domain.tally import hour_of
from chalicelib.counting.usecases.read_counts import points
from chalicelib.kernel.instants import to_ms

HOUR, DAY = 3_600_000, 24 * 3_600_000
NINE = 1_627_952_400_000
"""2021-08-03 09:00 in Shanghai."""
MIDNIGHT = NINE + 15 * HOUR

windows = st.builds(
    lambda opens, lasts: Campaign(id="c", title="t", opens_at=opens, closes_at=opens + lasts),
    st.integers(NINE - DAY, NINE + DAY) | st.sampled_from([NINE, MIDNIGHT]),
    st.integers(1, 5 * DAY) | st.sampled_from([HOUR, DAY, 3 * DAY]),
)
moments = st.integers(0, 6 * DAY) | st.integers(0, 144).map(lambda hours: hours * HOUR)


def starts(campaign: Campaign, at_ms: int, by: str) -> list[int]:
    """When the points begin (ms)."""
    return [to_ms(point.start) for point in points(campaign, at_ms, ({}, {}), by)]


@pytest.mark.parametrize(("by", "step"), [("hour", HOUR), ("day", DAY)])
@settings(derandomize=True)
@given(campaign=windows, later=moments)
def test_a_series_goes_from_the_opening_to_now_without_gaps(by: str, step: int, campaign: Campaign, later: int) -> None:
    """From the hour or day of the first instant to that of the last one, now or just before the close."""
    last = min(campaign.opens_at + later, campaign.closes_at - 1)

    found = starts(campaign, campaign.opens_at + later, by)

    assert found[0] <= campaign.opens_at < found[0] + step
    assert found[-1] <= last < found[-1] + step
    assert found == list(range(found[0], found[-1] + 1, step))


@settings(derandomize=True)
@given(campaign=windows, arrivals=st.lists(st.integers(0, 6 * DAY), max_size=20))
def test_the_points_add_up_to_what_was_collected(campaign: Campaign, arrivals: list[int]) -> None:
    """Whatever came in until now has its point, the last millisecond's too."""
    now = campaign.opens_at + max(arrivals, default=0)
    hours = [hour_of(campaign.opens_at + after) for after in arrivals if campaign.opens_at + after < campaign.closes_at]
    tally = {f"h:{hour}": hours.count(hour) for hour in hours}

    for by in ("hour", "day"):
        shown = points(campaign, now, (tally, {}), by)

        assert sum(point.local for point in shown) == len(hours)
        assert sum(point.national for point in shown) == 0


OPEN = Campaign(id="c", title="t", opens_at=NINE, closes_at=NINE + 10 * DAY)


@pytest.mark.parametrize(
    ("at_ms", "hours", "days"),
    [
        (NINE - 1, 0, 0),
        (NINE, 1, 1),
        (NINE + HOUR - 1, 1, 1),
        (NINE + HOUR, 2, 1),
        (MIDNIGHT - 1, 15, 1),
        (MIDNIGHT, 16, 2),
        (OPEN.closes_at - 1, 240, 11),
        (OPEN.closes_at, 240, 11),
        (OPEN.closes_at + DAY, 240, 11),
    ],
)
def test_a_series_at_its_edges(at_ms: int, hours: int, days: int) -> None:
    """An hour has its point from its first instant on, and a day from midnight; after the close there are no more."""
    assert (len(starts(OPEN, at_ms, "hour")), len(starts(OPEN, at_ms, "day"))) == (hours, days)


@settings(derandomize=True)
@given(campaign=windows, early=st.integers(1, 2 * DAY))
def test_before_the_opening_there_is_no_point(campaign: Campaign, early: int) -> None:
    """Not even on the day of the opening: there is no window so far."""
    assert starts(campaign, campaign.opens_at - early, "hour") == []
    assert starts(campaign, campaign.opens_at - early, "day") == []
