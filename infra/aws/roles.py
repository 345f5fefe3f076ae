"""The functions' roles, made of their grants."""

from collections.abc import Sequence

from infra.aws import grants, tables
from infra.aws.cfn import Json, att, either, resource, sub
from infra.aws.grants import Grants

OPEN_FILES = ["s3:GetObject"]
WRITE_FILES = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"]


def resources() -> Json:
    """A role for each function."""
    return {
        "RespondentsRole": _role("respondents", grants.RESPONDENTS, [_reads_ticket_keys(), _reads_seals()]),
        "DeskRole": _role(
            "desk",
            grants.desk(),
            [_reads_ticket_keys(), _rotates_ticket_keys(), *_files(OPEN_FILES), _puts_up_materials()],
        ),
        "FoldRole": _role("fold", grants.FOLD, [*_stream(), _last_net()]),
        "TickRole": _role("tick", grants.tick(), [_reads_ticket_keys(), *_files(WRITE_FILES), _locks(), *_mail()]),
    }


def _role(function: str, granted: Grants, others: Sequence[Json]) -> Json:
    statements = [_logs(function), *(_table(name, actions) for name, actions in granted.items()), *others]
    return resource(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": trust("lambda.amazonaws.com"),
            "Policies": [{"PolicyName": "least", "PolicyDocument": _document(statements)}],
        },
    )


def trust(service: str) -> Json:
    """Who may take a role on."""
    return _document([{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}])


def _document(statements: Sequence[Json]) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(actions: Sequence[str], what: str | Json | list[Json]) -> Json:
    return {"Effect": "Allow", "Action": list(actions), "Resource": what}


def _table(name: str, actions: Sequence[str]) -> Json:
    arn = att(tables.logical(name))
    allowed = [f"dynamodb:{action}" for action in actions]
    if not {"Query", "Scan"} & set(actions):
        return _allow(allowed, arn)
    return _allow(allowed, [arn, *_indexes(name)])


def _indexes(name: str) -> list[Json]:
    indexes = tables.resources()[tables.logical(name)]["Properties"].get("GlobalSecondaryIndexes", ())
    table = tables.logical(name)
    return [sub(f"${{{table}.Arn}}/index/{index['IndexName']}") for index in indexes]


def _logs(function: str) -> Json:
    group = sub(f"${{{function.capitalize()}Logs.Arn}}")
    return _allow(["logs:CreateLogStream", "logs:PutLogEvents"], group)


def _reads_ticket_keys() -> Json:
    return _allow(["secretsmanager:GetSecretValue"], {"Ref": "TicketKeys"})


def _rotates_ticket_keys() -> Json:
    actions = ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"]
    return _allow(actions, {"Ref": "TicketKeys"})


def _files(actions: Sequence[str]) -> list[Json]:
    """Without permission to list, S3 answers 403 for what isn't there."""
    return [_allow(actions, sub("${Files.Arn}/*")), _allow(["s3:ListBucket"], att("Files"))]


def _reads_seals() -> Json:
    """Whom a seal counted, for late retries, and proofs of it, for who holds a receipt; no other file."""
    names = ("*/private*/members.bin", "*/final*/tree.bin")
    return _allow(OPEN_FILES, [sub(f"${{Files.Arn}}/{name}") for name in names])


def _locks() -> Json:
    """What a seal made; nobody may unlock it."""
    return _allow(["s3:PutObjectRetention"], [sub("${Files.Arn}/*/final*/*"), sub("${Files.Arn}/*/private*/*")])


def _puts_up_materials() -> Json:
    """And posters with codes, and the file that makes results public; nowhere else does the desk write a file."""
    names = ("*/materials/*", "*/posters/*", "tables/*/published.json")
    folders = [sub(f"${{Files.Arn}}/{name}") for name in names]
    return _allow(["s3:PutObject", "s3:AbortMultipartUpload"], folders)


def _stream() -> list[Json]:
    actions = ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"]
    return [_allow(actions, att(tables.logical("responses"), "StreamArn")), _allow(["dynamodb:ListStreams"], "*")]


def _last_net() -> Json:
    return _allow(["sqs:SendMessage"], att("LastNet"))


def _mail() -> list[Json]:
    """Each door's, only where it is the one in use."""
    identity = sub("arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${SesIdentity}")
    account = {"Ref": "SmtpSecretArn"}
    return [
        either("BySes", _allow(["ses:SendEmail", "ses:SendRawEmail"], identity)),
        either("HasSmtpSecret", _allow(["secretsmanager:GetSecretValue"], account)),
    ]
