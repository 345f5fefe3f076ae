"""The four functions, from two zips: respondents and desk behind the API, fold behind the stream, tick by the clock."""

from dataclasses import dataclass

from infra.aws import STAGE
from infra.aws.cfn import Json, att, either, ref, resource, sub

WHOLE, LEAN = "deployment.zip", "lean.zip"
"""The zips, see `package.py`."""
HANDLER_API = "app.app"


@dataclass(frozen=True)
class Function:
    """A function, and what it is given."""

    name: str
    logical: str
    """Chalice's name of the resource, but for the one that only the template knows."""
    memory_mb: int
    """CPU comes in proportion to it; 1,769 MB are one core."""
    timeout_s: int
    at_start: str
    """What it runs before the first request comes, see `chalicelib/kernel/settings.py`."""
    archive: str
    """The zip that it runs."""

    @property
    def full_name(self) -> Json:
        """Within the account. Named by us, so that the API can name a function that knows the API's address."""
        return sub("${AWS::StackName}-" + self.name)


RESPONDENTS = Function(
    "respondents",
    "Respondents",
    1024,
    20,
    "chalicelib.web.netizen.answering,chalicelib.web.netizen.pages,chalicelib.web.public.service",
    LEAN,
)
DESK = Function("desk", "APIHandler", 1024, 29, "chalicelib.web.unit.counts,chalicelib.web.unit.unit_desk", WHOLE)
FOLD = Function("fold", "FoldCounts", 512, 60, "chalicelib.counting.usecases.fold_counts", LEAN)
TICK = Function("tick", "Tick", 1769, 900, "chalicelib.tick", WHOLE)
ALL = (RESPONDENTS, DESK, FOLD, TICK)


def resources() -> Json:
    """What is added to Chalice's functions, and the respondents' own; with a log for each."""
    merged = {
        function.logical: {"Properties": _properties(function), "DependsOn": [_logs(function)]} for function in ALL
    }
    whole = {"Runtime": "python3.11", "Handler": HANDLER_API, "Tracing": "PassThrough"}
    merged[RESPONDENTS.logical] = resource(
        "AWS::Serverless::Function", whole | _properties(RESPONDENTS), DependsOn=[_logs(RESPONDENTS)]
    )
    return (
        merged | {_logs(function): _log_group(function) for function in ALL} | {"RespondentsPermission": _permission()}
    )


def _properties(function: Function) -> Json:
    return {
        "FunctionName": function.full_name,
        "MemorySize": function.memory_mb,
        "Timeout": function.timeout_s,
        "CodeUri": f"./{function.archive}",
        "Role": att(f"{function.name.capitalize()}Role"),
        "Environment": {"Variables": environment() | {"LOAD_AT_START": function.at_start}},
    }


def environment() -> Json:
    """The settings, see `chalicelib/kernel/settings.py`."""
    api = sub("https://${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}/" + STAGE)
    return {
        "BASE_URL": either("HasBaseUrl", ref("BaseUrl"), either("HasDomain", sub("https://${DomainName}"), api)),
        "TABLE_PREFIX": sub("${AWS::StackName}-"),
        "FILES_BUCKET": ref("Files"),
        "TICKET_KEYS_SECRET": ref("TicketKeys"),
        "MAIL_DOOR": ref("MailDoor"),
        "MAIL_FROM": ref("MailFrom"),
        "SMTP_HOST": ref("SmtpHost"),
        "SMTP_PORT": ref("SmtpPort"),
        "SMTP_STARTTLS": ref("SmtpStartTls"),
        "SMTP_SECRET": ref("SmtpSecretArn"),
        "SETTLE_S": ref("SettleSeconds"),
        "LOG_FORMAT": "json",
        "ONLY_SHARD": ref("OnlyShard"),
    }


def _logs(function: Function) -> str:
    return f"{function.name.capitalize()}Logs"


def _log_group(function: Function) -> Json:
    name = sub("/aws/lambda/${AWS::StackName}-" + function.name)
    return resource("AWS::Logs::LogGroup", {"LogGroupName": name, "RetentionInDays": ref("LogDays")})


def _permission() -> Json:
    source = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${RestAPI}/*"
    return resource(
        "AWS::Lambda::Permission",
        {
            "FunctionName": ref(RESPONDENTS.logical),
            "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": sub(source),
        },
    )
