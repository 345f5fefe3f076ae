"""Reading the whole table in segments of a bounded size, each a job of its own (docs/adr/0031).

Whoever needs all responses orders the segments under a folder, works on those that nobody else is at, and goes on when
all are there: other ticks, on AWS other invocations, take the rest. So nothing takes longer than a segment does.
"""

from collections.abc import Callable
from functools import partial

from chalicelib.campaigns import campaigns
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.usecases.read_counts import tally_of
from chalicelib.jobs import jobs
from chalicelib.jobs.job import Progress
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, Order, declare
from chalicelib.jobs.run_leased import finish, take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.quality.usecases.freeze_rules import rules_of
from chalicelib.sealing.gather import write_records
from chalicelib.sealing.verdicts import read_verdicts
from chalicelib.sealing.write_export import write_part

MOST_ROWS = 250_000
"""Of a segment, about: some 30 s of one processor of Lambda's, and 15 MB in memory."""


ROWS, RECORDS = "rows", "records"
"""What a segment's part is for: an export, or judging."""


class SegmentProgress(Progress):
    """Which segment of how many, and what became of it."""

    segment: int
    of: int
    folder: str
    rows: int = 0
    """Read so far."""
    what: str = ROWS
    verdicts: str = ""
    """The file of verdicts that rows are written with, see `sealing.verdicts`; empty: as accepted."""
    part: str = ""
    """The part that counts, once it is there: fixed with the lease, so that a zombie's doesn't."""

    def position(self) -> int:
        """By rows."""
        return self.rows


SEGMENTS = declare(Kind("segment", SegmentProgress, gives_up=False))


def how_many() -> int:
    """Into how many segments the table is cut, by what all campaigns have counted."""
    rows = sum(counts.overall(tally_of(one, NATION)).collected for one in campaigns.all_campaigns())
    return max(1, -(-rows // MOST_ROWS))


def read_all(
    campaign: str, folder: str, of: int, going_on: Callable[[], None], what: str = ROWS, verdicts: str = ""
) -> list[Order[SegmentProgress]]:
    """Orders the `of` segments of a campaign's responses under a folder, works on what is left of them, and tells how
    they stand; each `is_read` unless another worker is at it. Raises whatever a segment raises."""
    for segment in range(of):
        progress = SegmentProgress(segment=segment, of=of, folder=folder, what=what, verdicts=verdicts)
        SEGMENTS.create(_name(folder, segment), campaign, now_ms(), progress)
    for segment in range(of):
        take_up(SEGMENTS, SEGMENTS.id_of(_name(folder, segment)), now_ms(), partial(_read, going_on))
    return [SEGMENTS.find(_name(folder, segment)) for segment in range(of)]


def cancel(folder: str, of: int) -> None:
    """Calls off what is left of a folder's segments."""
    for segment in range(of):
        jobs.cancel(SEGMENTS.id_of(_name(folder, segment)))


def _name(folder: str, segment: int) -> str:
    return f"{folder}/{segment:04d}"


@SEGMENTS.work
def _read_one(lease: Lease[SegmentProgress]) -> None:
    _read(lambda: None, lease)


def _read(going_on: Callable[[], None], lease: Lease[SegmentProgress]) -> None:
    """Scans the segment; the lease is renewed with every few thousand rows."""
    wanted = lease.progress

    def further(rows: int) -> None:
        wanted.rows = rows
        lease.save(now_ms())
        going_on()

    where = (lease.job.campaign, wanted.folder, wanted.segment, wanted.of)
    if wanted.what == RECORDS:
        wanted.part = write_records(*where, rules_of(campaigns.read(lease.job.campaign)), further)
    else:
        wanted.part = write_part(*where, further, read_verdicts(wanted.verdicts))
    finish(lease, now_ms())
