"""Linting the template as AWS will see it: translated first, since cfn-lint passes over much that SAM hides."""

import subprocess

from infra.aws import BUILD
from infra.aws.package import build_template
from infra.local import ROOT

_TOOLS = ROOT / ".venv/aws/bin"
_REGIONS = ("cn-north-1", "cn-northwest-1", "eu-central-1")
"""Where it is to work: both of China's, and one of the others."""


def lint() -> int:
    """Builds, translates and lints; warnings count too. Returns cfn-lint's exit code, 0 where it finds nothing."""
    translated = BUILD / "translated.json"
    subprocess.run(
        [_TOOLS / "python", ROOT / "infra/aws/translate.py", build_template(), translated],
        check=True,
    )
    return subprocess.run([_TOOLS / "cfn-lint", "--regions", *_REGIONS, "--", translated], check=False).returncode
