"""The events that AWS sends to the handlers of `app.py`, in the shapes of its documentation.

DynamoDB Streams: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-example.html, with a tumbling window
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html; EventBridge:
https://docs.aws.amazon.com/lambda/latest/dg/services-eventbridge.html.
"""

import base64
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Event = dict[str, Any]
"""An event as Lambda hands it to a handler: nothing but JSON."""


def stream_record(record: Mapping[str, Any], stream_arn: str) -> Event:
    """One record as the streams API returns it (botocore's types), as Lambda passes it on.

    Instants become seconds since the epoch, bytes base64 text; keys are added that only Lambda's side knows.
    """
    return _json(record) | {"eventSourceARN": stream_arn}  # type: ignore[no-any-return]


def stream_event(
    records: Sequence[Event],
    *,
    stream_arn: str,
    shard: str,
    window: tuple[int, int],
    state: Mapping[str, Any],
    final: bool = False,
) -> Event:
    """An invocation with `records` of one `shard` and one tumbling window.

    `window` is its start and end (exclusive) in seconds since the epoch. `final` is the last invocation of a window:
    no records, and the state that the earlier ones left.
    """
    start, end = (datetime.fromtimestamp(s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for s in window)
    return {
        "Records": list(records),
        "window": {"start": start, "end": end},
        "state": dict(state),
        "shardId": shard,
        "eventSourceARN": stream_arn,
        "isFinalInvokeForWindow": final,
        "isWindowTerminatedEarly": False,
    }


def schedule_event(at: datetime, region: str) -> Event:
    """The event of an EventBridge rule that fires at `at` (aware)."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [f"arn:aws:events:{region}:123456789012:rule/tick"],
        "detail": {},
    }


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_json(inner) for inner in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.timestamp()
    return value
