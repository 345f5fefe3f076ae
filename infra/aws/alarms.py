"""Alarms, and the topic that they speak to."""

from infra.aws import functions, tables
from infra.aws.cfn import Json, att, ref, resource, sub
from infra.aws.functions import Function

NAMESPACE = "Minsheng"
SAID = {
    "SetAside": (functions.FOLD, "set aside"),
    "CountsDiffer": (functions.TICK, "counts differ"),
    "MailFailed": (functions.TICK, "mail failed"),
    "JobFailed": (functions.TICK, "job failed"),
}
"""Metrics made of what is logged: whose log, and how the message begins."""


def resources() -> Json:
    """The topic, who hears it, what is counted in logs, and the alarms."""
    by_mail = {"Protocol": "email", "Endpoint": ref("AlarmMail"), "TopicArn": ref("Alarms")}
    return {
        "Alarms": resource("AWS::SNS::Topic", {}),
        "AlarmsByMail": resource("AWS::SNS::Subscription", by_mail, Condition="HasAlarmMail"),
        **{f"{name}Counted": _counted(name, *of) for name, of in SAID.items()},
        **{f"{name}Alarm": _alarm(*of) for name, of in _watched().items()},
    }


def _counted(name: str, function: Function, words: str) -> Json:
    made = {
        "MetricNamespace": NAMESPACE,
        "MetricName": sub("${AWS::StackName}-" + name),
        "MetricValue": "1",
        "DefaultValue": 0,
    }
    logged = {
        "LogGroupName": ref(f"{function.name.capitalize()}Logs"),
        "FilterPattern": f'{{ $.message = "{words}*" }}',
        "MetricTransformations": [made],
    }
    return resource("AWS::Logs::MetricFilter", logged)


def _watched() -> dict[str, tuple[str, Json]]:
    """What a person should look at, and when."""
    api = _metric("AWS/ApiGateway", "5XXError", {"ApiName": sub("${AWS::StackName}"), "Stage": "api"})
    said = {
        name: ("Somebody should read the log.", _metric(NAMESPACE, sub("${AWS::StackName}-" + name)) | _above(0))
        for name in SAID
    }
    throttled = {
        f"{table.capitalize()}Throttled": ("Writes are held back; they are tried again.", _table(table) | _above(0))
        for table in ("responses", "tallies")
    }
    refused = {
        f"{function.name.capitalize()}Throttled": (
            "The account's concurrency is used up.",
            _function(function, "Throttles") | _above(0),
        )
        for function in functions.ALL
    }
    return {
        "FoldBehind": (
            "Counts lag behind by a minute or more.",
            _function(functions.FOLD, "IteratorAge", "Maximum") | _above(60_000, minutes=2),
        ),
        "FoldFails": ("Batches come again and again.", _function(functions.FOLD, "Errors") | _above(0, minutes=2)),
        "LastNetFilled": ("The stream gave records up: count again.", _queue() | _above(0)),
        "ServerErrors": ("Answers of 5xx.", api | _above(5)),
        "TickMissed": ("Nothing that is due gets done.", _tick_missing()),
        "TickFails": ("A job fails, again and again.", _function(functions.TICK, "Errors") | _above(0, minutes=3)),
        **said,
        **throttled,
        **refused,
    }


def _tick_missing() -> Json:
    heard = {"Threshold": 1, "ComparisonOperator": "LessThanThreshold", "TreatMissingData": "breaching"}
    return _function(functions.TICK, "Invocations") | {"EvaluationPeriods": 3} | heard


def _above(threshold: int, minutes: int = 1) -> Json:
    compared = {"Threshold": threshold, "ComparisonOperator": "GreaterThanThreshold"}
    return compared | {"EvaluationPeriods": minutes, "TreatMissingData": "notBreaching"}


def _function(function: Function, name: str, statistic: str = "Sum") -> Json:
    return _metric("AWS/Lambda", name, {"FunctionName": ref(function.logical)}, statistic)


def _table(table: str) -> Json:
    return _metric("AWS/DynamoDB", "WriteThrottleEvents", {"TableName": ref(tables.logical(table))})


def _queue() -> Json:
    dimensions = {"QueueName": att("LastNet", "QueueName")}
    return _metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions, "Maximum")


def _metric(namespace: str, name: str | Json, dimensions: Json | None = None, statistic: str = "Sum") -> Json:
    shown = [{"Name": key, "Value": value} for key, value in (dimensions or {}).items()]
    return {"Namespace": namespace, "MetricName": name, "Dimensions": shown, "Statistic": statistic, "Period": 60}


def _alarm(description: str, watched: Json) -> Json:
    told = {"AlarmActions": [ref("Alarms")], "OKActions": [ref("Alarms")]}
    return resource("AWS::CloudWatch::Alarm", {"AlarmDescription": description} | watched | told)
