"""The curve that is rehearsed: it adds up, it has the shape that it says, and visits follow it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.drills.rehearse.curve import course, curve
from infra.drills.rehearse.timetable import busiest_second, shape, sizes, timetable

COURSE = course()
CURVE = curve()
LENGTH_H = 231.0
hours = st.floats(0, LENGTH_H)


def test_the_campaign_is_that_of_2021() -> None:
    """Nine days and fifteen hours, 3.4 responses a second."""
    assert COURSE.length_h == LENGTH_H
    assert COURSE.mean_per_s == pytest.approx(3.42, abs=0.005)


@given(hours, hours)
def test_more_has_come_later(one: float, other: float) -> None:
    """From nothing at the opening to everything at the close, and never backwards."""
    earlier, later = sorted((one, other))

    assert CURVE.share(0) == 0
    assert CURVE.share(LENGTH_H) == pytest.approx(1)
    assert CURVE.share(earlier) <= CURVE.share(later)


@given(st.floats(0, 1))
def test_an_instant_is_found_by_its_share(share: float) -> None:
    """`hour` is the inverse of `share`."""
    assert CURVE.share(CURVE.hour(share)) == pytest.approx(share, abs=1e-9)


def test_it_opens_and_closes_with_a_rush() -> None:
    """The first minute and the last are as high above the mean as the data say, waves included."""
    opening, last = CURVE.times_mean(0, 1 / 60), CURVE.times_mean(LENGTH_H - 1 / 60, LENGTH_H)

    assert opening == pytest.approx(COURSE.opening.times_mean, rel=0.1)
    assert last == pytest.approx(COURSE.closing.times_mean, rel=0.1)
    assert CURVE.times_mean(LENGTH_H - 1, LENGTH_H) > 5


def test_working_days_have_waves_and_nights_are_nearly_empty() -> None:
    """Ten in the morning is over twenty times as busy as four at night, and busier than on Sunday."""
    morning, night, sunday = (CURVE.times_mean(at, at + 1) for at in (49, 43, 121))
    assert [COURSE.at(at).strftime("%a %H") for at in (49, 43, 121)] == ["Thu 10", "Thu 04", "Sun 10"]

    assert morning > 20 * night
    assert morning > 1.5 * sunday


@given(st.sampled_from(sorted(COURSE.spans)), st.integers(1, 300), st.floats(1, 1000), st.integers(0, 2**32))
def test_as_many_come_as_are_asked_for_within_the_time(span: str, responses: int, seconds: float, seed: int) -> None:
    """In order, all of them between the opening and the close, and the same ones for the same seed."""
    visits = timetable(CURVE, span, responses, seconds, seed)

    due = [visit.due_s for visit in visits]
    assert len(visits) == responses
    assert due == sorted(due)
    assert -1e-6 <= due[0] <= due[-1] <= seconds + 1e-6
    assert visits == timetable(CURVE, span, responses, seconds, seed)


def test_visits_follow_the_curve() -> None:
    """Any stretch of the campaign gets what it is due, to within one visit at either end."""
    visits = timetable(CURVE, "campaign", 5000, 100, seed=3)

    for begins, ends in ((0, 3), (3, 30), (100, 101), (LENGTH_H - 1, LENGTH_H)):
        come = sum(begins <= visit.hour < ends for visit in visits)
        assert come == pytest.approx(5000 * (CURVE.share(ends) - CURVE.share(begins)), abs=2)


def test_the_last_hour_can_be_played_alone() -> None:
    """Its rush fills the time that it is given, more and more of it towards the end."""
    visits = timetable(CURVE, "last-hour", 1000, 60, seed=1)

    first, *_, last = shape((visit.due_s for visit in visits), 4, 60)
    assert {COURSE.phase(visit.hour) for visit in visits} == {"last"}
    assert last > first
    assert busiest_second(visits) >= 1000 / 60


@given(st.integers(0, 2**32))
def test_units_are_uneven_and_add_up(seed: int) -> None:
    """135 of them; the largest brings more than ten times what the smallest does."""
    parts = sizes(COURSE, seed)

    assert len(parts) == 135
    assert sum(parts) == pytest.approx(1)
    assert max(parts) > 10 * min(parts)
