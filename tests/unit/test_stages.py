"""A stage's file: drafted from the template's parameters, read, and checked against them."""

from pathlib import Path

import pytest

from infra.deploy.changes import Change
from infra.deploy.failure import DeployFailed
from infra.deploy.stage import Stage, draft, read_stage, refuse_unknown

PARAMETERS: dict[str, dict[str, object]] = {
    "Protect": {"Type": "String", "Default": "true", "AllowedValues": ["true", "false"], "Description": "Data stay."},
    "SettleSeconds": {"Type": "Number", "Default": 60, "Description": "Between close and recount."},
}


def write(folder: Path, text: str) -> None:
    """A stage's file."""
    (folder / "trial.toml").write_text(text, "utf-8")


def test_a_draft_can_be_read_and_says_what_there_is(tmp_path: Path) -> None:
    """Every parameter with its description and default, as a comment; so nothing differs from the template yet."""
    path = draft("trial", PARAMETERS, tmp_path)

    stage = read_stage("trial", tmp_path)
    assert '# Data stay.\n# Protect = "true"' in path.read_text("utf-8")
    assert (stage.stack, stage.parameters, stage.is_protected) == ("minsheng-trial", {}, True)
    assert stage.architecture == "arm64"


def test_what_differs_is_taken_from_the_file(tmp_path: Path) -> None:
    """Region, architecture and parameters."""
    write(tmp_path, 'region = "us-east-1"\narchitecture = "x86_64"\n[parameters]\nProtect = "false"\n')

    stage = read_stage("trial", tmp_path)

    refuse_unknown(stage, PARAMETERS)
    assert (stage.region, stage.architecture, stage.is_protected) == ("us-east-1", "x86_64", False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('region = "the moon"', "region: "),
        ('region = "us-east-1"\narchitecture = "mips"', "architecture: "),
        ('region = "us-east-1"\ncolour = "red"', "colour: "),
        ("region =", "trial.toml: "),
        ('region = "us-east-1"\n[parameters]\nProtec = "false"', "Protec is no parameter of the template"),
        ('region = "us-east-1"\n[parameters]\nProtect = "perhaps"', "'perhaps' is not one of true, false"),
    ],
)
def test_what_is_wrong_in_it_is_named(tmp_path: Path, text: str, said: str) -> None:
    """Before anything is asked of AWS."""
    write(tmp_path, text)

    with pytest.raises(DeployFailed, match=said):
        refuse_unknown(read_stage("trial", tmp_path), PARAMETERS)


@pytest.mark.parametrize("name", ["", "../etc", "Production", "a b"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    """It becomes part of the names of tables and files."""
    with pytest.raises(DeployFailed, match="is not a name"):
        read_stage(name, tmp_path)
    with pytest.raises(DeployFailed, match="is not a name"):
        draft(name, PARAMETERS, tmp_path)


def test_a_stage_that_is_not_described_says_how_to_begin(tmp_path: Path) -> None:
    """With the command that drafts it."""
    with pytest.raises(DeployFailed, match="make deploy STAGE=trial"):
        read_stage("trial", tmp_path)


@pytest.mark.parametrize(
    ("change", "loses"),
    [
        (Change("Remove", "ResponsesTable", "AWS::DynamoDB::Table", replaced=False), True),
        (Change("Modify", "Files", "AWS::S3::Bucket", replaced=True), True),
        (Change("Modify", "Files", "AWS::S3::Bucket", replaced=False), False),
        (Change("Add", "Files", "AWS::S3::Bucket", replaced=False), False),
        (Change("Remove", "Desk", "AWS::Lambda::Function", replaced=False), False),
    ],
)
def test_losing_data_is_told_from_losing_anything_else(change: Change, *, loses: bool) -> None:
    """Tables, buckets and secrets that go or are made anew."""
    assert change.loses_data is loses


def test_production_is_protected_unless_it_says_otherwise() -> None:
    """The template's default."""
    assert Stage(name="production", region="cn-north-1").is_protected
