"""When a digest is due: at each time of the day that the campaign names, until the next one, over midnight too."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.campaigns.campaign import Campaign
from chalicelib.mail.usecases.order_mail import due_slot

MINUTE, HOUR, DAY = 60_000, 3_600_000, 24 * 3_600_000
MIDNIGHT = 1_627_920_000_000
"""2021-08-03 00:00 in Shanghai."""


def campaign(opens: int, closes: int, *times: str, created_at: int = 0) -> Campaign:
    """A campaign open between two instants after that midnight, with digests at these times."""
    window = {"opens_at": MIDNIGHT + opens, "closes_at": MIDNIGHT + closes}
    return Campaign(id="c", title="t", digest_times=times, created_at=MIDNIGHT + created_at, **window)


def due(campaign: Campaign, at: int) -> int | None:
    """The slot that is due, after that midnight as well."""
    slot = due_slot(campaign, MIDNIGHT + at)
    return None if slot is None else slot - MIDNIGHT


NINE_TO_NINE = campaign(9 * HOUR, 9 * HOUR + 10 * DAY, "09:00", "18:00")
NIGHTLY = campaign(9 * HOUR, 9 * HOUR + 10 * DAY, "00:00", "23:59")


@pytest.mark.parametrize(
    ("at", "slot"),
    [
        (9 * HOUR - 1, None),
        (9 * HOUR, None),
        (18 * HOUR - 1, None),
        (18 * HOUR, 18 * HOUR),
        (DAY - 1, 18 * HOUR),
        (DAY, 18 * HOUR),
        (DAY + 9 * HOUR - 1, 18 * HOUR),
        (DAY + 9 * HOUR, DAY + 9 * HOUR),
    ],
)
def test_a_digest_is_due_until_the_next_one_is(at: int, slot: int | None) -> None:
    """One missed in the evening goes out at night; the opening at 09:00, with nothing to tell, is no time for one."""
    assert due(NINE_TO_NINE, at) == slot


@pytest.mark.parametrize(
    ("at", "slot"),
    [
        (DAY - MINUTE, DAY - MINUTE),
        (DAY - 1, DAY - MINUTE),
        (DAY, DAY),
        (2 * DAY - MINUTE - 1, DAY),
    ],
)
def test_midnight_belongs_to_the_day_that_begins(at: int, slot: int) -> None:
    """A minute before it is yesterday's last slot, and at it today's first."""
    assert due(NIGHTLY, at) == slot


def test_the_last_digest_comes_with_the_close() -> None:
    """A time at the very instant of the close counts, and stays due behind it; later times don't."""
    at_the_close = campaign(0, DAY + 18 * HOUR, "09:00", "18:00")
    before_it = campaign(0, DAY + 18 * HOUR - 1, "09:00", "18:00")

    assert [due(at_the_close, DAY + hour * HOUR) for hour in (17, 18, 24)] == [
        DAY + hour * HOUR for hour in (9, 18, 18)
    ]
    assert [due(before_it, DAY + hour * HOUR) for hour in (17, 18, 24)] == [DAY + 9 * HOUR] * 3


def test_no_digest_is_due_of_a_time_before_the_campaign_was_set_up() -> None:
    """Whoever sets a campaign up that is open already isn't mailed at once."""
    late = campaign(0, 10 * DAY, "09:00", "18:00", created_at=DAY + 10 * HOUR)

    assert [due(late, DAY + hour * HOUR) for hour in (10, 17, 18)] == [None, None, DAY + 18 * HOUR]
    assert due(campaign(0, 10 * DAY, "09:00", created_at=9 * HOUR), 9 * HOUR) is None


def test_without_times_no_digest_is_due() -> None:
    """The secretariat can do without."""
    assert due(campaign(0, 10 * DAY), 5 * DAY) is None


@settings(derandomize=True)
@given(
    opens=st.integers(0, 2 * DAY) | st.integers(0, 48).map(lambda hours: hours * HOUR),
    lasts=st.integers(1, 4 * DAY) | st.integers(1, 96).map(lambda hours: hours * HOUR),
    set_up=st.integers(-DAY, 3 * DAY),
    minutes=st.sets(st.integers(0, 24 * 60 - 1) | st.sampled_from([0, 9 * 60, 18 * 60]), min_size=1, max_size=4),
    part=st.floats(0, 1),
)
def test_the_latest_time_so_far_is_due(opens: int, lasts: int, set_up: int, minutes: set[int], part: float) -> None:
    """While a campaign is open, it is the latest of all its days' times, later than its opening and its setting up."""
    times = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in minutes]
    at = opens + round(part * lasts)
    all_times = [day * DAY + minute * MINUTE for day in range(-2, 8) for minute in minutes]

    found = due(campaign(opens, opens + lasts, *times, created_at=set_up), at)

    assert found == max((time for time in all_times if max(opens, set_up) < time <= at), default=None)


@settings(derandomize=True)
@given(times=st.sets(st.sampled_from(["00:00", "09:00", "18:00", "23:59"]), min_size=1), late=st.integers(0, DAY - 1))
def test_ticks_that_were_missed_are_made_up_for_within_a_day(times: set[str], late: int) -> None:
    """Whenever the next tick comes, it finds a slot of the last 24 hours."""
    open_long_since = campaign(-3 * DAY, 10 * DAY, *times)

    found = due(open_long_since, DAY + late)

    assert found is not None
    assert 0 <= DAY + late - found < DAY
