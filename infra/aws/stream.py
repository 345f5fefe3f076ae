"""From the responses table's stream to the fold, and the net behind it (docs/adr/0003, docs/adr/0010)."""

import json

from infra.aws import functions, tables
from infra.aws.cfn import Json, att, ref, resource

INSERTS = {"Filters": [{"Pattern": json.dumps({"eventName": ["INSERT"]})}]}


def resources() -> Json:
    """The mapping, and the queue that is its own destination."""
    return {
        "LastNet": resource("AWS::SQS::Queue", {"MessageRetentionPeriod": 1_209_600, "SqsManagedSseEnabled": True}),
        "ResponsesToFold": resource("AWS::Lambda::EventSourceMapping", _mapping()),
    }


def _mapping() -> Json:
    """The fold needs every one of these: see its docstring, and `tests/deployment/test_template.py`."""
    return {
        "EventSourceArn": att(tables.logical("responses"), "StreamArn"),
        "FunctionName": ref(functions.FOLD.logical),
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": 3_000,
        "MaximumBatchingWindowInSeconds": 1,
        "TumblingWindowInSeconds": 30,
        "ParallelizationFactor": 1,
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1,
        "BisectBatchOnFunctionError": False,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "FilterCriteria": INSERTS,
        "DestinationConfig": {"OnFailure": {"Destination": att("LastNet")}},
    }
