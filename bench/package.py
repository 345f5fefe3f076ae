"""What goes to Lambda: the package's bytes and its heaviest parts. Built for arm64 where `make package` hasn't yet."""

import json
from typing import Any

from bench.figures import Figure
from infra.aws import package
from infra.local import ROOT

_PACKAGE = ROOT / "build" / "aws" / "arm64" / "package"
_HEAVIEST = 3


def measure() -> list[Figure]:
    """The zip, and what fills it."""
    if not (_PACKAGE / "size.json").exists():
        package.build("arm64")
    size: dict[str, Any] = json.loads((_PACKAGE / "size.json").read_text())
    heaviest = [Figure(f"of it {part['name']}", part["zipped"] / 1e6, "MB") for part in size["parts"][:_HEAVIEST]]
    return [Figure("zipped", size["bytes"] / 1e6, "MB", at_most=12, peers="19.9 as it comes"), *heaviest]
