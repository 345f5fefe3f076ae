"""The responses table: one item per response, one write unit each, never deleted, and never changed but
where its netizen withdraws it, once.

Attribute names are short and answers packed, so that a typical response without an opinion fits 1 KB. There is no
index: a hot index throttles its table.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.constants import STREAM_NEW_IMAGE

from chalicelib.campaigns.campaign import Campaign
from chalicelib.collection.response import Response
from chalicelib.kernel.errors import CollectionClosed
from chalicelib.kernel.store.dynamodb import (
    ConditionFailed,
    Item,
    Table,
    TableMeta,
    client,
    patient_client,
    table_name,
    write_if,
)
from chalicelib.kernel.store.prefetch import one_ahead
from chalicelib.kernel.store.writes import Write, commit

_SLICES = 16
WAS_VALID = "w"
"""There where a withdrawn response had been accepted as valid."""


class ResponseItem(Table):
    """The table; `item_of` says what an item holds. Written as plain items: a model for each would cost 71 µs."""

    class Meta(TableMeta):
        table_name = table_name("responses")
        stream_view_type = STREAM_NEW_IMAGE

    id = UnicodeAttribute(hash_key=True)


class Unreadable(ValueError):
    """An item that is not a response of ours; the text says why."""


def put_once(response: Response, campaign: Campaign) -> Response:
    """Stores a response unless its id is taken; returns what is stored under the id, which may be an earlier one.

    One write unit. Raises `CollectionClosed` where the campaign doesn't admit it, whoever calls: the last check, after
    the gate.
    """
    if not campaign.admits(response.accepted_at):
        raise CollectionClosed("ended")
    arguments = {
        "TableName": ResponseItem.Meta.table_name,
        "Item": item_of(response),
        "ConditionExpression": "attribute_not_exists(id)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    try:
        write_if(ResponseItem, "put_item", arguments)
    except ConditionFailed as taken:
        return read_item(taken.item or {})
    return response


def empty(response: Response, *beside: Write) -> None:
    """Stores what `Response.emptied` leaves in the place of a response as it was read: whole, so that nothing else of
    it stays. Raises `ConditionFailed` where it, or what is written `beside`, is no longer as it was read."""
    arguments = {
        "TableName": ResponseItem.Meta.table_name,
        "Item": item_of(response.emptied()),
        "ConditionExpression": "a = :answers",
        "ExpressionAttributeValues": {":answers": {"S": response.answers}},
    }
    commit(Write(ResponseItem, "Put", arguments), *beside)


def find(response_id: str) -> Response | None:
    """The stored response with this id, read consistently; one read unit."""
    answer = client(ResponseItem).get_item(
        TableName=ResponseItem.Meta.table_name, Key={"id": {"S": response_id}}, ConsistentRead=True
    )
    return read_item(answer["Item"]) if "Item" in answer else None


def scan_segment(segment: int, of: int, slices: int = _SLICES) -> Iterator[Item]:
    """The items of one of `of` segments of the table, read consistently, page by page (≤ 2 MB in memory).

    Each is read in slices, themselves segments of the API's, best of about a page: the embedded engine sorts what is
    left of a segment for each page of it.
    """
    for page in one_ahead(_pages(range(segment * slices, (segment + 1) * slices), of * slices)):
        yield from page["Items"]


def _pages(segments: Iterable[int], of: int) -> Iterator[dict[str, Any]]:
    scan = patient_client().get_paginator("scan")
    arguments: dict[str, Any] = {"TableName": ResponseItem.Meta.table_name, "ConsistentRead": True}
    for segment in segments:
        yield from scan.paginate(Segment=segment, TotalSegments=of, **arguments)


def read_item(item: Item) -> Response:
    """The response in an item. Raises `Unreadable`."""
    try:
        return Response(
            id=item["id"]["S"],
            campaign=item["c"]["S"],
            unit=item["u"]["S"],
            link=item["l"]["S"],
            edition=item["e"]["S"],
            version=item["q"]["S"],
            answers=item["a"]["S"],
            accepted_at=int(item["at"]["N"]),
            took_ms=int(item["ms"]["N"]),
            receipt=item["r"]["S"],
            reasons=_split(item, "x"),
            residence=item["p"]["S"] if "p" in item else None,
            paradata=item["d"]["S"] if "d" in item else "",
            was_valid=WAS_VALID in item,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from None


def _split(item: Item, name: str) -> tuple[str, ...]:
    return tuple(item[name]["S"].split(",")) if name in item else ()


def item_of(r: Response) -> dict[str, dict[str, str]]:
    """The response as it is stored: short names, and only what it has."""
    item = {
        "id": {"S": r.id},
        "c": {"S": r.campaign},
        "u": {"S": r.unit},
        "l": {"S": r.link},
        "e": {"S": r.edition},
        "q": {"S": r.version},
        "a": {"S": r.answers},
        "at": {"N": str(r.accepted_at)},
        "ms": {"N": str(r.took_ms)},
        "r": {"S": r.receipt},
    }
    if r.reasons:
        item["x"] = {"S": ",".join(r.reasons)}
    if r.residence is not None:
        item["p"] = {"S": r.residence}
    if r.paradata:
        item["d"] = {"S": r.paradata}
    if r.was_valid:
        item[WAS_VALID] = {"S": "1"}
    return item
