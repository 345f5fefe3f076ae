"""Whether the roles' actions exist, and for the resources that they name. Runs in `.venv/aws`.

python -m infra.aws.judge.policies TRANSLATED

IAM takes an action that no resource of that kind has, and then refuses each call.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parliament import analyze_policy_string

_HERE = "eu-central-1:123456789012"
_ARNS = {
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{_HERE}:table/t",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{_HERE}:log-group:g:*",
    "AWS::S3::Bucket": "arn:aws:s3:::b",
    "AWS::SQS::Queue": f"arn:aws:sqs:{_HERE}:q",
}
_SECRET = f"arn:aws:secretsmanager:{_HERE}:secret:s"


def judge(resources: dict[str, Any]) -> list[str]:
    """What is wrong with the policies of the roles."""
    return [
        f"{name}: {finding.issue}: {finding.detail}"
        for name, role in resources.items()
        if role["Type"] == "AWS::IAM::Role"
        for policy in role["Properties"].get("Policies", ())
        for finding in analyze_policy_string(json.dumps(_plain(policy["PolicyDocument"], resources))).findings
    ]


def _plain(document: dict[str, Any], resources: dict[str, Any]) -> dict[str, Any]:
    """The document as it would be with an ARN of the right kind for each resource."""
    return document | {"Statement": [_statement(one, resources) for one in document["Statement"]]}


def _statement(statement: dict[str, Any], resources: dict[str, Any]) -> dict[str, Any]:
    said = statement["Fn::If"][1] if "Fn::If" in statement else statement
    named = said["Resource"] if isinstance(said["Resource"], list) else [said["Resource"]]
    return said | {"Resource": [arn for one in named for arn in _arns(one, resources)]}


def _arns(value: Any, resources: dict[str, Any]) -> Iterator[str]:
    match value:
        case {"Ref": _}:
            yield _SECRET
        case {"Fn::GetAtt": [name, attribute]}:
            yield _arn(name, attribute, resources)
        case {"Fn::Sub": text}:
            with_arns = re.sub(r"\$\{(\w+)\.(\w+)\}", lambda found: _arn(found[1], found[2], resources), text)
            here = with_arns.replace("${AWS::Partition}", "aws").replace("${AWS::Region}", "eu-central-1")
            yield re.sub(r"\$\{[^}]*\}", "x", here.replace("${AWS::AccountId}", "123456789012"))
        case _:
            yield value


def _arn(name: str, attribute: str, resources: dict[str, Any]) -> str:
    whole = _ARNS[resources[name]["Type"]]
    return f"{whole}/stream/s" if attribute == "StreamArn" else whole


if __name__ == "__main__":
    found = judge(json.loads(Path(sys.argv[1]).read_bytes())["Resources"])
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(bool(found))
