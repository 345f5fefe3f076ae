"""What matters in the template, as AWS will see it."""

import json
import re
from pathlib import Path

from app import app
from chalicelib.tables import TABLES
from infra.aws import alarms, functions, routes, tables
from infra.local import ROOT
from tests.deployment.reading import Json, Template

KEPT = {"Fn::If": ["Protected", "Retain", "Delete"]}
KEPT_ONCE_MADE = {"Fn::If": ["Protected", "RetainExceptOnCreate", "Delete"]}


def test_the_tables_are_those_of_the_store(translated: Template) -> None:
    """By name, with the store's own keys and indexes; only responses have a stream."""
    made = {
        one["Properties"]["TableName"]["Fn::Sub"]: one for one in translated.of_type("AWS::DynamoDB::Table").values()
    }

    assert set(made) == {"${AWS::StackName}-" + tables.name_of(model) for model in TABLES}
    for model in TABLES:
        properties = made["${AWS::StackName}-" + tables.name_of(model)]["Properties"]
        keys = {key["AttributeName"]: key["KeyType"] for key in properties["KeySchema"]}
        hashes = {a.attr_name: "HASH" for a in model.get_attributes().values() if a.is_hash_key}
        ranges = {a.attr_name: "RANGE" for a in model.get_attributes().values() if a.is_range_key}
        assert keys == hashes | ranges
        assert properties["KeySchema"][0]["KeyType"] == "HASH"
        assert len(properties.get("GlobalSecondaryIndexes", ())) == len(model._indexes)
    streams = [
        one["Properties"]["StreamSpecification"] for one in made.values() if "StreamSpecification" in one["Properties"]
    ]
    assert streams == [{"StreamViewType": "NEW_IMAGE"}]


def test_protected_data_outlives_its_stack_and_can_be_restored(translated: Template) -> None:
    """Tables, files and keys; a stage that isn't protected can be destroyed."""
    for kind in ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret"):
        for one in translated.of_type(kind).values():
            assert (one["DeletionPolicy"], one["UpdateReplacePolicy"]) == (KEPT_ONCE_MADE, KEPT)
    for one in translated.of_type("AWS::DynamoDB::Table").values():
        properties = one["Properties"]
        assert properties["BillingMode"] == "PAY_PER_REQUEST"
        assert properties["DeletionProtectionEnabled"] == {"Fn::If": ["Protected", True, False]}
        assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert translated.whole["Parameters"]["Protect"]["Default"] == "true"


def test_the_stream_s_mapping_is_what_exact_counting_needs(translated: Template) -> None:
    """See DESIGN and docs/adr/0003: any of these otherwise, and counts could be wrong or stop."""
    mapping = translated.only("AWS::Lambda::EventSourceMapping")

    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["ResponsesTable", "StreamArn"]}
    assert mapping["FunctionName"] == {"Ref": "FoldCounts"}
    assert mapping["TumblingWindowInSeconds"] > 0
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["ParallelizationFactor"] == 1
    assert mapping["MaximumRetryAttempts"] == mapping["MaximumRecordAgeInSeconds"] == -1
    assert mapping["BisectBatchOnFunctionError"] is False
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["MaximumBatchingWindowInSeconds"] <= 2
    (only,) = mapping["FilterCriteria"]["Filters"]
    assert json.loads(only["Pattern"]) == {"eventName": ["INSERT"]}
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["LastNet", "Arn"]}


def test_no_bucket_is_public_nor_speaks_without_tls(translated: Template) -> None:
    """Private, versioned, with a lifecycle; a request in the clear is denied."""
    bucket = translated.only("AWS::S3::Bucket")
    (denied,) = translated.only("AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]

    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert {rule["Status"] for rule in bucket["LifecycleConfiguration"]["Rules"]} == {"Enabled"}
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_every_route_is_answered_by_the_function_of_its_rule(translated: Template) -> None:
    """All that the application knows and HEAD for each GET, and nothing else."""
    paths = translated.only("AWS::ApiGateway::RestApi")["Body"]["paths"]

    assert {path: {m.upper() for m in methods} for path, methods in paths.items()} == {
        path: {*methods, "HEAD"} if "GET" in methods else set(methods) for path, methods in app.routes.items()
    }
    for path, methods in paths.items():
        for method in methods.values():
            uri = method["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            assert uri.endswith("${AWS::StackName}-" + routes.function_of(path).name + "/invocations")
    assert routes.function_of("/api/v1/responses") is functions.RESPONDENTS
    assert routes.function_of("/secretariat") is functions.DESK


def test_the_whole_stage_and_what_is_polled_are_throttled(translated: Template) -> None:
    """And measured; no usage plan, whose keys would be readable."""
    settings = translated.only("AWS::ApiGateway::Stage")["MethodSettings"]
    polled = {one["ResourcePath"].replace("~1", "/").removeprefix("/") for one in settings[1:]}

    assert (settings[0]["ResourcePath"], settings[0]["HttpMethod"]) == ("/*", "*")
    assert {"/api/v1/counts", "/api/v1/counts/series"} <= polled <= set(app.routes)
    assert all(routes.function_of(path) is functions.DESK for path in polled)
    assert all(one["ThrottlingRateLimit"] and one["ThrottlingBurstLimit"] for one in settings)
    assert not translated.of_type("AWS::ApiGateway::UsagePlan")


def test_the_access_log_holds_no_address_and_no_link_s_code(translated: Template) -> None:
    """The route, not the path; neither address nor browser."""
    written = translated.only("AWS::ApiGateway::Stage")["AccessLogSetting"]["Format"]

    assert not set(re.findall(r"\$context\.([A-Za-z.]+)", written)) & {
        "path",
        "identity.sourceIp",
        "identity.userAgent",
    }
    assert "identity" not in written
    assert "$context.requestId" in written


def test_the_gateway_s_own_answers_are_problem_documents(translated: Template) -> None:
    """Unknown paths are 404, throttled requests 429 with a time to wait."""
    body = translated.only("AWS::ApiGateway::RestApi")["Body"]
    answers: Json = body["x-amazon-apigateway-gateway-responses"]

    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "MISSING_AUTHENTICATION_TOKEN"} <= set(answers)
    for answer in answers.values():
        text = answer["responseTemplates"]["application/json"].replace("$context.status", "400")
        assert {"type", "title", "status", "detail"} == set(json.loads(text))
        assert answer["responseParameters"]["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        assert answer["responseParameters"]["gatewayresponse.header.X-Content-Type-Options"] == "'nosniff'"
        assert "gatewayresponse.header.Strict-Transport-Security" in answer["responseParameters"]
    assert answers["MISSING_AUTHENTICATION_TOKEN"]["statusCode"] == 404
    assert answers["THROTTLED"]["statusCode"] == 429
    assert "gatewayresponse.header.Retry-After" in answers["THROTTLED"]["responseParameters"]
    assert body["x-amazon-apigateway-binary-media-types"] == ["*/*"]


def test_functions_run_as_they_should(translated: Template) -> None:
    """The pinned Python, a role and a log of one's own, a timeout beyond every write's deadline."""
    made = translated.of_type("AWS::Lambda::Function")

    assert set(made) == {function.logical for function in functions.ALL}
    roles = [one["Properties"]["Role"]["Fn::GetAtt"][0] for one in made.values()]
    assert len(set(roles)) == len(roles)
    assert {one["Properties"]["Runtime"] for one in made.values()} == {"python3.11"}
    assert {name: one["Properties"]["Code"]["S3Key"] for name, one in made.items()} == {
        "Respondents": "lean.zip", "FoldCounts": "lean.zip", "APIHandler": "deployment.zip", "Tick": "deployment.zip",
    }  # fmt: skip
    assert made["Respondents"]["Properties"]["Timeout"] <= 20
    assert {one["DependsOn"][0] for one in made.values()} == {f"{f.name.capitalize()}Logs" for f in functions.ALL}


def test_an_account_of_a_thousand_executions_can_reserve_them(translated: Template) -> None:
    """AWS refuses a reservation that leaves fewer than a hundred to all else."""
    said = translated.whole["Parameters"]

    assert sum(one["Default"] for name, one in said.items() if name.endswith("AtOnce")) <= 900


def test_every_alarm_is_heard(translated: Template) -> None:
    """Those that the issue names are there, and what a metric looks for in logs is said somewhere."""
    made = translated.of_type("AWS::CloudWatch::Alarm")
    code = "\n".join(path.read_text() for path in (ROOT / "chalicelib").glob("**/*.py"))

    assert {
        "FoldBehindAlarm", "LastNetFilledAlarm", "SetAsideAlarm", "ServerErrorsAlarm", "TickMissedAlarm",
        "CountsDifferAlarm", "MailFailedAlarm", "JobFailedAlarm", "ResponsesThrottledAlarm",
        "RespondentsThrottledAlarm",
    } <= set(made)  # fmt: skip
    assert all(one["Properties"]["AlarmActions"] == [{"Ref": "Alarms"}] for one in made.values())
    for _, words in alarms.SAID.values():
        assert f'"{words}: ' in code


def test_nothing_names_a_partition_a_region_or_an_account(package: Path) -> None:
    """The same template serves `aws` and `aws-cn`."""
    text = (package / "template.json").read_text()

    assert "arn:aws" not in text
    assert "amazonaws.com.cn" not in text
    assert not re.search(r"\b(cn|eu|us|ap)-(north|northwest|west|east|central|southeast)-\d", text)
    assert not re.search(r"\b\d{12}\b", text)
