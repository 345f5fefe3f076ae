"""A stack's change: made as a change set, shown, executed, followed to its end."""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.failure import DeployFailed

Say = Callable[[str], None]
_EVERY_S = 2.0
_HOLDS_DATA = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret"}
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to happen to one resource."""

    action: str
    resource: str
    kind: str
    replaced: bool

    @property
    def loses_data(self) -> bool:
        """Whether something that holds data goes, or is made anew."""
        return self.kind in _HOLDS_DATA and (self.action == "Remove" or self.replaced)


def propose(cloud: Any, stack: str, template: str, parameters: Mapping[str, str]) -> str | None:
    """Makes a change set and returns its name; none where there is nothing to change. Raises `DeployFailed`."""
    status = status_of(cloud, stack)
    if status and status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
        raise DeployFailed(f"The stack {stack} is {status}: wait until that is over.")
    if status == "ROLLBACK_COMPLETE":
        raise DeployFailed(f"The stack {stack} never came up: remove it with `make destroy`, then deploy again.")
    name = f"deploy-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    cloud.create_change_set(
        StackName=stack,
        ChangeSetName=name,
        ChangeSetType="CREATE" if status in {None, "REVIEW_IN_PROGRESS"} else "UPDATE",
        TemplateURL=template,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=_CAPABILITIES,
    )
    while True:
        found = cloud.describe_change_set(StackName=stack, ChangeSetName=name)
        if found["Status"] == "CREATE_COMPLETE":
            return name
        if found["Status"] == "FAILED":
            cloud.delete_change_set(StackName=stack, ChangeSetName=name)
            if _is_empty(found.get("StatusReason", "")):
                return None
            raise DeployFailed(f"CloudFormation refuses the change: {found.get('StatusReason', 'no reason given')}")
        time.sleep(_EVERY_S)


def changes(cloud: Any, stack: str, name: str) -> Iterator[Change]:
    """What a change set holds."""
    more: dict[str, str] = {}
    while True:
        page = cloud.describe_change_set(StackName=stack, ChangeSetName=name, **more)
        for change in page["Changes"]:
            one = change["ResourceChange"]
            # What CloudFormation can't tell beforehand may come out as a replacement.
            replaced = one.get("Replacement") in {"True", "Conditional"}
            yield Change(one["Action"], one["LogicalResourceId"], one["ResourceType"], replaced)
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}


def execute(cloud: Any, stack: str, name: str, say: Say) -> None:
    """Executes a change set and follows it. Raises `DeployFailed` with what failed first."""
    since = datetime.now(UTC)
    cloud.execute_change_set(StackName=stack, ChangeSetName=name)
    follow(cloud, stack, since, say)


def follow(cloud: Any, stack: str, since: datetime, say: Say) -> None:
    """Says what becomes of each resource until the stack has come to rest; a stack that is gone has."""
    told: set[str] = set()
    stack = _id_of(cloud, stack)
    while True:
        status = status_of(cloud, stack)
        for event in _events(cloud, stack, since):
            if event["EventId"] not in told:
                told.add(event["EventId"])
                _tell(event, say)
        if status is None or not status.endswith("_IN_PROGRESS"):
            break
        time.sleep(_EVERY_S)
    if status is not None and (status.endswith("_FAILED") or "ROLLBACK" in status):
        raise DeployFailed(f"The stack is {status}. First to fail: {_first_failure(cloud, stack, since)}")


def status_of(cloud: Any, stack: str) -> str | None:
    """A stack's status; none where there is no such stack."""
    try:
        status = str(cloud.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return None
    return None if status == "DELETE_COMPLETE" else status


def _id_of(cloud: Any, stack: str) -> str:
    """A stack that is gone is found by its id alone."""
    try:
        return str(cloud.describe_stacks(StackName=stack)["Stacks"][0]["StackId"])
    except ClientError:
        return stack


def _events(cloud: Any, stack: str, since: datetime) -> list[Mapping[str, Any]]:
    """Since then, in the order of their coming."""
    found = []
    for page in cloud.get_paginator("describe_stack_events").paginate(StackName=stack):
        fresh = [event for event in page["StackEvents"] if event["Timestamp"] >= since.replace(microsecond=0)]
        found += fresh
        if len(fresh) < len(page["StackEvents"]):
            break
    return found[::-1]


def _tell(event: Mapping[str, Any], say: Say) -> None:
    status = event["ResourceStatus"]
    if status.endswith(("_COMPLETE", "_FAILED")):
        reason = f": {event['ResourceStatusReason']}" if status.endswith("_FAILED") else ""
        say(f"  {status:<22} {event['LogicalResourceId']}{reason}")


def _first_failure(cloud: Any, stack: str, since: datetime) -> str:
    for event in _events(cloud, stack, since):
        if event["ResourceStatus"].endswith("_FAILED"):
            return f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
    return "nothing that CloudFormation names"


def _is_empty(reason: str) -> bool:
    return "didn't contain changes" in reason or "No updates are to be performed" in reason
