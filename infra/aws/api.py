"""The API: what is changed of the one that Chalice makes."""

from infra.aws import STAGE
from infra.aws.cfn import Json, att, either, ref, resource, sub
from infra.aws.functions import Function
from infra.aws.gateway_responses import responses
from infra.aws.roles import trust
from infra.aws.routes import function_of, routes

ACCESS = (
    '{"at":"$context.requestTimeEpoch","request":"$context.requestId","lambda":"$context.integration.requestId",'
    '"method":"$context.httpMethod","route":"$context.resourcePath","status":$context.status,'
    '"ms":"$context.responseLatency","bytes":"$context.responseLength","error":"$context.error.responseType"}'
)
"""A line of the access log: the route but not the path, which holds a link's code; no address, no user agent."""


def resources() -> Json:
    """The API's changes, its log, and the account's permission to write logs."""
    return {
        "RestAPI": {"Properties": _properties(), "DependsOn": []},
        "AccessLogs": resource("AWS::Logs::LogGroup", {"RetentionInDays": ref("LogDays"), "Tags": [_permitted()]}),
        **_leave_to_log(),
    }


def _properties() -> Json:
    return {
        "Name": sub("${AWS::StackName}"),
        "MinimumCompressionSize": 1024,
        "DisableExecuteApiEndpoint": either("HasDomain", True, False),
        "AccessLogSetting": {"DestinationArn": att("AccessLogs"), "Format": ACCESS},
        "MethodSettings": _throttles(),
        "DefinitionBody": {
            # Everything passes as bytes, both ways: a reply is then what the function said, whatever was accepted.
            "x-amazon-apigateway-binary-media-types": ["*/*"],
            "x-amazon-apigateway-gateway-responses": responses(),
            "paths": _integrations(),
        },
    }


def _integrations() -> Json:
    paths: Json = {}
    for path, method in routes():
        integration = {"uri": sub(_uri(function_of(path))), "timeoutInMillis": function_of(path).timeout_s * 1000}
        paths.setdefault(path, {})[method.lower()] = {"x-amazon-apigateway-integration": integration}
    return paths


def _uri(function: Function) -> str:
    """By name, so that the function may know the API's address without a circle."""
    arn = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::StackName}-"
    gateway = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions"
    return f"{gateway}/{arn}{function.name}/invocations"


def with_heads(made: Json) -> None:
    """HEAD wherever there is GET; see `chalicelib/web/rim/entry.py`."""
    for methods in made["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"].values():
        if "get" in methods:
            methods["head"] = methods["get"]


POLLED = ("/desk", "/secretariat", "/api/v1/counts", "/api/v1/counts/series", "/api/v1/links", "/api/v1/overview")
"""What machines and open pages ask for again and again. The other methods have no limit of their own: each setting
takes patch operations, of which AWS takes some eighty at once."""


def _throttles() -> list[Json]:
    """The whole stage, and what is polled on its own: a runaway poller leaves the netizens alone."""
    return [
        _throttle("/*", "*", "Stage"),
        *(_throttle("/" + path.replace("/", "~1"), "GET", "Desk") for path in POLLED),
    ]


def _throttle(path: str, method: str, who: str) -> Json:
    return {
        "ResourcePath": path,
        "HttpMethod": method,
        "MetricsEnabled": True,
        "ThrottlingRateLimit": ref(f"{who}Rate"),
        "ThrottlingBurstLimit": ref(f"{who}Burst"),
    }


def _permitted() -> Json:
    """Makes the log, and so the stage that writes it, wait for the account's permission: before that, a stage with a
    log is refused. A dependency can't be named that is made under a condition; a reference can."""
    return {"Key": "permitted-by", "Value": either("MakesApiLogsRole", ref("ApiLogsAccount"), "another stack")}


def _leave_to_log() -> Json:
    """One setting for the whole account and region; another stack may have made it already."""
    managed = sub("arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs")
    trusted = {"AssumeRolePolicyDocument": trust("apigateway.amazonaws.com"), "ManagedPolicyArns": [managed]}
    role = resource("AWS::IAM::Role", trusted, Condition="MakesApiLogsRole", DeletionPolicy="Retain")
    setting = resource(
        "AWS::ApiGateway::Account", {"CloudWatchRoleArn": att("ApiLogsRole")}, Condition="MakesApiLogsRole"
    )
    return {"ApiLogsRole": role | {"UpdateReplacePolicy": "Retain"}, "ApiLogsAccount": setting}


def address() -> Json:
    """Where the API itself is reached."""
    own = sub("https://${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}/" + STAGE)
    return either("HasDomain", sub("https://${DomainName}"), own)
