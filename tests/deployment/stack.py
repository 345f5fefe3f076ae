"""The package of this machine's architecture, deployed by CloudFormation to the emulator."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chalicelib.kernel.codes import key_hash, new_key
from infra.aws import STAGE
from infra.aws.functions import LEAN, WHOLE
from infra.local import ROOT
from tests.deployment import emulator

NAME = "minsheng-test"
_PACKAGES = "packages"
_PATIENCE_S = 60


class Stack:
    """A deployed stack, and ways to look at it that its users don't have."""

    def __init__(self, endpoint: str, outputs: dict[str, str]) -> None:
        self.outputs = outputs
        self._endpoint = endpoint

    @property
    def base_url(self) -> str:
        """The API, behind its stage; the emulator's form of the address."""
        return f"{self._endpoint}/restapis/{self.outputs['RestAPIId']}/{STAGE}/_user_request_"

    def client(self, service: str) -> Any:
        """A client of the emulator's."""
        return emulator.client(service, self._endpoint)

    def logged(self, function: str) -> list[str]:
        """What a function has said, line by line."""
        logs, group = self.client("logs"), f"/aws/lambda/{NAME}-{function}"
        streams = [one["logStreamName"] for one in logs.describe_log_streams(logGroupName=group)["logStreams"]]
        said = [logs.get_log_events(logGroupName=group, logStreamName=name)["events"] for name in streams]
        return [event["message"] for events in said for event in events]

    def let_secretariat_in(self) -> str:
        """A key of the secretariat's, as an operator gives the first one; from outside, by the table."""
        key = new_key()
        item = {"hash": {"S": key_hash(key)}, "role": {"S": "secretariat"}}
        self.client("dynamodb").put_item(TableName=f"{NAME}-keys", Item=item)
        return key


def translate(template: Path, target: Path) -> dict[str, Any]:
    """The template as AWS would translate it, written to `target`."""
    python = str(ROOT / ".venv/aws/bin/python")
    arguments = [str(ROOT / "infra/aws/translate.py"), str(template), str(target), _PACKAGES]
    subprocess.run([python, *arguments], check=True, timeout=120)
    translated: dict[str, Any] = json.loads(target.read_text())
    return translated


@contextmanager
def deployed(endpoint: str, package: Path, **parameters: str) -> Iterator[Stack]:
    """Creates the stack, and deletes it at the end."""
    s3, cloudformation = emulator.client("s3", endpoint), emulator.client("cloudformation", endpoint)
    s3.create_bucket(Bucket=_PACKAGES, CreateBucketConfiguration={"LocationConstraint": emulator.REGION})
    for name in (WHOLE, LEAN):
        s3.upload_file(str(package / name), _PACKAGES, name)
    translated = package.parent / "translated.json"
    translate(package / "template.json", translated)
    s3.upload_file(str(translated), _PACKAGES, "template.json")
    cloudformation.create_stack(
        StackName=NAME,
        TemplateURL=f"{endpoint}/{_PACKAGES}/template.json",
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    try:
        made = _settled(cloudformation, "CREATE_COMPLETE")
        yield Stack(endpoint, {output["OutputKey"]: output["OutputValue"] for output in made["Outputs"]})
    finally:
        cloudformation.delete_stack(StackName=NAME)
        deadline = time.monotonic() + _PATIENCE_S
        while _standing(cloudformation) and time.monotonic() < deadline:
            time.sleep(0.2)


def _standing(cloudformation: Any) -> bool:
    """Whether the stack is still there."""
    listed = cloudformation.list_stacks()["StackSummaries"]
    return any(one["StackName"] == NAME and one["StackStatus"] != "DELETE_COMPLETE" for one in listed)


def _settled(cloudformation: Any, due: str) -> dict[str, Any]:
    """The stack, once it is as it should be."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        (stack,) = cloudformation.describe_stacks(StackName=NAME)["Stacks"]
        if stack["StackStatus"] == due:
            return dict(stack)
        if not stack["StackStatus"].endswith("_IN_PROGRESS") or time.monotonic() > deadline:
            events = cloudformation.describe_stack_events(StackName=NAME)["StackEvents"]
            reasons = [f"{e['LogicalResourceId']}: {why}" for e in events if (why := e.get("ResourceStatusReason"))]
            raise AssertionError("\n".join([stack["StackStatus"], *reasons[-20:]]))
        time.sleep(0.2)
