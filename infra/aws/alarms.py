"""Alarms, and the topic that they speak to."""

from infra.aws import STAGE, functions, tables
from infra.aws.cfn import Json, att, ref, resource, sub
from infra.aws.functions import Function

NAMESPACE = "Minsheng"
SAID = {
    "SetAside": (functions.FOLD, "set aside"),
    "CountsDiffer": (functions.TICK, "counts differ"),
    "MailFailed": (functions.TICK, "mail failed"),
    "JobFailed": (functions.TICK, "job failed"),
    "SealLate": (functions.TICK, "seal late"),
}
"""Metrics made of what is logged: whose log, and how the message begins."""


def resources() -> Json:
    """The topic, who hears it, what is counted in logs, and the alarms."""
    by_mail = {"Protocol": "email", "Endpoint": ref("AlarmMail"), "TopicArn": ref("Alarms")}
    return {
        "Alarms": resource("AWS::SNS::Topic", {}),
        "AlarmsByMail": resource("AWS::SNS::Subscription", by_mail, Condition="HasAlarmMail"),
        **{f"{name}Counted": _counted(name, *of) for name, of in SAID.items()},
        "RefusedCounted": _refused(),
        **{f"{name}Alarm": _alarm(*of) for name, of in _watched().items()},
        # Emulators know no alarm on more than one metric.
        "NothingFoldedAlarm": _alarm("Responses come in, and no count moves.", _stored_but_not_counted())
        | {"Condition": "OnAws"},
    }


def _counted(name: str, function: Function, words: str) -> Json:
    return _filter(name, f"{function.name.capitalize()}Logs", f'{{ $.message = "{words}*" }}')


def _refused() -> Json:
    """API Gateway's own metric of 4xx counts every mistyped address, too."""
    return _filter("Refused", "AccessLogs", "{ $.status = 429 }")


def _filter(name: str, logs: str, pattern: str) -> Json:
    made = {"MetricNamespace": NAMESPACE, "MetricName": _own(name), "MetricValue": "1", "DefaultValue": 0}
    return resource(
        "AWS::Logs::MetricFilter",
        {"LogGroupName": ref(logs), "FilterPattern": pattern, "MetricTransformations": [made]},
    )


def _own(name: str) -> Json:
    return sub("${AWS::StackName}-" + name)


def _watched() -> dict[str, tuple[str, Json]]:
    """What a person should look at, and when."""
    said = {name: ("Somebody should read the log.", _metric(NAMESPACE, _own(name)) | _above(0)) for name in SAID}
    throttled = {
        f"{table.capitalize()}{short}Throttled": (
            f"{what} are held back; they are tried again.",
            _table(table, f"{short or 'Write'}ThrottleEvents") | _above(0),
        )
        for table in ("responses", "tallies")
        for short, what in (("", "Writes"), ("Read", "Reads"))
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
        "ServerErrors": ("Answers of 5xx.", _api("5XXError") | _above(5)),
        "SlowAnswers": (
            "One answer in twenty takes longer than 3 s.",
            _api("Latency", "p95") | _above(3_000, minutes=5),
        ),
        "Refused": ("Many requests are answered 429.", _metric(NAMESPACE, _own("Refused")) | _above(600, minutes=3)),
        "TickMissed": ("Nothing that is due gets done.", _tick_missing()),
        "TickFails": ("A job fails, again and again.", _function(functions.TICK, "Errors") | _above(0, minutes=3)),
        **said,
        **throttled,
        **refused,
    }


def _tick_missing() -> Json:
    """Where nothing is called there is no figure. Then the alarm has too little data, which is told as well; and a new
    stack, which begins like that, alarms nobody."""
    heard = {"Threshold": 1, "ComparisonOperator": "LessThanThreshold", "TreatMissingData": "missing"}
    told = {"InsufficientDataActions": [ref("Alarms")]}
    return _function(functions.TICK, "Invocations") | {"EvaluationPeriods": 3} | heard | told


def _stored_but_not_counted() -> Json:
    """Also where the stream's mapping is off, and its age says nothing."""
    written = {"stored": "responses", "counted": "tallies"}
    metrics: list[Json] = [
        {"Id": name, "ReturnData": False, "MetricStat": {"Metric": _units(table), "Period": 60, "Stat": "Sum"}}
        for name, table in written.items()
    ]
    expression = "IF(FILL(stored, 0) > 0 AND FILL(counted, 0) == 0, 1, 0)"
    return {"Metrics": [*metrics, {"Id": "still", "Expression": expression}]} | _above(0, minutes=5)


def _units(table: str) -> Json:
    shown = [{"Name": "TableName", "Value": ref(tables.logical(table))}]
    return {"Namespace": "AWS/DynamoDB", "MetricName": "ConsumedWriteCapacityUnits", "Dimensions": shown}


def _api(name: str, statistic: str = "Sum") -> Json:
    return _metric("AWS/ApiGateway", name, {"ApiName": sub("${AWS::StackName}"), "Stage": STAGE}, statistic)


def _above(threshold: int, minutes: int = 1) -> Json:
    compared = {"Threshold": threshold, "ComparisonOperator": "GreaterThanThreshold"}
    return compared | {"EvaluationPeriods": minutes, "TreatMissingData": "notBreaching"}


def _function(function: Function, name: str, statistic: str = "Sum") -> Json:
    return _metric("AWS/Lambda", name, {"FunctionName": ref(function.logical)}, statistic)


def _table(table: str, name: str) -> Json:
    return _metric("AWS/DynamoDB", name, {"TableName": ref(tables.logical(table))})


def _queue() -> Json:
    dimensions = {"QueueName": att("LastNet", "QueueName")}
    return _metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions, "Maximum")


def _metric(namespace: str, name: str | Json, dimensions: Json | None = None, statistic: str = "Sum") -> Json:
    shown = [{"Name": key, "Value": value} for key, value in (dimensions or {}).items()]
    how = {"ExtendedStatistic": statistic} if statistic.startswith("p") else {"Statistic": statistic}
    return {"Namespace": namespace, "MetricName": name, "Dimensions": shown, "Period": 60} | how


def _alarm(description: str, watched: Json) -> Json:
    """That all is well again is not told: every new stack would begin with a mail for each alarm."""
    return resource(
        "AWS::CloudWatch::Alarm", {"AlarmDescription": description, "AlarmActions": [ref("Alarms")]} | watched
    )
