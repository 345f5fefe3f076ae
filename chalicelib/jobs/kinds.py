"""The kinds of jobs: each is declared where its work is, and is the one way to order, find and run jobs of it.

    EXPORTS = declare(Kind("export", ExportProgress))

    @EXPORTS.due                       # where it is due by itself: the tick asks, campaign by campaign
    def order(campaign: Campaign, at_ms: int) -> None: ...

    @EXPORTS.work
    def make_export(lease: Lease[ExportProgress]) -> None: ...

Nothing else names a kind: `kinds` finds all that are declared below `web` (docs/adr/0026).
"""

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, TypeVar

import chalicelib
from chalicelib.jobs import jobs
from chalicelib.jobs.job import Job, Status
from chalicelib.jobs.jobs import Lease, P
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.lazy_imports import load
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import Write

_WITHOUT_KINDS = {"web", "domain", "store", "gateways"}
"""Rooms and folders in which nothing is ordered or due."""
_declared: "dict[str, Kind[Any]]" = {}
Due = TypeVar("Due", bound=Callable[..., None])


@dataclass(frozen=True, slots=True)
class Order(Generic[P]):
    """A job of some kind, and its progress."""

    job: Job
    progress: P

    @property
    def name(self) -> str:
        """Its id among those of its kind."""
        return self.job.name

    @property
    def status(self) -> str:
        """See `jobs.job.Status`."""
        return self.job.status


@dataclass(eq=False)
class Kind(Generic[P]):
    """A kind of job."""

    name: str
    progress: type[P]
    downloads: Mapping[str, str] = field(default_factory=dict)
    """Media types by name of the files of a job, under `<campaign>/<job's name>/`, that go out by signed addresses."""
    cancellable: bool = False
    """Whether somebody who ordered a job may call it off."""
    gives_up: bool = True
    """Whether a job that comes no further is given up one day; else it is tried for ever, and shouts."""
    tidy: Callable[[Job], None] = lambda _: None
    """Removes what a job that was cancelled or given up has left behind; can be run twice."""
    kept: Callable[[Order[P]], bool] = lambda _: False
    """Whether a job that has ended is still needed, however old."""
    orders_due: list[Callable[[Any, int], None]] = field(default_factory=list)
    does: Callable[[Lease[P]], None] | None = None
    """See `run_leased.take_up`. None: a job of the campaign itself, which the tick runs by its window."""

    def due(self, orders: Due) -> Due:
        """Declares what orders jobs by itself: called by each tick with each campaign and the instant (ms). (Jobs lie
        below campaigns, so their type isn't named here.)"""
        self.orders_due.append(orders)
        return orders

    def work(self, does: Callable[[Lease[P]], None]) -> Callable[[Lease[P]], None]:
        """Declares the work: it ends with `finish`, and is taken up again where it didn't come so far."""
        self.does = does
        return does

    def id_of(self, name: str) -> str:
        """The id of a job of this kind."""
        return f"{self.name}#{name}"

    def create(
        self,
        name: str,
        campaign: str,
        at_ms: int,
        progress: P | None = None,
        step: str = "",
        *,
        done: bool = False,
        beside: Sequence[Write] = (),
    ) -> bool:
        """Orders a job unless there is one of this name, together with other writes; says whether it did."""
        data, job_id = progress.stored() if progress else {}, self.id_of(name)
        job = Job(id=job_id, kind=self.name, campaign=campaign, step=step, data=data, done=done, created_at=at_ms)
        return jobs.create(job, *beside)

    def order(self, campaign: str, at_ms: int, progress: P, told: Callable[[str], Write]) -> str:
        """Orders a job of which a campaign has one under way, together with what is `told` of it by name: whoever is
        second gets the first one's name, unless that was cancelled."""
        earlier = self.of_campaign(campaign)
        under_way = next((one for one in earlier if not (one.job.done or one.job.outcome)), None)
        if under_way is not None:
            return under_way.name
        last = max((int(one.name.rpartition(".")[2]) for one in earlier), default=0)
        name = f"{campaign}.{last + 1}"
        self.create(name, campaign, at_ms, progress, beside=[told(name)])
        return name

    def find(self, name: str) -> Order[P]:
        """A job by its name. Raises `NotFound`."""
        found = self.get(name)
        if found is None:
            raise NotFound("no_order", name=name)
        return found

    def get(self, name: str) -> Order[P] | None:
        """A job by its name, if there is one."""
        job = jobs.find(self.id_of(name))
        return self.read(job) if job else None

    def read(self, job: Job) -> Order[P]:
        """A job of this kind with its progress."""
        return Order(job, self.progress.model_validate(job.data))

    def of_campaign(self, campaign: str) -> list[Order[P]]:
        """The campaign's jobs of this kind, newest first."""
        found = [self.read(job) for job in jobs.of_kind(self.name) if job.campaign == campaign]
        return sorted(found, key=lambda order: -order.job.created_at)

    def latest(self, campaign: str) -> Order[P] | None:
        """The campaign's last job of this kind."""
        return next(iter(self.of_campaign(campaign)), None)

    def cancel(self, name: str, at_ms: int, who: str) -> bool:
        """Cancels a job and says whether it did: none that has ended. Its worker stops at its next save; what it has
        left behind goes with it, or with the next tick. Raises `NotFound`, also for a kind that must run to its end."""
        if not self.cancellable:
            raise NotFound("no_order", name=name)
        job = self.find(name).job
        seen = {"before": job.status, "after": Status.CANCELLED}
        return jobs.cancel(job.id, audit.entry(job.campaign, at_ms, who, "job.cancel", job.id, **seen))


def declare(kind: Kind[P]) -> Kind[P]:
    """A new kind of job, for all to find."""
    _declared[kind.name] = kind
    return kind


@cache
def kinds() -> Mapping[str, Kind[Any]]:
    """All kinds, by name. The first call runs every module in which one may be declared."""
    found = (module.name for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib.") if not module.ispkg)
    load([name for name in found if not _WITHOUT_KINDS & set(name.split("."))])
    return dict(sorted(_declared.items()))


def kind_named(name: str) -> Kind[Any]:
    """The kind of this name. Raises `NotFound`."""
    if name not in kinds():
        raise NotFound("no_order", name=name)
    return kinds()[name]
