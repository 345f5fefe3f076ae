"""Linting the template as AWS will see it: translated first, since cfn-lint passes over much that SAM hides."""

import json
import subprocess

from infra.aws import BUILD
from infra.aws.judge.template_rules import judge
from infra.aws.package import build_template
from infra.local import ROOT

_TOOLS = ROOT / ".venv/aws/bin"
_REGIONS = ("cn-north-1", "cn-northwest-1", "eu-central-1", "us-east-1")
"""Where it is to work: both of China's, and two of the others."""


def lint() -> int:
    """Builds, translates and lints; warnings count too. Returns the number of those that found something."""
    translated = BUILD / "translated.json"
    subprocess.run(
        [_TOOLS / "python", ROOT / "infra/aws/translate.py", build_template(), translated],
        check=True,
    )
    found = judge(json.loads(translated.read_bytes()))
    print(*found, sep="\n", end="\n" if found else "")
    linters = (
        [str(_TOOLS / "python"), "-m", "infra.aws.judge.policies", str(translated)],
        [str(_TOOLS / "cfn-lint"), "--regions", *_REGIONS, "--", str(translated)],
    )
    failed = [tool for tool in linters if subprocess.run(tool, check=False, cwd=ROOT).returncode]
    return len(failed) + bool(found)
