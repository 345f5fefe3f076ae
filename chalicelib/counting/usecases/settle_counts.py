"""Settling counts: a few times a day the rows of shards that have gone quiet are moved into one row for each unit.

Ten days of a stream leave some 240 rows behind for each unit, and a poll would read them all.
"""

from collections.abc import Sequence

from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.store import settled, tallies
from chalicelib.jobs.job import Progress
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, declare
from chalicelib.jobs.run_leased import finish
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.store.dynamodb import ConditionFailed, Item

EVERY_H = 6
QUIET_MS = 2 * 3_600_000
"""A row that was not added to for so long is moved. Were it added to again after all, nothing would be wrong."""
FORGOTTEN_MS = 30 * 3_600_000
"""An empty row is dropped after that: the stream keeps a record for 24 hours and a batch is retried for minutes, so
nothing that it has counted can come again (docs/adr/0019)."""
_NOT_SHARDS = {tallies.SETTLED, tallies.REPAIR, tallies.VERDICTS, tallies.FINAL}


class SettleProgress(Progress):
    """How many units' counts are settled."""

    done: int = 0

    def position(self) -> int:
        """By units."""
        return self.done


SETTLING = declare(Kind("settle", SettleProgress))


@SETTLING.due
def order(campaign: Campaign, at_ms: int) -> None:
    """Orders the settling of a campaign that is collecting, once every few hours of Shanghai's day."""
    wall = shanghai(at_ms)
    if campaign.admits(at_ms):
        SETTLING.create(f"{campaign.id}-{wall:%Y%m%d}-{wall.hour // EVERY_H}", campaign.id, at_ms)


@SETTLING.work
def _settle(lease: Lease[SettleProgress]) -> None:
    campaign = lease.job.campaign
    if campaigns.read(campaign).phase is Phase.COLLECTING:
        everybody = [NATION, *(unit.code for unit in units.of_campaign(campaign))]
        for number, code in enumerate(everybody, 1):
            settle_counts(campaign, code, now_ms())
            lease.progress.done = number
            lease.save(now_ms())
    finish(lease, now_ms())


def settle_counts(campaign: str, unit: str, at_ms: int) -> None:
    """Moves and drops what is due of a unit's rows. Where somebody else writes meanwhile, the rest stays unchanged."""
    rows = tallies.items(campaign, unit, consistent=True)
    sums = next((row for row in rows if row["sk"]["S"] == tallies.SETTLED), None)
    shards = [row for row in rows if row["sk"]["S"] not in _NOT_SHARDS and tallies.COUNTED_AT in row]
    try:
        for due in _together([row for row in shards if tallies.counters(row) and _age(row, at_ms) > QUIET_MS]):
            sums = settled.move(tallies.owner(campaign, unit), sums, due)
        named = tallies.last_moved(sums or {})  # of the rows it names reading asks for the round, so they stay
        for row in shards:
            if not tallies.counters(row) and _age(row, at_ms) > FORGOTTEN_MS and row["sk"]["S"] not in named:
                settled.drop(row)
    except ConditionFailed:
        return


def _age(row: Item, at_ms: int) -> int:
    return at_ms - int(row[tallies.COUNTED_AT]["S"])


def _together(rows: Sequence[Item]) -> list[Sequence[Item]]:
    return [rows[start : start + settled.MOST_TOGETHER] for start in range(0, len(rows), settled.MOST_TOGETHER)]
