"""Laws of moving a campaign's window: all workers agree on who is let in, and nobody is who isn't in it at the end."""

import re
from collections.abc import Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.campaigns.campaign import CHANGE_LEAD_MS, Campaign
from chalicelib.campaigns.set_campaign import changed
from chalicelib.kernel.errors import RequestInvalid
from chalicelib.kernel.ttl_cache import CONFIG_TTL_S
from chalicelib.web.rim.render import cache_for

START = 1_627_952_400_000
SPAN_MS = 60_000
Wish = tuple[int, int | None, int | None]
"""A wish for another window: how long after the one before, and the instants wanted, counted from then (ms)."""

wishes: st.SearchStrategy[list[Wish]] = st.lists(
    st.tuples(
        st.one_of(st.integers(0, CHANGE_LEAD_MS), st.integers(0, SPAN_MS)),
        st.one_of(st.none(), st.integers(-5_000, 40_000)),
        st.one_of(st.none(), st.integers(0, SPAN_MS)),
    ),
    max_size=5,
)


def play(wished: Sequence[Wish], opens_in_ms: int) -> list[tuple[int, Campaign]]:
    """The campaign after each wish that was granted, and since when it is stored so."""
    now = START
    campaign = Campaign(id="c", title="t", opens_at=now + opens_in_ms, closes_at=now + opens_in_ms + SPAN_MS)
    stored = [(0, campaign)]
    for gap_ms, opens_in, closes_in in wished:
        now += gap_ms
        opens_at, closes_at = (None if wish is None else now + wish for wish in (opens_in, closes_in))
        try:
            campaign = changed(campaign, now, {"opens_at": opens_at, "closes_at": closes_at})
        except RequestInvalid:
            continue
        stored.append((now, campaign))
    return stored


def known(stored: Sequence[tuple[int, Campaign]], read_ms: int) -> Campaign:
    """The campaign as one finds it who reads at `read_ms`."""
    return [campaign for since, campaign in stored if since <= read_ms][-1]


SOON_MOVED_BACK: list[Wish] = [(0, 20_000, None)]
TWICE_IN_TEN_SECONDS: list[Wish] = [(0, None, 10_500), (8_000, None, 60_000)]
PUT_OFF_TWICE_AT_THE_CLOSE: list[Wish] = [(55_000, None, 60_000), (6_000, None, 90_000)]


@given(wishes, st.integers(0, 30_000), st.integers(0, 3 * SPAN_MS), st.floats(0, CONFIG_TTL_S))
@example(TWICE_IN_TEN_SECONDS, 0, 11_000, 4.0)
@example(PUT_OFF_TWICE_AT_THE_CLOSE, 0, 62_000, 4.0)
def test_workers_agree_whatever_is_changed(wished: list[Wish], opens_in_ms: int, after_ms: int, age_s: float) -> None:
    """One whose configuration is as old as it may be lets the same in as one that has just read it."""
    stored, at_ms = play(wished, opens_in_ms), START + after_ms

    assert known(stored, at_ms - int(age_s * 1000)).admits(at_ms) == known(stored, at_ms).admits(at_ms)


@given(wishes, st.integers(0, 30_000), st.integers(0, 3 * SPAN_MS))
@example(SOON_MOVED_BACK, 5_000, 6_000)
def test_whoever_was_let_in_lies_within_the_last_window(wished: list[Wish], opens_in_ms: int, after_ms: int) -> None:
    """Else a sealed export would hold responses from outside the window that its manifest names."""
    stored, at_ms = play(wished, opens_in_ms), START + after_ms

    if known(stored, at_ms).admits(at_ms):
        last = stored[-1][1]
        assert last.opens_at <= at_ms < last.closes_at


@given(wishes, st.integers(0, 30_000))
def test_a_change_holds_ten_seconds_later(wished: list[Wish], opens_in_ms: int) -> None:
    """However many were made before it."""
    since, last = play(wished, opens_in_ms)[-1]

    window = last.window_at(since + CHANGE_LEAD_MS)
    assert (window.opens_at, window.closes_at) == (last.opens_at, last.closes_at)


@given(wishes, st.integers(0, 30_000), st.integers(0, 3 * SPAN_MS))
@example(TWICE_IN_TEN_SECONDS, 0, 9_000)
@example(PUT_OFF_TWICE_AT_THE_CLOSE, 0, 56_000)
def test_no_page_is_kept_over_a_change_of_state(wished: list[Wish], opens_in_ms: int, after_ms: int) -> None:
    """Whichever of several windows changes it; a kept page says the same as a fresh one to its last moment."""
    at_ms = START + after_ms
    campaign = known(play(wished, opens_in_ms), at_ms)

    kept = re.fullmatch(r"public, max-age=(\d+), s-maxage=\1", cache_for(campaign, at_ms))
    if kept:
        assert campaign.state_at(at_ms + int(kept[1]) * 1000 - 1) == campaign.state_at(at_ms)
