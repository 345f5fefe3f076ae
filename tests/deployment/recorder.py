"""Records which calls of AWS each function makes while other tests play netizens, desks, stream and clock.

A plugin of pytest: `-p tests.deployment.recorder`, with `RECORD_TO` naming the file to write: a list of
`[function, action, what, has a condition]`, each once.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Any

import botocore.client
import pytest

Call = tuple[str, str, str, bool]
"""Function, action (`dynamodb:PutItem`), what it is done to (a table's name within the deployment, `files`,
`ticket-keys`), whether a condition went along."""

_running: ContextVar[str] = ContextVar("running", default="")
_latest = [""]
"""For threads that a function starts: they know nothing of it."""
_calls: set[Call] = set()
_TRANSACTED = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


@contextmanager
def _as(function: str) -> Iterator[None]:
    token = _running.set(_running.get() or function)
    _latest[0] = _running.get()
    try:
        yield
    finally:
        _running.reset(token)
        _latest[0] = _running.get()


def actions(operation: str, given: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """What IAM asks leave for, by table, of one call of DynamoDB's."""
    if operation == "TransactWriteItems":
        for item in given["TransactItems"]:
            for kind, one in item.items():
                yield _TRANSACTED[kind], one["TableName"], "ConditionExpression" in one
    elif operation == "TransactGetItems":
        yield from (("GetItem", item["Get"]["TableName"], False) for item in given["TransactItems"])
    elif operation in {"BatchWriteItem", "BatchGetItem"}:
        yield from ((operation, table, False) for table in given["RequestItems"])
    elif "TableName" in given:
        yield operation, given["TableName"], "ConditionExpression" in given


def _function() -> str:
    apart = threading.current_thread() is not threading.main_thread()
    return _running.get() or (_latest[0] if apart else "")


def _record(operation: str, given: Mapping[str, Any]) -> None:
    for action, table, conditional in actions(operation, given):
        _note(f"dynamodb:{action}", table.removeprefix(os.environ["TABLE_PREFIX"]), conditional)


def _note(action: str, what: str, conditional: bool = False) -> None:
    if function := _function():
        _calls.add((function, action, what, conditional))


def _noted(work: Callable[..., Any], *actions: str, what: str) -> Callable[..., Any]:
    """`work`, which on AWS takes leave for `actions` on `what`."""

    @wraps(work)
    def recorded(*args: Any, **kwargs: Any) -> Any:
        for action in actions:
            _note(action, what)
        return work(*args, **kwargs)

    return recorded


def _attributed(work: Callable[..., Any], function: Callable[..., str]) -> Callable[..., Any]:
    @wraps(work)
    def recorded(*args: Any, **kwargs: Any) -> Any:
        with _as(function(*args, **kwargs)):
            return work(*args, **kwargs)

    return recorded


def _recorded(call: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(call)
    def recorded(self: Any, operation: str, given: Mapping[str, Any]) -> Any:
        if self.meta.service_model.service_name == "dynamodb":
            _record(operation, given)
        return call(self, operation, given)

    return recorded


def _wrap(owner: object, name: str, wrapped: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    setattr(owner, name, wrapped(getattr(owner, name)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Wraps the handlers, the jobs that the tick does, and botocore, once all is imported."""
    from chalice import Chalice

    from chalicelib import tick
    from chalicelib.counting.usecases import fold_counts
    from chalicelib.jobs.kinds import kinds
    from chalicelib.sealing import close_collection
    from infra.aws.routes import function_of

    def by_route(app: Any, event: Any, context: Any) -> str:
        return function_of(event["requestContext"]["resourcePath"]).name

    _wrap(Chalice, "__call__", lambda work: _attributed(work, by_route))
    fold_counts.fold_counts = _attributed(fold_counts.fold_counts, lambda *_: "fold")
    tick.tick = _attributed(tick.tick, lambda *_: "tick")
    close_collection.close_collection = _attributed(close_collection.close_collection, lambda *_: "tick")
    for kind in kinds().values():
        if kind.does is not None:
            kind.does = _attributed(kind.does, lambda *_: "tick")
    _watch_gateways()
    _wrap(botocore.client.BaseClient, "_make_api_call", _recorded)


def _watch_gateways() -> None:
    """The tests keep files in a folder and keys in a file: what they'd be on AWS is noted."""
    from chalicelib.kernel.gateways import secrets
    from chalicelib.kernel.gateways.folder import Folder

    read, written, removed = "s3:GetObject", "s3:PutObject", "s3:DeleteObject"
    _wrap(Folder, "writing", lambda work: _noted(work, written, "s3:AbortMultipartUpload", what="files"))
    _wrap(Folder, "chunks", lambda work: _noted(work, read, what="files"))
    _wrap(Folder, "part", lambda work: _noted(work, read, what="files"))
    _wrap(Folder, "exists", lambda work: _noted(work, "s3:ListBucket", what="files"))
    _wrap(Folder, "elsewhere", lambda work: _noted(work, read, what="files"))
    _wrap(Folder, "remove", lambda work: _noted(work, "s3:ListBucket", removed, what="files"))
    get, change = "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"
    _wrap(secrets._cache, "get", lambda work: _noted(work, get, what="ticket-keys"))
    stage = "secretsmanager:UpdateSecretVersionStage"
    secrets._change = _noted(secrets._change, get, change, stage, what="ticket-keys")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Writes what was recorded."""
    Path(os.environ["RECORD_TO"]).write_text(json.dumps(sorted(_calls)))
