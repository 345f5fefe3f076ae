"""The state of counting and closing, for the secretariat to look at: how far the stream was followed, what could not
be read, how far the closing has come."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.store import set_aside, tallies
from chalicelib.counting.store.tallies import Followed
from chalicelib.counting.usecases.compare_counts import RECOUNTS, RecountProgress
from chalicelib.jobs.kinds import Order
from chalicelib.sealing import close_collection
from chalicelib.sealing.closing import CLOSINGS, name_of

MOST_SET_ASIDE = 100


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the closing; `share` of it is done, 0 to 1."""

    name: str
    share: float
    now: bool


@dataclass(frozen=True, slots=True)
class Counting:
    """What there is to be seen."""

    shards: Sequence[Followed]
    """The last one first."""
    set_aside: Sequence[tuple[str, str]]
    """Id and reason of the records that could not be read; at most `MOST_SET_ASIDE`."""
    set_aside_count: int
    steps: Sequence[Step]
    """Of the closing, once it has begun; empty before."""
    recounts: Sequence[Order[RecountProgress]]
    """Newest first."""

    @property
    def lag_ms(self) -> int | None:
        """How long after it was stored the last response was counted, to the second; None where none was."""
        last = self.shards[0] if self.shards else None
        return max(0, last.counted_at - last.stored_at) if last and last.stored_at else None


def watch_counting(campaign: Campaign) -> Counting:
    """The state of a campaign's counting, recounts and closing."""
    followed = sorted(tallies.followed(campaign.id, NATION), key=lambda one: -one.counted_at)
    aside = set_aside.everything()
    return Counting(
        shards=followed,
        set_aside=aside[:MOST_SET_ASIDE],
        set_aside_count=len(aside),
        steps=_steps(campaign),
        recounts=RECOUNTS.of_campaign(campaign.id)[:10],
    )


def _steps(campaign: Campaign) -> list[Step]:
    closing = CLOSINGS.get(name_of(campaign))
    if closing is None or campaign.phase is Phase.COLLECTING:
        return []
    names = close_collection.STEPS[:-1]
    reached = len(names) if closing.job.done else names.index(closing.job.step)
    progress = closing.progress
    parts = {
        "judge": progress.judging.judged / (progress.judging.buckets or 1),
        "recount": progress.read / (progress.segments or 1),
    }
    return [
        Step(name, parts.get(name, 0.0) if place == reached else float(place < reached), place == reached)
        for place, name in enumerate(names)
    ]
