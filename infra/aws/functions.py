"""The four functions, from two zips: respondents and desk behind the API, fold behind the stream, tick by the clock."""

from dataclasses import dataclass

from infra.aws import STAGE
from infra.aws.cfn import Json, att, either, ref, resource, sub

WHOLE, LEAN = "deployment.zip", "lean.zip"
"""The zips, see `package.py`."""


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
    at_once: int
    """Executions that the account keeps for it, and the most that it gets: none can take the others' away."""

    @property
    def full_name(self) -> Json:
        """Within the account. Named by us, so that the API can name a function that knows the API's address."""
        return sub("${AWS::StackName}-" + self.name)


RESPONDENTS = Function(
    "respondents",
    "Respondents",
    1024,
    20,
    "chalicelib.web.netizen.answering,chalicelib.web.netizen.home,chalicelib.web.netizen.link_page,"
    "chalicelib.web.netizen.plain_form,chalicelib.web.public.service",
    LEAN,
    600,
)
DESK = Function("desk", "APIHandler", 1024, 29, "chalicelib.web.unit.counts,chalicelib.web.unit.unit_desk", WHOLE, 200)
FOLD = Function("fold", "FoldCounts", 512, 60, "chalicelib.counting.usecases.fold_counts", LEAN, 50)
TICK = Function("tick", "Tick", 1769, 900, "chalicelib.tick", WHOLE, 20)
ALL = (RESPONDENTS, DESK, FOLD, TICK)


def resources() -> Json:
    """What is added to Chalice's functions, and the respondents' own; with a log for each."""
    merged: Json = {
        function.logical: {"Properties": _properties(function), "DependsOn": [_logs(function)]} for function in ALL
    }
    merged[RESPONDENTS.logical] = resource(
        "AWS::Serverless::Function", _properties(RESPONDENTS), DependsOn=[_logs(RESPONDENTS)]
    )
    # The next minute's tick is the next try.
    merged[TICK.logical]["Properties"]["EventInvokeConfig"] = {"MaximumRetryAttempts": 0}
    permissions = {
        "RespondentsPermission": resource("AWS::Lambda::Permission", _called_by_the_api(RESPONDENTS)),
        f"{DESK.logical}InvokePermission": {"Properties": _called_by_the_api(DESK)},
    }
    return merged | {_logs(function): _log_group(function) for function in ALL} | permissions


def like_its_siblings(made: Json) -> None:
    """Gives the respondents' function, which Chalice doesn't know, whatever Chalice says of the desk's (processor,
    runtime, handler, tags), but for what is its own."""
    desk, respondents = (made["Resources"][one.logical]["Properties"] for one in (DESK, RESPONDENTS))
    made["Resources"][RESPONDENTS.logical]["Properties"] = desk | respondents


def _properties(function: Function) -> Json:
    return {
        "FunctionName": function.full_name,
        "MemorySize": function.memory_mb,
        "Timeout": function.timeout_s,
        "CodeUri": f"./{function.archive}",
        "ReservedConcurrentExecutions": either("Reserves", ref(f"{function.name.capitalize()}AtOnce")),
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
        "SEAL_KEPT_DAYS": either("Protected", ref("SealKeptDays"), "0"),
        "LOG_FORMAT": "json",
        "ONLY_SHARD": ref("OnlyShard"),
    }


def _logs(function: Function) -> str:
    return f"{function.name.capitalize()}Logs"


def _log_group(function: Function) -> Json:
    name = sub("/aws/lambda/${AWS::StackName}-" + function.name)
    return resource("AWS::Logs::LogGroup", {"LogGroupName": name, "RetentionInDays": ref("LogDays")})


def _called_by_the_api(function: Function) -> Json:
    source = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${RestAPI}/" + f"{STAGE}/*"
    return {
        "FunctionName": ref(function.logical),
        "Action": "lambda:InvokeFunction",
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": sub(source),
    }
