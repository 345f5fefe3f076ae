"""`make run DEMO=year`: last year's campaign of the demonstration's associations, with synthetic responses, sealed.

The people are invented, so the answers say nothing about anybody; each is validated and packed like any other. A few
are forged, so that there is something to be seen.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, islice
from typing import Any, Self

from pynamodb.constants import STREAM_NEW_IMAGE

from chalicelib.access.domain.roles import Rank
from chalicelib.access.store.keys import KeyItem
from chalicelib.associations.domain.unit import Unit
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.collection.responses import ResponseItem
from chalicelib.counting.usecases.fold_counts import fold_counts
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash, new_key
from chalicelib.kernel.instants import shanghai, to_ms
from chalicelib.kernel.store.dynamodb import client
from chalicelib.sealing.close_collection import close_collection
from infra.drills.events import stream_event, stream_record
from infra.local.invented import Links, invent_links
from infra.local.invented_answers import invent_responses

RESPONSES = 20_000
_IN_BATCH = 25
_COUNTED_AT_ONCE = 2_000
MEMBERS = (
    ("周岚", Rank.ADMINISTRATOR),
    ("沈一帆", Rank.OPERATOR),
    ("何川", Rank.OPERATOR),
)


@dataclass(frozen=True)
class LastYear:
    """The campaign of a year before, over since then, in which the same associations took part."""

    campaign: Campaign
    units: list[Unit]
    links: Links
    keys: list[str] = field(default_factory=lambda: [new_key() for _ in MEMBERS])

    @classmethod
    def before(cls, campaign: Campaign, units: Sequence[Unit]) -> Self:
        """The one before this campaign, with units of the same codes."""
        opened = shanghai(campaign.opens_at) - timedelta(days=364)
        closes = opened.replace(hour=0) + timedelta(days=10)
        dates = {"opens_at": to_ms(opened), "closes_at": to_ms(closes), "created_at": to_ms(opened)}
        earlier = campaign.model_copy(update={"id": f"demo-{opened:%Y%m%d}", **dates})
        own = [unit.model_copy(update={"campaign": earlier.id, "last_year": None}) for unit in units]
        return cls(earlier, own, {unit.code: invent_links(unit, earlier.created_at) for unit in own})

    @property
    def members(self) -> list[dict[str, str]]:
        """People of the secretariat, each with a key of their own."""
        return [{"name": name, "role": rank, "key": key} for (name, rank), key in zip(MEMBERS, self.keys, strict=True)]

    def play(self) -> Counter[str]:
        """Stores members and synthetic responses, counts, closes and seals; nobody is mailed. Gives how many responses
        there are by unit. Played again, it stores nothing twice."""
        for (name, rank), key in zip(MEMBERS, self.keys, strict=True):
            hashed = key_hash(key)
            KeyItem(hashed, role="secretariat", member=hashed[:8], name=name, rank=rank, since=now_ms()).save()
        collected = _respond(self.campaign, self.links)
        campaigns.create(self.campaign)
        close_collection(self.campaign.id, lambda *_: None)
        return collected


def _respond(campaign: Campaign, links: Links) -> Counter[str]:
    collected = Counter[str]()
    made, number = invent_responses(campaign, links, RESPONSES), count(1)
    with _without_stream():
        while some := list(islice(made, _COUNTED_AT_ONCE)):
            collected.update(item["u"]["S"] for item in some)
            for start in range(0, len(some), _IN_BATCH):
                _put(some[start : start + _IN_BATCH])
            fold_counts(stream_event([stream_record(item, next(number)) for item in some], shard="demo"))
    return collected


def _put(some: Sequence[dict[str, Any]]) -> None:
    left: Any = {ResponseItem.Meta.table_name: [{"PutRequest": {"Item": item}} for item in some]}
    while left:
        left = client(ResponseItem).batch_write_item(RequestItems=left).get("UnprocessedItems")


@contextmanager
def _without_stream() -> Iterator[None]:
    """The table keeps no stream meanwhile: the engine's puts slow down as that grows, and nothing trims it yet."""
    table = ResponseItem.Meta.table_name
    client(ResponseItem).update_table(TableName=table, StreamSpecification={"StreamEnabled": False})
    yield
    stream = {"StreamEnabled": True, "StreamViewType": STREAM_NEW_IMAGE}
    client(ResponseItem).update_table(TableName=table, StreamSpecification=stream)
