"""Writes that belong together: all of them are stored, or none is.

An act at a desk changes something and is told of in the audit log. Both are one `commit`, so that neither is ever
stored without the other. Two write units for each KB where there are several; nothing here is on a netizen's way.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from botocore.exceptions import ClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.kernel.errors import TooLate
from chalicelib.kernel.store.dynamodb import ConditionFailed, Table, client, write_if

R = TypeVar("R")

MOST_TOGETHER = 100
"""Writes that one transaction takes."""
_OVERTAKEN = {"ConditionalCheckFailed", "TransactionConflict"}
"""Why a transaction is cancelled where somebody else was quicker."""
_TRIES = 20
"""Each failure means that somebody else got on."""
_TRIES_TO_FOLLOW = 100
_STEP_BACK_S = 0.01
_ALONE = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}


@dataclass(frozen=True, slots=True)
class Write:
    """One write that `commit` makes, with its arguments as DynamoDB's API takes them."""

    table: type[Table]
    kind: Literal["Put", "Update", "Delete", "ConditionCheck"]
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chained(Write):
    """One that says what stands before it, so that its arguments are known at its commit alone."""

    said: Mapping[str, Any]
    follow: Callable[[Sequence["Chained"]], Sequence[Write]]
    """Those of the same chain in one commit, each after the one before it; nobody else's."""


def put(item: Table, condition: Condition | None = None) -> Write:
    """Stores an item whole; in the place of another, unless `condition` forbids it."""
    return Write(type(item), "Put", item.get_save_kwargs_from_instance(condition=condition))


def update(item: Table, actions: Sequence[Action], condition: Condition | None = None) -> Write:
    """Changes attributes of what is stored under an item's key."""
    return Write(type(item), "Update", item.get_update_kwargs_from_instance(actions=list(actions), condition=condition))


def delete(item: Table, condition: Condition | None = None) -> Write:
    """Removes what is stored under an item's key."""
    return Write(type(item), "Delete", item.get_delete_kwargs_from_instance(condition=condition))


def check(item: Table, condition: Condition) -> Write:
    """Writes nothing, and lets the others be written only where `condition` holds under an item's key."""
    return Write(type(item), "ConditionCheck", item.get_delete_kwargs_from_instance(condition=condition))


def commit(*writes: Write) -> None:
    """Makes all of these writes, or none; at most `MOST_TOGETHER`. Those of a chain come after whatever others add to
    it meanwhile.

    Raises `ConditionFailed` where a condition doesn't hold or others are writing the same at this instant, and
    botocore's errors for anything else; then nothing has changed, unless the answer was lost.
    """
    plain = [write for write in writes if not isinstance(write, Chained)]
    for tried in range(_TRIES_TO_FOLLOW):
        together = [*plain, *_following(writes)]
        overtaken = _make(together)
        if not overtaken:
            return
        if min(overtaken) < len(plain):
            break
        time.sleep(random.random() * _STEP_BACK_S * min(tried, _TRIES))  # noqa: S311 - so that not all come again at once
    raise ConditionFailed(None)


def _following(writes: Sequence[Write]) -> list[Write]:
    """Those of a chain, as they follow what is stored now."""
    chained = [write for write in writes if isinstance(write, Chained)]
    return list(chained[0].follow(chained)) if chained else []


def _make(writes: Sequence[Write]) -> set[int]:
    """Makes all, or none; gives the places of those where somebody else was quicker, -1 where that isn't said."""
    try:
        if len(writes) == 1 and "ConditionExpression" in writes[0].arguments:
            write_if(writes[0].table, _ALONE[writes[0].kind], writes[0].arguments)
        elif writes:
            together = [{write.kind: write.arguments} for write in writes]
            client(writes[0].table).transact_write_items(TransactItems=together)
    except ConditionFailed:
        return {0}
    except ClientError as error:
        if places := _overtaken(error):
            return places
        raise
    return set()


def _overtaken(error: ClientError) -> set[int]:
    answer: Mapping[str, Any] = error.response
    reasons = enumerate(answer.get("CancellationReasons", ()))
    places = {place for place, reason in reasons if reason.get("Code") in _OVERTAKEN}
    return places or ({-1} if answer["Error"]["Code"] == "TransactionConflictException" else set())


def until_not_overtaken(attempt: Callable[[], R]) -> R:
    """What `attempt` returns, which reads and then commits: tried again where somebody else was quicker.

    Raises `TooLate` where that never ends, and whatever else `attempt` raises.
    """
    for _ in range(_TRIES):
        try:
            return attempt()
        except ConditionFailed:
            continue
    raise TooLate("overtaken")
