"""The rules of AWS, held against the package: that it keeps them, and that each is felt where it is broken."""

import copy
import json
import platform
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.aws.functions import LEAN, WHOLE
from infra.aws.judge import template_rules, zips
from infra.aws.package import ARCHITECTURES, PackageFailed, refuse_unless_it_runs
from infra.local import ROOT
from tests.deployment.reading import Json, Template


def without_processor(resources: Json) -> None:
    """One function runs on another processor than its zip is for."""
    del resources["Respondents"]["Properties"]["Architectures"]


def unordered(resources: Json) -> None:
    """The stage is made before the account lets it log."""
    del resources["AccessLogs"]["Properties"]["Tags"]


def second_stage(resources: Json) -> None:
    """As SAM adds it unasked."""
    name = next(name for name in resources if name.startswith("RestAPIDeployment"))
    resources[name]["Properties"]["StageName"] = "Stage"


def open_to_all_stages(resources: Json) -> None:
    """A function that any stage may call."""
    source = resources["RespondentsPermission"]["Properties"]["SourceArn"]
    source["Fn::Sub"] = source["Fn::Sub"].replace("/api/*", "/*")


def role_unasked(resources: Json) -> None:
    """As SAM adds one to a function that names none."""
    resources["TickRole2"] = resources["TickRole"]


def many_settings(resources: Json) -> None:
    """A limit for each method."""
    settings = resources["RestAPIapiStage"]["Properties"]["MethodSettings"]
    settings += settings[:1] * 88


def many_paths(resources: Json) -> None:
    """An API that has grown."""
    paths = resources["RestAPI"]["Properties"]["Body"]["paths"]
    paths |= {f"/more/{n}": {} for n in range(250)}


def tried_again(resources: Json) -> None:
    """A tick that fails comes three times."""
    del resources["TickEventInvokeConfig"]


def unlocked(resources: Json) -> None:
    """A bucket without Object Lock."""
    del resources["Files"]["Properties"]["ObjectLockEnabled"]


def swept(resources: Json) -> None:
    """A rule that takes away every old version."""
    del resources["Files"]["Properties"]["LifecycleConfiguration"]["Rules"][1]["Prefix"]


def swept_in_part(resources: Json) -> None:
    """One that takes away sealed files of old campaigns."""
    resources["Files"]["Properties"]["LifecycleConfiguration"]["Rules"][1]["Prefix"] = "2021/final/"


BROKEN: list[Callable[[Json], None]] = [
    without_processor, unordered, second_stage, open_to_all_stages, role_unasked, many_settings, many_paths,
    tried_again, unlocked, swept, swept_in_part,
]  # fmt: skip


def test_the_template_keeps_the_rules_of_aws(translated: Template) -> None:
    """As far as they are known."""
    assert template_rules.judge(translated.whole) == []


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__)
def test_what_breaks_a_rule_is_found(translated: Template, broken: Callable[[Json], None]) -> None:
    """Each was seen in a template of ours, or in another's."""
    template = copy.deepcopy(translated.whole)

    broken(template["Resources"])

    assert template_rules.judge(template)


def test_a_runtime_that_ends_is_found_half_a_year_before(translated: Template) -> None:
    """AWS makes no function of Python 3.11 from 2027-07-31 on, and ours could not be deployed again."""
    assert any("python3.11" in found for found in template_rules.judge(translated.whole, date(2027, 2, 2)))


@pytest.mark.parametrize("name", [WHOLE, LEAN])
def test_the_zips_run_on_the_processor_that_the_template_names(package: Path, translated: Template, name: str) -> None:
    """And fit; on the other processor they would be found out."""
    built = ARCHITECTURES[platform.machine()]
    (other,) = zips.MACHINES.keys() - {built}
    said = {
        json.dumps(one["Properties"]["Architectures"]) for one in translated.of_type("AWS::Lambda::Function").values()
    }

    assert said == {json.dumps([built])}
    assert zips.judge(package / name, built) == []
    with pytest.raises(PackageFailed, match=f"{name}: .*another processor"):
        refuse_unless_it_runs(package, other)


def test_a_zip_that_is_too_large_unpacked_is_found(tmp_path: Path) -> None:
    """Small as it may be packed."""
    with ZipFile(tmp_path / "large.zip", "w", 8) as zipped:
        zipped.writestr("zeros", bytes(zips.MOST_UNPACKED + 1))

    assert zips.judge(tmp_path / "large.zip", "arm64") != []


def policies(template: Json, folder: Path) -> str:
    """What is said of the roles' policies."""
    path = folder / "translated.json"
    path.write_text(json.dumps(template))
    asked = [str(ROOT / ".venv/aws/bin/python"), "-m", "infra.aws.judge.policies", str(path)]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout


def test_the_roles_actions_exist_for_what_they_name(translated: Template, tmp_path: Path) -> None:
    """And one that doesn't is found: IAM itself takes it."""
    template = copy.deepcopy(translated.whole)
    assert policies(template, tmp_path) == ""

    (first, *_) = template["Resources"]["TickRole"]["Properties"]["Policies"]
    first["PolicyDocument"]["Statement"][1]["Action"].append("dynamodb:ListStreams")

    assert "RESOURCE_MISMATCH" in policies(template, tmp_path)
