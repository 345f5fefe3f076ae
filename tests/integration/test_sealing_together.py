"""A seal that takes longer than a lease, and on which several ticks work: nothing is made twice."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic, sleep

import pytest

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.collection.issue_ticket import issue_ticket
from chalicelib.collection.record_response import record_response
from chalicelib.instrument import questionnaires
from chalicelib.jobs import heartbeat, jobs
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.settings import settings
from chalicelib.sealing import close_collection as closing
from chalicelib.sealing import export, segments
from chalicelib.sealing.close_collection import GoingOn
from chalicelib.sealing.closing import CLOSINGS, Closing, parts_folder
from chalicelib.sealing.verdicts import Verdicts
from chalicelib.sealing.write_export import write_part
from infra.drills.players import random_answers
from tests import stage
from tests.chance import dice

RESPONSES = 40


def nobody(_: Campaign) -> None:
    """Is told."""


@pytest.fixture
def campaign(engine: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Closed and settled, with some responses; the table is cut into three segments."""
    stage.prepare()
    name = stage.make_campaign()
    code, rng = stage.make_link(name), dice("sealing together")
    for _ in range(RESPONSES):
        ticket = issue_ticket(code, now_ms())
        definition = questionnaires.load(ticket.edition).published("en")
        record_response(ticket.ticket, None, random_answers(definition, ticket.topics, rng), now_ms())
    stage.move_close(name, -settings().settle_s * 1000 - 1)
    monkeypatch.setattr(segments, "how_many", lambda: 3)
    return name


def sealed(campaign: str) -> bool:
    """Whether it is."""
    return campaigns.read(campaign).phase is Phase.SEALED


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Counter[int]:
    """How often each segment was read."""
    found = Counter[int]()

    def counted(
        campaign: str, folder: str, segment: int, of: int, further: Callable[[int], None], verdicts: Verdicts
    ) -> str:
        found[segment] += 1
        return write_part(campaign, folder, segment, of, further, verdicts)

    monkeypatch.setattr(segments, "write_part", counted)
    return found


def test_segments_are_read_side_by_side(campaign: str, made: Counter[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """While one worker is at the first, the next tick does the others, and the seal is left to who finds all read."""
    begun, go_on = Event(), Event()

    def slow(
        campaign: str, folder: str, segment: int, of: int, further: Callable[[int], None], verdicts: Verdicts
    ) -> str:
        if segment == 0:
            begun.set()
            assert go_on.wait(30)
        made[segment] += 1
        return write_part(campaign, folder, segment, of, further, verdicts)

    monkeypatch.setattr(segments, "write_part", slow)
    assert closing._begin(campaign)
    CLOSINGS.create(campaign, campaign, now_ms(), step="recount")
    folder = parts_folder(campaigns.read(campaign))
    with ThreadPoolExecutor(1) as worker:
        first = segments.SegmentProgress(segment=0, of=3, folder=folder)
        segments.SEGMENTS.create(f"{folder}/0000", campaign, now_ms(), first)
        reading = worker.submit(take_up, segments.SEGMENTS, f"segment#{folder}/0000", now_ms())
        assert begun.wait(30)
        closing.close_collection(campaign, nobody)
        assert (made[1], made[2], sealed(campaign)) == (1, 1, False)
        go_on.set()
        reading.result()
    closing.close_collection(campaign, nobody)

    assert sealed(campaign)
    assert made == {0: 1, 1: 1, 2: 1}
    seal = campaigns.read(campaign).seal
    assert seal is not None
    assert seal.members == RESPONSES


@pytest.mark.parametrize("step", [name for name in closing.STEPS if name not in {"mail", "done"}])
def test_a_step_longer_than_its_lease_is_not_overtaken(
    campaign: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Time runs a hundred times as fast: the step takes two and a half leases, and ticks come three a lease."""
    monkeypatch.setattr(heartbeat, "BEAT_S", 0.1)
    monkeypatch.setattr(jobs, "LEASE_MS", 300)
    real, times = closing._WORK[step], Counter[str]()

    def slow(campaign: Campaign, lease: Closing, going_on: GoingOn) -> None:
        times["made"] += 1
        real(campaign, lease, going_on)
        until = monotonic() + 0.75
        while monotonic() < until:
            going_on()
            sleep(0.01)

    monkeypatch.setitem(closing._WORK, step, slow)
    with ThreadPoolExecutor(4) as ticks:
        running = []
        for _ in range(12):
            running.append(ticks.submit(closing.close_collection, campaign, nobody))
            sleep(0.1)
        for one in running:
            one.result()

    assert sealed(campaign)
    assert times["made"] == 1


def test_an_export_goes_on_with_the_segments_that_it_has(
    campaign: str, made: Counter[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the second one fails, the next try doesn't read the first again."""
    failed = Event()

    def failing(
        campaign: str, folder: str, segment: int, of: int, further: Callable[[int], None], verdicts: Verdicts
    ) -> str:
        if segment == 1 and not failed.is_set():
            failed.set()
            raise ConnectionError
        made[segment] += 1
        return write_part(campaign, folder, segment, of, further, verdicts)

    monkeypatch.setattr(segments, "write_part", failing)
    name = export.request_export(campaign, now_ms(), "test")

    with pytest.raises(ConnectionError):
        take_up(export.EXPORTS, export.EXPORTS.id_of(name), now_ms())
    take_up(export.EXPORTS, export.EXPORTS.id_of(name), now_ms())

    found = export.read_export(name)
    assert (found.status, found.files[0]["rows"]) == ("done", RESPONSES)
    assert made == {0: 1, 1: 1, 2: 1}
