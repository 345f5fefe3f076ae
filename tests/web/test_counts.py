"""Counts as a unit polls them: whichever worker answers, from however old a cache, they never go back."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Phase
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.store import tallies
from chalicelib.counting.usecases import read_counts as counting
from chalicelib.counting.usecases.read_counts import UnitCounts, read_counts
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.ttl_cache import Cached
from tests import stage
from tests.web.test_api import call


class Lasting(Cached[Any, Any]):
    """A worker's cache in whose life a second never ends: nothing in it grows too old."""

    def get(self, key: Any, max_age_s: float, read: Callable[[Any], Any] | None = None) -> Any:
        """What was read first, but where nothing old will do."""
        return super().get(key, max_age_s and 3600, read)


@pytest.fixture
def campaign(monkeypatch: pytest.MonkeyPatch) -> str:
    """A campaign with five collected by its unit and nine by the nation, as this worker's cache goes on knowing."""
    name = stage.make_campaign()
    add(name, 5, 4)
    answer_from(monkeypatch, Lasting(counting._read))
    read_counts(name, "u1", now_ms())
    return name


def answer_from(patch: pytest.MonkeyPatch, worker: Lasting) -> None:
    """Lets the worker with this cache answer from now on."""
    patch.setattr(counting, "_tallies", worker)


def add(campaign: str, own: int, others: int = 0) -> None:
    """Counts so many responses to the unit, and that many more to the others."""
    for code, more in (("u1", own), (NATION, own + others)):
        row = tallies.read(campaign, code).get("shard")
        counted = row["n"] if row else 0
        tallies.add(
            (tallies.owner(campaign, code), "shard"), str(counted) if row else None, str(counted + more), {"n": more}
        )


def collected(found: UnitCounts) -> tuple[int, int]:
    """What is shown: the unit's and the nation's."""
    return counts.overall(found.local).collected, counts.overall(found.national).collected


moments = st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2))
"""What comes in for the unit, for the others, and which worker answers then."""


@settings(max_examples=15, derandomize=True)
@given(st.lists(moments, min_size=2, max_size=8))
def test_a_count_never_goes_back(played: list[tuple[int, int, int]]) -> None:
    """Neither the unit's nor the nation's, for a client that says what it was shown; nor does it run ahead."""
    name, workers, seen, stored = stage.make_campaign(), [Lasting(counting._read) for _ in range(3)], (0, 0), (0, 0)
    with pytest.MonkeyPatch.context() as patch:
        for own, others, worker in played:
            add(name, own, others)
            stored = (stored[0] + own, stored[1] + own + others)
            answer_from(patch, workers[worker])

            shown = collected(read_counts(name, "u1", now_ms(), seen))

            assert all(before <= now <= there for before, now, there in zip(seen, shown, stored, strict=True))
            seen = shown


@pytest.mark.parametrize(
    ("seen", "shown"),
    [((0, 0), (5, 9)), ((5, 9), (5, 9)), ((6, 9), (7, 9)), ((5, 10), (5, 12)), ((7, 12), (7, 12)), ((99, 99), (7, 12))],
)
def test_only_what_is_behind_is_read_again(campaign: str, seen: tuple[int, int], shown: tuple[int, int]) -> None:
    """Whoever has seen no more than this worker knows is answered from its cache."""
    add(campaign, 2, 1)

    assert collected(read_counts(campaign, "u1", now_ms(), seen)) == shown


def test_what_was_read_again_is_there_for_others(campaign: str) -> None:
    """One client that is ahead brings the worker up to date for all."""
    add(campaign, 2, 1)
    read_counts(campaign, "u1", now_ms(), (7, 12))

    assert collected(read_counts(campaign, "u1", now_ms())) == (7, 12)


def test_a_replica_that_lags_behind_shows_no_less(campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """DynamoDB may answer a plain query from a copy that hasn't heard of the last writes."""
    items = tallies.items
    copy = {unit: items(campaign, unit) for unit in ("u1", NATION)}
    add(campaign, 2, 1)

    def lagging(name: str, unit: str, *, consistent: bool = False) -> Any:
        return items(name, unit, consistent=True) if consistent else copy[unit]

    monkeypatch.setattr(tallies, "items", lagging)

    assert collected(read_counts(campaign, "u1", now_ms(), (7, 12))) == (7, 12)


def test_sealed_figures_are_shown_whatever_was_seen(campaign: str) -> None:
    """The recount has the last word, also where it found less; an old cache doesn't stand in its way."""
    for code, final in (("u1", 4), (NATION, 8)):
        tallies.put_final(campaign, code, {"n": final})
    campaigns.change(campaign, lambda one: one.model_copy(update={"phase": Phase.SEALED}))

    assert collected(read_counts(campaign, "u1", now_ms(), (5, 9))) == (4, 8)


@pytest.mark.parametrize("tag", ['"7.12.0"', 'W/"7.12.0"', '"5.9.0", "7.9.0", "5.12.0"'])
def test_the_etag_says_what_was_seen(campaign: str, tag: str) -> None:
    """Another worker's answer, sent back as `If-None-Match`, is what this one must not fall behind."""
    key = rotate_key(campaign, "u1", now_ms(), "test")
    add(campaign, 2, 1)

    reply = call("GET", "/api/v1/counts", key=key, headers={"if-none-match": tag})

    assert (reply.body["unit"]["collected"], reply.body["national"]["collected"]) == (7, 12)
    assert reply.headers["etag"].startswith('"7.12.')


@pytest.mark.parametrize("tag", ["", '"7"', '"7.12"', '"7.12.0.0"', '"x.y.z"', '"-7.12.0"', f'"{10**12}.12.0"'])
def test_an_etag_that_is_not_ours_says_nothing(campaign: str, tag: str) -> None:
    """It is answered from the cache, and breaks nothing."""
    key = rotate_key(campaign, "u1", now_ms(), "test")
    add(campaign, 2, 1)

    reply = call("GET", "/api/v1/counts", key=key, headers={"if-none-match": tag})

    assert (reply.body["unit"]["collected"], reply.body["national"]["collected"]) == (5, 9)
