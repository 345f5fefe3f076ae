"""The only place of tests, bench and drills that knows what events look like.

Stream and schedule events are built by the runner's own `infra.local.events`, so what they feed is what the pump
and the tick feed. API Gateway's are of the REST API's Lambda proxy integration, payload format 1.0:
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chalice.local import LambdaContext

from infra.local import events
from infra.local.events import Event

REGION = "cn-north-1"
STREAM_ARN = f"arn:aws-cn:dynamodb:{REGION}:123456789012:table/test-responses/stream/2021-08-03T00:00:00.000"
SHARD = "shardId-00000001627920000000-a1b2c3d4"


def stream_record(
    item: Mapping[str, Any], sequence: int | str, *, name: str = "INSERT", at_s: int = 1_627_952_400
) -> Event:
    """One record of the responses table's stream (NEW_IMAGE): `item` in DynamoDB's JSON, its key attribute `id`."""
    record = {
        "eventID": f"{int(sequence):032x}",
        "eventName": name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": {
            "ApproximateCreationDateTime": at_s,
            "Keys": {"id": item.get("id", {"S": ""})},
            "NewImage": dict(item),
            "SequenceNumber": str(sequence),
            "SizeBytes": len(json.dumps(item)),
            "StreamViewType": "NEW_IMAGE",
        },
    }
    return events.stream_record(record, STREAM_ARN)


def stream_event(
    records: Sequence[Event],
    *,
    shard: str = SHARD,
    window: tuple[int, int] = (1_627_952_400, 1_627_952_430),
    state: Mapping[str, Any] | None = None,
    final: bool = False,
) -> Event:
    """One invocation of `fold_counts`; without records and with `final` the last one of a window."""
    return events.stream_event(
        records, stream_arn=STREAM_ARN, shard=shard, window=window, state=state or {}, final=final
    )


def schedule_event(at_ms: int) -> Event:
    """The tick at an instant (ms)."""
    return events.schedule_event(datetime.fromtimestamp(at_ms / 1000, UTC), REGION)


def api_event(
    method: str,
    resource: str,
    *,
    parameters: Mapping[str, str] | None = None,
    query: Mapping[str, Sequence[str]] | None = None,
    headers: Mapping[str, str] | None = None,
    body: Any = None,
    arrived_ms: int | None = None,
    client: str = "198.51.100.7",
) -> Event:
    """A request to the route `resource` (`/api/v1/links/{code}`) as API Gateway sends it to `app.app`.

    `parameters` are percent-encoded, as they arrive; `body` is text as it is, bytes as of a binary media type, anything
    else is sent as JSON;
    without `arrived_ms` the gateway names no instant, as Chalice's local gateway doesn't.
    """
    binary = isinstance(body, bytes)
    if binary:
        text: str | None = base64.b64encode(body).decode()
    else:
        text = body if body is None or isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    path = resource.format(**(parameters or {}))
    sent = {"accept": "*/*"} | ({"content-type": "application/json"} if text is not None else {})
    sent |= {name.lower(): value for name, value in (headers or {}).items()}
    context: Event = {
        "resourcePath": resource,
        "httpMethod": method,
        "path": f"/api{path}",
        "stage": "api",
        "identity": {"sourceIp": client, "userAgent": sent.get("user-agent")},
    }
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} if query else None,
        "multiValueQueryStringParameters": {name: list(values) for name, values in query.items()} if query else None,
        "pathParameters": dict(parameters) if parameters else None,
        "stageVariables": None,
        "requestContext": context | ({"requestTimeEpoch": arrived_ms} if arrived_ms is not None else {}),
        "body": text,
        "isBase64Encoded": binary,
    }


def lambda_context(function: str = "api_handler", timeout_ms: int = 20_000) -> LambdaContext:
    """The context that Lambda hands over beside an event."""
    return LambdaContext(function, 512, max_runtime_ms=timeout_ms)
