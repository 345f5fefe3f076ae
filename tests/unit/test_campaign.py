"""The gate: exact to the millisecond, and changed everywhere at the same instant."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.campaign import CHANGE_LEAD_MS, Campaign, Phase, State, Window
from chalicelib.kernel.ttl_cache import CONFIG_TTL_S

OPENS, CLOSES = 1_627_952_400_000, 1_628_784_000_000
campaign = Campaign(id="c", title="t", opens_at=OPENS, closes_at=CLOSES)
instants = st.integers(OPENS - 100_000, CLOSES + 100_000)


@given(instants)
def test_the_gate_is_open_from_opens_at_to_just_before_closes_at(at: int) -> None:
    """`opens_at <= arrived_at < closes_at`, and nothing else."""
    assert campaign.admits(at) == (OPENS <= at < CLOSES)


def test_the_gate_at_its_edges() -> None:
    """The first and the last millisecond, one by one."""
    states = [campaign.state_at(at) for at in (OPENS - 1, OPENS, CLOSES - 1, CLOSES)]

    assert states == [State.SCHEDULED, State.OPEN, State.OPEN, State.CLOSED]


@given(instants, st.integers(OPENS, CLOSES + 500_000), st.floats(0, CONFIG_TTL_S), st.integers(0, 10**6))
def test_workers_agree_during_a_change(now: int, closes_at: int, age_s: float, later: int) -> None:
    """A worker whose configuration is as old as it may be decides as one that has just read it."""
    changed = campaign.with_window(OPENS, closes_at, now)
    arrived = now + later
    stale = campaign if arrived - age_s * 1000 < now else changed

    assert stale.admits(arrived) == changed.admits(arrived)
    assert changed.window_at(now + CHANGE_LEAD_MS) == Window(opens_at=OPENS, closes_at=closes_at)


@given(instants)
def test_no_phase_after_collecting_admits_anything(at: int) -> None:
    """Once the closing has begun the gate is shut, whatever the clock says."""
    for phase in (Phase.CLOSING, Phase.SEALED):
        assert not campaign.model_copy(update={"phase": phase}).admits(at)


def test_setting_the_same_window_changes_nothing() -> None:
    """What GET gave, PUT takes without a trace."""
    assert campaign.with_window(OPENS, CLOSES, OPENS + 5) is campaign
