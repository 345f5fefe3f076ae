"""How a unit is getting on: projections, lagging, silence."""

import pytest

from chalicelib.campaigns.campaign import Window
from chalicelib.counting.domain import pace
from chalicelib.counting.domain.tally import COLLECTED, hour_of

HOUR = pace.HOUR_MS
OPENS = 1_627_952_400_000
"""2021-08-03 09:00 in Shanghai."""
WINDOW = Window(opens_at=OPENS, closes_at=OPENS + 240 * HOUR)


def steady(hours: range, each: int) -> dict[str, int]:
    """A tally with `each` in every one of these hours after the opening."""
    tally = {f"h:{hour_of(OPENS + hour * HOUR)}": each for hour in hours}
    return tally | {COLLECTED: each * len(hours)}


@pytest.mark.parametrize("gone", [1, 10, 24, 100, 239])
def test_a_steady_pace_leads_to_its_multiple(gone: int) -> None:
    """Ten an hour is 2,400 in 240 hours, whenever one asks."""
    assert pace.projected(steady(range(gone), 10), WINDOW, OPENS + gone * HOUR) == 2400


def test_only_the_last_day_s_pace_counts() -> None:
    """A unit that slowed down is not judged by its first days."""
    fast_then_slow = steady(range(100), 100) | steady(range(100, 200), 1) | {COLLECTED: 10_100}

    assert pace.projected(fast_then_slow, WINDOW, OPENS + 200 * HOUR) == 10_100 + 40


def test_there_is_no_projection_before_an_hour_and_none_needed_after_the_close() -> None:
    """Minutes tell nothing; and what is over is known."""
    assert pace.projected(steady(range(1), 10), WINDOW, OPENS + HOUR - 1) is None
    assert pace.projected(steady(range(240), 10), WINDOW, WINDOW.closes_at + HOUR) == 2400


def test_who_lags() -> None:
    """Less than half of what the time lets expect; nobody in the first tenth, nobody without a plan."""
    half = OPENS + 120 * HOUR

    assert pace.lags(0.24, WINDOW, half)
    assert not pace.lags(0.25, WINDOW, half)
    assert not pace.lags(None, WINDOW, half)
    assert not pace.lags(0.0, WINDOW, OPENS + 23 * HOUR)


def test_who_is_silent() -> None:
    """Nothing for a day while collection is open; not in its first day, not after the close."""
    talked = steady(range(100), 1)

    assert pace.is_silent(talked, WINDOW, OPENS + 124 * HOUR)
    assert not pace.is_silent(talked, WINDOW, OPENS + 123 * HOUR)
    assert pace.is_silent({}, WINDOW, OPENS + 24 * HOUR)
    assert not pace.is_silent({}, WINDOW, OPENS + 24 * HOUR - 1)
    assert not pace.is_silent({}, WINDOW, WINDOW.closes_at)


def test_time_gone_by_stays_between_nothing_and_all() -> None:
    """Before the opening and after the close too."""
    assert [pace.elapsed(WINDOW, at) for at in (0, OPENS, OPENS + 60 * HOUR, WINDOW.closes_at * 2)] == [0, 0, 0.25, 1]


def test_a_sudden_jump_is_far_above_what_a_unit_is_used_to() -> None:
    """Four times three quarters of its hours, and at least fifty; in the last day alone."""
    at = OPENS + 60 * HOUR
    last = hour_of(at - HOUR)

    def jump(value: int, each: int = 20) -> tuple[str, int] | None:
        return pace.latest_jump(steady(range(50), each) | {f"h:{last}": value}, at)

    assert jump(81) == (last, 81)
    assert jump(80) is None
    assert jump(50, each=5) == (last, 50)
    assert jump(49, each=5) is None
    assert pace.latest_jump(steady(range(50), 20) | {f"h:{last}": 81}, at + 30 * HOUR) is None


def test_a_beginning_is_no_jump() -> None:
    """Without hours to be used to, nothing is sudden; and nights make no morning one."""
    assert pace.latest_jump({f"h:{hour_of(OPENS + HOUR)}": 9000}, OPENS + 2 * HOUR) is None
    nights = {f"h:{hour_of(OPENS + hour * HOUR)}": 2 if hour % 24 > 15 else 60 for hour in range(72)}

    assert pace.latest_jump(nights, OPENS + 73 * HOUR) is None


def test_hours_that_began_more_than_a_day_ago_say_nothing_of_the_pace() -> None:
    """Not even their last minutes."""
    at = OPENS + 100 * HOUR + HOUR // 2
    earlier, within = ({f"h:{hour_of(OPENS + hour * HOUR)}": 470, COLLECTED: 470} for hour in (76, 77))

    assert pace.projected(earlier, WINDOW, at) == 470
    assert pace.projected(within, WINDOW, at) == 470 + round(470 * 139.5 / 23.5)


def test_a_pace_is_taken_from_the_opening_though_it_lies_within_an_hour() -> None:
    """What came in during one hour came in during one hour."""
    window = Window(opens_at=OPENS + HOUR // 2, closes_at=OPENS + HOUR // 2 + 240 * HOUR)

    assert pace.projected(steady(range(1), 10), window, window.opens_at + HOUR) == 2400


def test_the_first_tenth_ends_to_the_millisecond() -> None:
    """From then on a unit can lag."""
    tenth = OPENS + 24 * HOUR

    assert not pace.lags(0.0, WINDOW, tenth - 1)
    assert pace.lags(0.0, WINDOW, tenth)


def test_a_jump_is_told_for_a_day() -> None:
    """As long as its hour is later than the hour a day ago."""
    last = hour_of(OPENS + 60 * HOUR)
    tally = steady(range(50), 20) | {f"h:{last}": 81}

    assert pace.latest_jump(tally, OPENS + 84 * HOUR - 1) == (last, 81)
    assert pace.latest_jump(tally, OPENS + 84 * HOUR) is None


@pytest.mark.parametrize(("hours", "jumps"), [(5, False), (6, True)])
def test_a_unit_is_used_to_something_after_six_hours(hours: int, jumps: bool) -> None:
    """In which anything came in."""
    last = hour_of(OPENS + hours * HOUR)

    jump = pace.latest_jump(steady(range(hours), 20) | {f"h:{last}": 81}, OPENS + (hours + 1) * HOUR)

    assert (jump == (last, 81)) == jumps


@pytest.mark.parametrize(("value", "jumps"), [(60, False), (61, True)])
def test_what_a_unit_is_used_to_is_what_three_quarters_stayed_within(value: int, jumps: bool) -> None:
    """Six of these eight hours did not exceed fifteen; four times that is no jump yet."""
    earlier = [10, 10, 10, 10, 10, 15, 40, 40]
    tally = {f"h:{hour_of(OPENS + hour * HOUR)}": each for hour, each in enumerate([*earlier, value])}

    assert (pace.latest_jump(tally, OPENS + 9 * HOUR) is not None) == jumps
