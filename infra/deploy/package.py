"""The package as `make package` leaves it, and its way into the bucket."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.deploy.account import Account
from infra.deploy.failure import DeployFailed


@dataclass(frozen=True)
class Package:
    """A template, and the archives that it names by paths beside it."""

    template: Mapping[str, Any]
    archives: Mapping[str, Path]
    """By the words that the template names them with."""


def read_package(template: Path) -> Package:
    """The package whose template this is. Raises `DeployFailed` where it is missing."""
    try:
        found = json.loads(template.read_text("utf-8"))
    except FileNotFoundError:
        raise DeployFailed(f"{template} is missing: run `make package` first.") from None
    named = {
        resource["Properties"]["CodeUri"]
        for resource in found["Resources"].values()
        if isinstance(resource.get("Properties", {}).get("CodeUri"), str)
    }
    return Package(found, {name: template.parent / name for name in sorted(named)})


def upload(package: Package, account: Account) -> str:
    """Puts archives and template into the bucket, named by their bytes; returns the template's address."""
    s3, stack = account.client("s3"), account.stage.stack
    places = {}
    for name, path in package.archives.items():
        content = path.read_bytes()
        key = f"{stack}/{hashlib.sha256(content).hexdigest()}{path.suffix}"
        s3.put_object(Bucket=account.bucket, Key=key, Body=content)
        places[name] = f"s3://{account.bucket}/{key}"
    template = json.dumps(_with_places(package.template, places), indent=1).encode()
    key = f"{stack}/{hashlib.sha256(template).hexdigest()}.json"
    s3.put_object(Bucket=account.bucket, Key=key, Body=template)
    return account.address(key)


def _with_places(template: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    """The template with archives named by where they are now."""
    resources = {}
    for name, resource in template["Resources"].items():
        code = resource.get("Properties", {}).get("CodeUri")
        moved = {"Properties": resource["Properties"] | {"CodeUri": places[code]}} if code in places else {}
        resources[name] = resource | moved
    return {**template, "Resources": resources}
