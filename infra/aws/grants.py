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
    "associations": ("GetItem",),
    "campaigns": ("GetItem", "Scan", "ConditionCheckItem"),
    "links": ("GetItem", "Query"),
    "units": ("GetItem", "Query"),
    "questionnaires": ("GetItem",),
    "tallies": ("Query",),
    "ledger": ("GetItem",),
    "revocations": ("GetItem",),
}
"""Records responses, and empties one that is withdrawn while its campaign collects; reads configuration, the counts
that its pages show, and whether a late retry, or the response of a receipt, was sealed."""

FOLD: Grants = {
    "tallies": ("UpdateItem",),
    "set-aside": ("PutItem",),
}

DESK: Grants = {
    "associations": ("GetItem", "PutItem", "Scan"),
    "audit": ("PutItem", "Query"),
    "campaigns": ("GetItem", "PutItem", "Scan"),
    "contacts": ("GetItem", "PutItem", "Query"),
    "gifts": ("GetItem", "PutItem"),
    "hand-ins": ("GetItem", "PutItem", "Query"),
    "headings": ("GetItem", "PutItem"),
    "jobs": ("GetItem", "PutItem", "Scan"),
    "keys": ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem", "Scan"),
    "ledger": (),
    "links": ("GetItem", "PutItem", "Query", "Scan"),
    "materials": ("GetItem", "PutItem", "Query"),
    "outbox": ("GetItem", "PutItem", "Query"),
    "questionnaires": ("GetItem", "PutItem", "DeleteItem", "Query"),
    "repeats": ("GetItem", "PutItem", "UpdateItem", "DeleteItem"),
    "responses": (),
    "revocations": ("GetItem", "UpdateItem"),
    "sessions": ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"),
    "set-aside": ("Scan",),
    "sign-ins": ("GetItem", "DeleteItem"),
    "supporters": ("PutItem", "DeleteItem", "Query"),
    "tallies": ("Query",),
    "units": ("GetItem", "PutItem", "Query"),
}

TICK: Grants = {
    "associations": ("GetItem", "PutItem"),
    "audit": ("PutItem", "Query"),
    "campaigns": ("GetItem", "PutItem", "Scan"),
    "contacts": ("GetItem", "PutItem", "Query"),
    "gifts": (),
    "hand-ins": ("GetItem",),
    "headings": (),
    "jobs": ("GetItem", "PutItem", "Scan", "DeleteItem"),
    "keys": ("GetItem", "UpdateItem"),
    "ledger": (),
    "links": ("PutItem", "Query"),
    "materials": ("PutItem", "Query"),
    "outbox": ("PutItem", "Query"),
    "questionnaires": ("GetItem",),
    "repeats": (),
    "responses": ("Scan",),
    "revocations": ("GetItem",),
    "sessions": (),
    "set-aside": (),
    "sign-ins": ("PutItem",),
    "supporters": (),
    "tallies": ("Query", "PutItem", "UpdateItem", "DeleteItem"),
    "units": ("GetItem", "PutItem", "Query"),
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
