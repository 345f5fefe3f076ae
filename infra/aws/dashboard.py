"""The dashboard: the curve of the campaign, and what it costs the system to follow it."""

import json

from infra.aws import STAGE
from infra.aws.alarms import NAMESPACE, SAID
from infra.aws.cfn import Json, resource, sub

_STACK = "${AWS::StackName}"
Series = list[object]
"""A metric as a widget names it: namespace, name, dimensions one behind the other, and how it is drawn."""


def resources() -> Json:
    """One page, from the netizens down to the tick."""
    widgets = [
        _widget("Responses asked for, a minute", [_method("POST", "/api/v1/responses", "Count")], 0),
        _widget("Pages opened, a minute", [_method("GET", "/s/{code}", "Count")], 1),
        _widget("Responses stored (write units)", [_table("responses"), _table("tallies")], 2),
        _widget("Behind the stream, ms", [_lambda("fold", "IteratorAge", "Maximum")], 3),
        _widget("At once", [_lambda(name, "ConcurrentExecutions", "Maximum") for name in _ALL], 4),
        _widget("Duration, ms (p99)", [_lambda(name, "Duration", "p99") for name in _ALL], 5),
        _widget("Failures", [*(_lambda(name, "Errors", "Sum") for name in _ALL), _api("5XXError")], 6),
        _widget("Held back", [*(_lambda(name, "Throttles", "Sum") for name in _ALL), _api("4XXError")], 7),
        _widget("Said in logs", [[NAMESPACE, f"{_STACK}-{name}", {"stat": "Sum"}] for name in SAID], 8),
    ]
    body = sub(json.dumps({"widgets": widgets}))
    return {"Dashboard": resource("AWS::CloudWatch::Dashboard", {"DashboardName": sub(_STACK), "DashboardBody": body})}


_ALL = ("respondents", "desk", "fold", "tick")


def _widget(title: str, series: list[Series], place: int) -> Json:
    drawn = {"title": title, "region": "${AWS::Region}", "view": "timeSeries", "period": 60, "metrics": series}
    return {"type": "metric", "x": place % 2 * 12, "y": place // 2 * 6, "width": 12, "height": 6, "properties": drawn}


def _method(method: str, path: str, name: str) -> Series:
    where = ["ApiName", _STACK, "Resource", path, "Method", method, "Stage", STAGE]
    return ["AWS/ApiGateway", name, *where, {"stat": "Sum"}]


def _api(name: str) -> Series:
    return ["AWS/ApiGateway", name, "ApiName", _STACK, "Stage", STAGE, {"stat": "Sum"}]


def _lambda(function: str, name: str, statistic: str) -> Series:
    return ["AWS/Lambda", name, "FunctionName", f"{_STACK}-{function}", {"stat": statistic, "label": function}]


def _table(name: str) -> Series:
    return ["AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName", f"{_STACK}-{name}", {"stat": "Sum"}]
