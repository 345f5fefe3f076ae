"""`make run DEMO=year`: last year's campaign of the demonstration's associations, with synthetic responses, sealed.

The answers are drawn at random, so they say nothing about anybody; each is validated and packed like any other.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import count, islice
from random import Random
from typing import Any

from pynamodb.constants import STREAM_NEW_IMAGE

from chalicelib.access.domain.roles import Rank
from chalicelib.access.usecases.manage_members import add_member
from chalicelib.campaigns.campaign import Campaign
from chalicelib.collection.responses import ResponseItem
from chalicelib.counting.usecases.fold_counts import fold_counts
from chalicelib.kernel.codes import new_receipt, random_code
from chalicelib.kernel.instants import shanghai, to_ms
from chalicelib.kernel.store.dynamodb import client
from chalicelib.links.domain.link import Link
from chalicelib.sealing.close_collection import close_collection
from infra.drills.events import stream_event, stream_record
from infra.drills.stored import sample

RESPONSES = 20_000
_SAMPLES = 400
_INVALID = 0.07
_IN_BATCH = 25
_COUNTED_AT_ONCE = 2_000
MEMBERS = (
    ("周岚", Rank.ADMINISTRATOR),
    ("沈一帆", Rank.OPERATOR),
    ("何川", Rank.OPERATOR),
)


def last_year_of(campaign: Campaign) -> Campaign:
    """The campaign of a year before, over since then."""
    opened = shanghai(campaign.opens_at) - timedelta(days=364)
    closes = opened.replace(hour=0) + timedelta(days=10)
    before = {"id": f"demo-{opened:%Y%m%d}", "opens_at": to_ms(opened), "closes_at": to_ms(closes)}
    return campaign.model_copy(update=before | {"created_at": to_ms(opened)})


def respond(campaign: Campaign, links: Mapping[str, Sequence[Link]]) -> Counter[str]:
    """Stores synthetic responses on the units' links, and counts them; how many there are by unit."""
    collected = Counter[str]()
    made, number = _items(campaign, links, collected), count(1)
    with _without_stream():
        while some := list(islice(made, _COUNTED_AT_ONCE)):
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


def _items(
    campaign: Campaign, links: Mapping[str, Sequence[Link]], collected: Counter[str]
) -> Iterator[dict[str, Any]]:
    rng, codes = Random(2), sorted(links)
    ready = [sample(campaign, number) for number in range(_SAMPLES)]
    for _ in range(RESPONSES):
        item = dict(rng.choice(ready))
        unit = codes[min(int(rng.expovariate(3 / len(codes))), len(codes) - 1)]
        edition = item["e"]["S"]
        link = rng.choice([one for one in links[unit] if one.edition == edition])
        item["id"] = {"S": random_code(22)}
        item |= {"r": {"S": new_receipt()}, "u": {"S": unit}, "l": {"S": link.code}}
        item["at"] = {"N": str(rng.randrange(campaign.opens_at, campaign.closes_at))}
        if rng.random() < _INVALID:
            item["x"] = {"S": "too_fast"}
        collected[unit] += 1
        yield item


def seal(campaign: Campaign) -> None:
    """Closes and seals it; nobody is mailed."""
    close_collection(campaign.id, lambda *_: None)


def members(at_ms: int) -> list[dict[str, str]]:
    """People of the secretariat, each with a key of their own."""
    made = [(rank, add_member(name, rank, at_ms, "demo")) for name, rank in MEMBERS]
    return [{"name": member.name, "role": rank, "key": key} for rank, (member, key) in made]
