"""What goes to Lambda: the bytes of both zips, and what is heaviest in the lean one.

Built for arm64 where `make package` hasn't yet.
"""

import json

from bench.figures import Figure
from infra.aws import package
from infra.aws.functions import LEAN, WHOLE
from infra.aws.size import Size
from infra.local import ROOT

_PACKAGE = ROOT / "build" / "aws" / "arm64" / "package"
_HEAVIEST = 3


def measure() -> list[Figure]:
    """The zips, and what fills that of the functions that can't be slow."""
    if not (_PACKAGE / LEAN).exists():
        package.build("arm64")
    sizes: dict[str, Size] = json.loads((_PACKAGE / "size.json").read_text())
    lean, whole = sizes[LEAN], sizes[WHOLE]
    heaviest = [Figure(f"of it {part['name']}", part["zipped"] / 1e6, "MB") for part in lean["parts"][:_HEAVIEST]]
    return [
        Figure("respondents and fold, zipped", lean["bytes"] / 1e6, "MB", at_most=12, peers="19.9 as it comes"),
        *heaviest,
        Figure("desk and tick, zipped", whole["bytes"] / 1e6, "MB"),
    ]
