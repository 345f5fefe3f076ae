"""Secrets in AWS Secrets Manager, read by many and changed without losing another's change."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError

from chalicelib.kernel.gateways.aws import client

_CURRENT = "AWSCURRENT"


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret as it is now."""

    text: str
    version: str


def read(name: str) -> Secret:
    """The secret of this name or ARN."""
    answer = client("secretsmanager").get_secret_value(SecretId=name)
    return Secret(answer["SecretString"], answer["VersionId"])


def change(name: str, changed: Callable[[str], str]) -> None:
    """Applies `changed` to a secret's text, again where somebody else was quicker.

    The new version is put aside first; making it the current one names the version that it is to follow, and fails
    where that is current no longer.
    """
    manager = client("secretsmanager")
    while True:
        before = read(name)
        aside = f"aside-{secrets.token_hex(8)}"
        fresh = manager.put_secret_value(SecretId=name, SecretString=changed(before.text), VersionStages=[aside])[
            "VersionId"
        ]
        try:
            manager.update_secret_version_stage(
                SecretId=name, VersionStage=_CURRENT, MoveToVersionId=fresh, RemoveFromVersionId=before.version
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidParameterException":
                raise
            if read(name).version == before.version:
                raise
        else:
            return
