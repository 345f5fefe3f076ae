"""Who may do what: one role a function, each with the least that its work takes.

A table that isn't named here can be read and written by the desk and read by the tick, and is out of reach for the
others. Nobody may delete or batch-write responses, whatever else is added. `tests/deployment/test_grants.py` holds this
against what a journey through the whole system asks for, in both directions.
"""

from collections.abc import Iterable, Mapping

from infra.aws import tables

Grants = Mapping[str, tuple[str, ...]]
"""Actions of DynamoDB, by table."""

RESPONDENTS: Grants = {
    "responses": ("PutItem", "GetItem"),
    "campaigns": ("GetItem", "Scan"),
    "links": ("GetItem",),
    "units": ("GetItem",),
    "ledger": ("GetItem",),
}
"""Records responses, and reads configuration and whether a late retry was sealed."""

FOLD: Grants = {
    "tallies": ("UpdateItem",),
    "set-aside": ("PutItem",),
}

DESK: Grants = {
    "campaigns": ("GetItem", "PutItem", "Scan"),
    "links": ("GetItem", "PutItem", "Query"),
    "units": ("GetItem", "PutItem", "Query"),
    "keys": ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem", "Scan"),
    "audit": ("PutItem", "Query"),
    "jobs": ("GetItem", "PutItem", "Scan"),
    "tallies": ("Query",),
    "responses": (),
    "ledger": (),
    "set-aside": ("Scan",),
    "outbox": ("GetItem", "PutItem", "Query"),
    "sign-ins": ("GetItem", "DeleteItem"),
}

TICK: Grants = {
    "campaigns": ("GetItem", "PutItem", "Scan"),
    "units": ("GetItem", "Query"),
    "jobs": ("GetItem", "PutItem", "Scan"),
    "tallies": ("Query", "PutItem", "UpdateItem", "DeleteItem"),
    "responses": ("Scan",),
    "ledger": ("BatchWriteItem",),
    "audit": ("PutItem", "Query"),
    "links": ("PutItem", "Query"),
    "outbox": ("PutItem", "Query"),
    "sign-ins": ("PutItem",),
    "keys": (),
    "set-aside": (),
}

_NEW_AT_THE_DESK = ("GetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem")
_NEW_FOR_THE_TICK = ("GetItem", "Query", "Scan")


def desk() -> Grants:
    """The desk's, also of tables that came later."""
    return _with_new(DESK, _NEW_AT_THE_DESK)


def tick() -> Grants:
    """The tick's, also of tables that came later."""
    return _with_new(TICK, _NEW_FOR_THE_TICK)


def _with_new(named: Grants, actions: Iterable[str]) -> Grants:
    """What is granted by name, and `actions` on every other table."""
    given = {name: named.get(name, tuple(actions)) for name in tables.names()}
    return {name: granted for name, granted in given.items() if granted}
