"""Which windows a campaign may be given, and which campaign is meant where none is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import CHANGE_LEAD_MS, Campaign, Phase
from chalicelib.campaigns.current import current
from chalicelib.campaigns.set_campaign import changed
from chalicelib.kernel.errors import AlreadySealed, NotFound, RequestInvalid
from chalicelib.kernel.texts import said

NOW = 1_627_952_400_000
"""2021-08-03 09:00 in Shanghai."""
HOUR = 3_600_000
EARLIEST = NOW + CHANGE_LEAD_MS


def campaign(opens_in_ms: int, closes_in_ms: int, name: str = "c", phase: Phase = Phase.COLLECTING) -> Campaign:
    """A campaign with its window from now."""
    return Campaign(id=name, title="t", opens_at=NOW + opens_in_ms, closes_at=NOW + closes_in_ms, phase=phase)


RUNNING = campaign(-HOUR, HOUR)
COMING = campaign(HOUR, 2 * HOUR)


def refusals(before: Campaign, opens_at: int | None, closes_at: int | None) -> dict[str, str]:
    """What is refused of a change, by field."""
    with pytest.raises(RequestInvalid) as refused:
        changed(before, NOW, {"opens_at": opens_at, "closes_at": closes_at})
    return {error.pointer: said("fields", "en", error.reason, error.figures) for error in refused.value.errors}


@pytest.mark.parametrize(("before", "opens_at"), [(RUNNING, None), (COMING, EARLIEST)])
def test_the_close_moves_to_ten_seconds_from_now_at_the_earliest(before: Campaign, opens_at: int | None) -> None:
    """That instant itself is granted; a millisecond before it is refused, and the instant named."""
    closes_at = EARLIEST + (opens_at is not None)

    assert changed(before, NOW, {"opens_at": opens_at, "closes_at": closes_at}).closes_at == closes_at
    assert "2021-08-03T09:00:10.000+08:00" in refusals(before, None, EARLIEST - 1)["/closes_at"]


def test_the_opening_moves_to_ten_seconds_from_now_at_the_earliest() -> None:
    """Likewise: no worker would know of an earlier one in time."""
    assert changed(COMING, NOW, {"opens_at": EARLIEST}).opens_at == EARLIEST
    assert "2021-08-03T09:00:10.000+08:00" in refusals(COMING, EARLIEST - 1, None)["/opens_at"]


@pytest.mark.parametrize("opens_in_ms", [-HOUR, 0, CHANGE_LEAD_MS - 1])
@pytest.mark.parametrize("wanted_in_ms", [-2 * HOUR, CHANGE_LEAD_MS, HOUR])
def test_an_opening_that_is_past_or_too_near_stays(opens_in_ms: int, wanted_in_ms: int) -> None:
    """Neither earlier nor later, and says which it is."""
    before = campaign(opens_in_ms, 2 * HOUR)

    assert set(refusals(before, NOW + wanted_in_ms, None)) == {"/opens_at"}
    assert changed(before, NOW, {"opens_at": before.opens_at}) == before


def test_an_opening_ten_seconds_away_still_moves() -> None:
    """Just so long as the change is in effect before anybody arrives."""
    assert changed(campaign(CHANGE_LEAD_MS, HOUR), NOW, {"opens_at": NOW + HOUR - 1}).opens_at == NOW + HOUR - 1


@pytest.mark.parametrize("length_ms", [0, -1])
def test_a_window_is_never_empty(length_ms: int) -> None:
    """A single millisecond is a window; none isn't."""
    opens_at = NOW + HOUR

    assert changed(COMING, NOW, {"opens_at": opens_at, "closes_at": opens_at + 1}).closes_at == opens_at + 1
    assert set(refusals(COMING, opens_at, opens_at + length_ms)) == {"/closes_at"}


def test_both_wrong_ends_are_named_at_once() -> None:
    """So that nobody needs to try twice."""
    assert set(refusals(COMING, NOW - 1, NOW)) == {"/opens_at", "/closes_at"}


def test_what_is_not_moved_is_not_refused() -> None:
    """A close that is past, or near, stays as it is while the title changes."""
    over = campaign(-2 * HOUR, -1)

    assert changed(over, NOW, {"opens_at": over.opens_at, "closes_at": over.closes_at, "title": "别的"}).title == "别的"


@pytest.mark.parametrize("phase", [Phase.CLOSING, Phase.SEALED])
def test_nothing_of_a_campaign_changes_once_it_is_closing(phase: Phase) -> None:
    """Not even what isn't its window."""
    with pytest.raises(AlreadySealed):
        changed(campaign(-2 * HOUR, -HOUR, phase=phase), NOW, {"title": "别的"})


def meant(monkeypatch: pytest.MonkeyPatch, *there_are: Campaign) -> str:
    """The campaign that is meant now, of those that there are, as the store lists them."""
    listed = sorted(there_are, key=lambda one: (-one.opens_at, one.id))
    with monkeypatch.context() as patch:
        patch.setattr(campaigns, "all_campaigns", lambda: listed)
        return current(NOW).id


def test_the_open_campaign_is_meant_whatever_else_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """From its opening to just before its close; of several, that which opened last."""
    coming, over = campaign(1, HOUR, "coming"), campaign(-HOUR, 0, "over")
    first, last = campaign(-HOUR, 1, "first"), campaign(0, HOUR, "last")

    assert meant(monkeypatch, coming, over, first) == "first"
    assert meant(monkeypatch, coming, over, first, last) == "last"


def test_else_the_next_to_open_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of those to come the nearest, though others were open before."""
    next_one, later, over = campaign(1, HOUR, "next"), campaign(2, HOUR, "later"), campaign(-HOUR, 0, "over")

    assert meant(monkeypatch, over, later, next_one) == "next"


def test_else_the_last_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over is over: that which opened last."""
    assert meant(monkeypatch, campaign(-2, -1, "last"), campaign(-3, 0, "before")) == "last"


def test_a_campaign_that_is_closing_is_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its window says."""
    closing = campaign(-1, HOUR, "closing", Phase.CLOSING)

    assert meant(monkeypatch, closing, campaign(-HOUR, HOUR, "open")) == "open"
    assert meant(monkeypatch, closing, campaign(HOUR, 2 * HOUR, "coming")) == "coming"


def test_without_any_campaign_none_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is distinguished from an error."""
    with pytest.raises(NotFound):
        meant(monkeypatch)


windows = st.tuples(st.integers(-5, 5), st.integers(1, 5), st.sampled_from(Phase))


@given(st.lists(windows, min_size=1, max_size=6))
def test_whichever_is_meant_none_is_nearer(drawn: list[tuple[int, int, Phase]]) -> None:
    """Open before coming, coming before over; of the open and the over the latest opening, of the coming the first."""
    there_are = [campaign(opens, opens + length, f"c{n}", phase) for n, (opens, length, phase) in enumerate(drawn)]
    running = [one for one in there_are if one.admits(NOW)]
    coming = [one for one in there_are if one.opens_at > NOW]

    with pytest.MonkeyPatch.context() as patch:
        found = next(one for one in there_are if one.id == meant(patch, *there_are))

    if running:
        assert found in running
        assert found.opens_at == max(one.opens_at for one in running)
    elif coming:
        assert found.opens_at == min(one.opens_at for one in coming)
    else:
        assert found.opens_at == max(one.opens_at for one in there_are)
