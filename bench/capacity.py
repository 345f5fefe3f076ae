"""Capacity units as the engine reports them: what DynamoDB would bill."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def counting(client: Any) -> Iterator[Counter[str]]:
    """Counts the units that a botocore client spends in the block, by operation (`PutItem`, `Query`, …)."""
    spent = Counter[str]()

    def ask(params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def take(model: Any, parsed: dict[str, Any], **_: Any) -> None:
        told = parsed.get("ConsumedCapacity", [])
        for one in told if isinstance(told, list) else [told]:
            spent[model.name] += one["CapacityUnits"]

    events = client.meta.events
    events.register("before-parameter-build.dynamodb", ask)
    events.register("after-call.dynamodb", take)
    try:
        yield spent
    finally:
        events.unregister("before-parameter-build.dynamodb", ask)
        events.unregister("after-call.dynamodb", take)
