"""Cancelling what was ordered: its worker stops at its next save, and what it has left behind goes."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.campaigns import campaigns
from chalicelib.counting.usecases import recount
from chalicelib.jobs import jobs
from chalicelib.jobs.job import LEASE_MS, Job, Progress, Status
from chalicelib.jobs.jobs import Lease, LeaseLost
from chalicelib.jobs.kinds import Kind, kinds
from chalicelib.jobs.run_leased import finish, take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import audit
from chalicelib.links.domain.link import Edition, new_code
from chalicelib.links.usecases import issue_missing_links, pack_kits
from chalicelib.sealing import export
from tests import stage

AT = 1_627_952_400_000


class Steps(Progress):
    """How far the tests' work has come."""

    steps: int = 0


class Toy:
    """A kind of job, a job of it, and what was tidied."""

    def __init__(self) -> None:
        self.tidied: list[str] = []
        self.kind = Kind("toy", Steps, cancellable=True, tidy=lambda job: self.tidied.append(job.id))
        self.name = f"{now_ms()}-{new_code()}"
        self.id = self.kind.id_of(self.name)
        self.kind.create(self.name, f"campaign-{self.name}", AT)

    @property
    def job(self) -> Job:
        """As it stands."""
        return self.kind.find(self.name).job

    def cancel(self) -> bool:
        """Calls it off."""
        return self.kind.cancel(self.name, AT, "secretariat")

    def run(self, work: Callable[[Lease[Steps]], None], at_ms: int = AT) -> None:
        """A tick."""
        take_up(self.kind, self.id, at_ms, work)


@pytest.fixture
def toy(engine: str) -> Toy:
    """A job that nobody has taken up."""
    stage.prepare()
    return Toy()


def refuse(_: Lease[Steps]) -> None:
    """Nobody must come to work."""
    raise AssertionError


def test_what_nobody_has_begun_is_never_begun(toy: Toy) -> None:
    """The desk says so at once; the next tick ends it. Who did it is in the audit log, once."""
    assert toy.cancel()
    assert (toy.job.status, toy.job.done) == (Status.CANCELLED, False)

    toy.run(refuse)

    assert (toy.job.status, toy.job.done, toy.tidied) == (Status.CANCELLED, True, [toy.id])
    assert not toy.cancel()
    entries = audit.newest(toy.job.campaign, 9)
    assert [(one["action"], one["who"], one["subject"]) for one in entries] == [("job.cancel", "secretariat", toy.id)]


@pytest.mark.parametrize("act", ["save", "release", "finish"])
def test_a_worker_stops_at_its_next_save(toy: Toy, act: str) -> None:
    """Whatever it saves; what it has done is tidied, and nobody takes it up again."""
    acts: dict[str, Callable[[Lease[Steps]], None]] = {
        "save": lambda lease: lease.save(AT),
        "release": lambda lease: lease.release(),
        "finish": lambda lease: finish(lease, AT),
    }
    after: list[str] = []

    def work(lease: Lease[Steps]) -> None:
        lease.save(AT)
        toy.cancel()
        lease.progress.steps = 7
        acts[act](lease)
        after.append("gone on")

    toy.run(work)

    assert (toy.job.status, toy.job.done, toy.job.data, toy.tidied) == (Status.CANCELLED, True, {"steps": 7}, [toy.id])
    assert after == []
    toy.run(refuse, AT + 2 * LEASE_MS)


def test_where_its_worker_has_died_the_next_one_ends_it(toy: Toy) -> None:
    """Once the lease has run out."""
    assert jobs.take(toy.id, AT, Steps) is not None
    toy.cancel()

    toy.run(refuse, AT + LEASE_MS - 1)
    assert not toy.job.done
    toy.run(refuse, AT + LEASE_MS)
    assert toy.job.done


def test_a_worker_that_lost_its_lease_is_told_so(toy: Toy) -> None:
    """Though the job was cancelled too: ending it is the other's business."""

    def overtaken(lease: Lease[Steps]) -> None:
        assert jobs.take(toy.id, AT + LEASE_MS, Steps) is not None
        toy.cancel()
        lease.save(AT)

    with pytest.raises(LeaseLost):
        toy.run(overtaken)

    assert toy.tidied == []


def test_a_worker_that_saves_at_the_same_moment_is_stopped_by_the_next(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its note is kept; the cancelling looks again."""
    find = jobs._find

    def work(lease: Lease[Steps]) -> None:
        def find_and_be_overtaken(name: str) -> jobs.JobItem | None:
            found = find(name)
            monkeypatch.undo()
            lease.progress.steps = 3
            lease.save(AT + 1)
            return found

        monkeypatch.setattr(jobs, "_find", find_and_be_overtaken)
        assert jobs.cancel(toy.id)
        assert toy.job.data == {"steps": 3}
        lease.save(AT + 2)

    toy.run(work)

    assert toy.job.status == Status.CANCELLED


def test_what_has_ended_can_not_be_cancelled(toy: Toy) -> None:
    """It stays what it was."""
    toy.run(lambda lease: finish(lease, AT))

    assert not toy.cancel()
    assert toy.job.status == Status.DONE
    with pytest.raises(NotFound):
        toy.kind.cancel("nothing", AT, "secretariat")


def test_only_what_somebody_orders_can_be_cancelled() -> None:
    """Not the closing, mails or the settling."""
    assert {kind.name for kind in kinds().values() if kind.cancellable} == {
        "export", "kits", "links", "recount", "take-over",
    }  # fmt: skip
    with pytest.raises(NotFound):
        kinds()["close"].cancel("c", AT, "secretariat")


@pytest.fixture
def campaign(engine: str) -> str:
    """An open campaign with a unit and some links."""
    stage.prepare()
    campaign = stage.make_campaign()
    for _ in range(3):
        stage.make_link(campaign)
    return campaign


def left(campaign: str) -> list[str]:
    """What lies among the campaign's files."""
    folder = settings().files_dir / campaign
    return [path.name for path in folder.glob("**/*") if path.is_file()] if folder.exists() else []


def at_save(monkeypatch: pytest.MonkeyPatch, number: int, act: Callable[[], object]) -> None:
    """Does something right before the worker's save of this number."""
    real, saves = Lease.save, list[None]()

    def save(lease: Lease[Any], at_ms: int) -> None:
        saves.append(None)
        if len(saves) == number:
            act()
        real(lease, at_ms)

    monkeypatch.setattr(Lease, "save", save)


@pytest.mark.parametrize("kind", ["export", "kits", "recount"])
def test_half_a_file_goes_with_its_order(campaign: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts, archives and figures in between."""
    orders: dict[str, Callable[[], str]] = {
        "export": lambda: export.request_export(campaign, now_ms(), "test"),
        "kits": lambda: pack_kits.order_kits(campaign, now_ms(), "test"),
        "recount": lambda: recount.request_recount(campaign, now_ms(), "test"),
    }
    name, ordered = orders[kind](), kinds()[kind]
    at_save(monkeypatch, {"kits": 1, "export": 2, "recount": 9}[kind], lambda: ordered.cancel(name, now_ms(), "test"))

    take_up(ordered, ordered.id_of(name), now_ms())

    assert (ordered.find(name).status, ordered.find(name).job.done) == (Status.CANCELLED, True)
    assert left(campaign) == []


def test_a_cancelled_export_has_no_files(campaign: str) -> None:
    """And another can be ordered."""
    name = export.request_export(campaign, now_ms(), "test")
    export.EXPORTS.cancel(name, now_ms(), "test")

    found = export.read_export(name)

    assert (found.status, found.files) == ("cancelled", [])


def test_after_cancelling_another_can_be_ordered_at_once(campaign: str) -> None:
    """Its worker may still be on its way to its next save."""
    first = pack_kits.order_kits(campaign, now_ms(), "test")
    assert jobs.take(f"kits#{first}", now_ms(), pack_kits.KitsProgress) is not None
    pack_kits.KITS.cancel(first, now_ms(), "test")

    second = pack_kits.order_kits(campaign, now_ms(), "test")

    assert (first, second) == (f"{campaign}.1", f"{campaign}.2")
    assert pack_kits.order_kits(campaign, now_ms(), "test") == second


def test_links_that_were_issued_before_stay(campaign: str) -> None:
    """They may be on posters already; a new order gives what is still missing."""
    order = issue_missing_links.order_links(campaigns.read(campaign), "海报", Edition.PUBLIC, 5, now_ms(), "test")
    issue_missing_links.WANTED.cancel(order, now_ms(), "test")
    take_up(issue_missing_links.WANTED, f"links#{order}", now_ms())

    again = issue_missing_links.order_links(campaigns.read(campaign), "海报", Edition.PUBLIC, 5, now_ms(), "test")
    take_up(issue_missing_links.WANTED, f"links#{again}", now_ms())

    assert again != order
    assert issue_missing_links.WANTED.find(order).progress.issued == 0
    assert issue_missing_links.WANTED.find(again).progress.issued == 2
