"""Taking a stage down, with all that it holds."""

from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.account import Account
from infra.deploy.changes import Say, follow, status_of
from infra.deploy.failure import DeployFailed

_AT_ONCE = 1_000
_NEVER_UP = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "REVIEW_IN_PROGRESS"}
"""A stack that never came up holds nothing, and can only be removed."""


def remove(account: Account, confirmed: str, say: Say) -> None:
    """Deletes the stage's stack, files and packages. Raises `DeployFailed` where it is protected or not confirmed."""
    stage, cloud = account.stage, account.client("cloudformation")
    if status_of(cloud, stage.stack) is None:
        raise DeployFailed(f"There is no stack {stage.stack} in {stage.region}.")
    if status_of(cloud, stage.stack) not in _NEVER_UP:
        _refuse_protected(cloud, stage.stack, stage.name)
    if confirmed != stage.name:
        raise DeployFailed(
            f"This deletes every response, count and export of {stage.stack} in account {account.number}, for good. "
            f"If that is meant: make destroy STAGE={stage.name} CONFIRM={stage.name}"
        )
    for bucket in _buckets(cloud, stage.stack):
        empty(account.client("s3"), bucket, "")
        say(f"emptied {bucket}")
    since = datetime.now(UTC)
    cloud.delete_stack(StackName=stage.stack)
    follow(cloud, stage.stack, since, say)
    empty(account.client("s3"), account.bucket, f"{stage.stack}/")


def _refuse_protected(cloud: Any, stack: str, name: str) -> None:
    """What is deployed decides, not what the file says now."""
    found = cloud.describe_stacks(StackName=stack)["Stacks"][0]
    protect = {one["ParameterKey"]: one.get("ParameterValue") for one in found.get("Parameters", [])}.get("Protect")
    if protect != "false" or found.get("EnableTerminationProtection"):
        raise DeployFailed(
            f'{stack} is protected. If it is to go after all: set Protect = "false" in infra/stages/{name}.toml, '
            f"deploy that, and destroy it then. Save its exports first."
        )


def _buckets(cloud: Any, stack: str) -> list[str]:
    pages = cloud.get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = [one for page in pages for one in page["StackResourceSummaries"]]
    return [
        one["PhysicalResourceId"]
        for one in resources
        if one["ResourceType"] == "AWS::S3::Bucket" and one["ResourceStatus"] != "DELETE_COMPLETE"
    ]


def empty(s3: Any, bucket: str, prefix: str) -> None:
    """Deletes every version of every object under `prefix`; nothing where there is no bucket."""
    try:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
            versions = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            named = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in versions]
            for begin in range(0, len(named), _AT_ONCE):
                s3.delete_objects(Bucket=bucket, Delete={"Objects": named[begin : begin + _AT_ONCE], "Quiet": True})
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
