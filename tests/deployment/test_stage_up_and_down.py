"""Bringing a stage up, changing it and taking it down, with a small template on the emulator."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.deploy import changes
from infra.deploy.__main__ import first_key
from infra.deploy.account import Account
from infra.deploy.failure import DeployFailed
from infra.deploy.package import read_package
from infra.deploy.removal import remove
from infra.deploy.rollout import outputs, roll_out
from infra.deploy.stage import Stage
from tests.deployment import emulator

TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "TableName": {"Fn::Sub": "${AWS::StackName}-keys"},
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "hash", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "hash", "KeyType": "HASH"}],
    },
}
BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"VersioningConfiguration": {"Status": "Enabled"}}}
LOGS = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": {"Ref": "LogDays"}}}
ARCHIVES = {"deployment.zip": b"PK whole", "lean.zip": b"PK lean"}
PARAMETERS = {
    "Protect": {"Type": "String", "Default": "true", "AllowedValues": ["true", "false"]},
    "LogDays": {"Type": "Number", "Default": 30},
}


def function_of(archive: str) -> dict[str, object]:
    """A function whose code is this file of the package."""
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "CodeUri": f"./{archive}",
            "Code": {"ZipFile": "def handler(event, context): return 1"},
            "Handler": "index.handler",
            "Runtime": "python3.11",
            "Role": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/trial"},
        },
    }


@pytest.fixture
def account(as_deployed: str, request: pytest.FixtureRequest) -> Account:
    """Of a stage named after the test, in the emulator's region, unprotected."""
    name = request.node.name.replace("_", "-")[-24:].strip("-")
    return Account(Stage(name=f"t-{name}", region=emulator.REGION, parameters={"Protect": "false"}))


def protected(account: Account) -> Account:
    """The same stage, protected."""
    return Account(account.stage.model_copy(update={"parameters": {"Protect": "true"}}))


def bring_up(account: Account, folder: Path, resources: Mapping[str, Any]) -> list[str]:
    """Rolls out a package of these resources; gives what was said."""
    template = {
        "Parameters": PARAMETERS,
        "Resources": resources,
        "Outputs": {"Bucket": {"Value": {"Ref": "Files"}}},
    }
    (folder / "template.json").write_text(json.dumps(template), "utf-8")
    for name, content in ARCHIVES.items():
        (folder / name).write_bytes(content)
    said: list[str] = []
    roll_out(account, read_package(folder / "template.json"), said.append)
    return said


def status(account: Account) -> str | None:
    """The stack's."""
    return changes.status_of(account.client("cloudformation"), account.stage.stack)


def test_a_stage_comes_up_changes_and_goes(account: Account, tmp_path: Path) -> None:
    """What will change is said before it does; the same again changes nothing; files and all go at the end."""
    first = bring_up(account, tmp_path, {"KeysTable": TABLE, "Files": BUCKET})
    again = bring_up(account, tmp_path, {"KeysTable": TABLE, "Files": BUCKET})
    more = bring_up(account, tmp_path, {"KeysTable": TABLE, "Files": BUCKET, "Logs": LOGS})
    bucket, s3 = outputs(account)["Bucket"], account.client("s3")
    for content in (b"one", b"two"):
        s3.put_object(Bucket=bucket, Key="final/responses.csv.gz", Body=content)

    said: list[str] = []
    remove(account, account.stage.name, said.append)

    assert "  add     KeysTable AWS::DynamoDB::Table" in first
    assert again == ["nothing has changed"]
    assert "  add     Logs AWS::Logs::LogGroup" in more
    assert f"emptied {bucket}" in said
    assert status(account) is None
    packages = s3.list_objects_v2(Bucket=account.bucket, Prefix=f"{account.stage.stack}/")
    assert packages["KeyCount"] == 0


def test_the_package_itself_comes_up_with_a_first_key_and_goes(account: Account, package: Path) -> None:
    """As `make deploy` does it: the real template, and one key for the secretariat, made once."""
    # What the emulator doesn't know.
    beside = {"Waf": "false", "OnlyShard": "the-only-shard"}
    account = Account(account.stage.model_copy(update={"parameters": account.stage.parameters | beside}))
    roll_out(account, read_package(package / "template.json"), print)

    first, second = first_key(account.stage), first_key(account.stage)

    assert outputs(account)["SiteURL"].endswith("/api")
    assert len(first) > 20
    assert second == ""
    remove(account, account.stage.name, print)
    assert status(account) is None


def test_the_package_lies_where_the_template_says(account: Account, tmp_path: Path) -> None:
    """Each zip named by its bytes, in a bucket that nobody else sees."""
    whole, lean = function_of("deployment.zip"), function_of("lean.zip")
    bring_up(account, tmp_path, {"Files": BUCKET, "KeysTable": TABLE, "Tick": whole, "Respondents": lean})

    s3, cloud = account.client("s3"), account.client("cloudformation")
    deployed = cloud.get_template(StackName=account.stage.stack)["TemplateBody"]
    found = deployed if isinstance(deployed, dict) else json.loads(deployed)
    for function, archive in {"Tick": "deployment.zip", "Respondents": "lean.zip"}.items():
        place = found["Resources"][function]["Properties"]["CodeUri"].removeprefix(f"s3://{account.bucket}/")
        assert s3.get_object(Bucket=account.bucket, Key=place)["Body"].read() == ARCHIVES[archive]
    assert all(s3.get_public_access_block(Bucket=account.bucket)["PublicAccessBlockConfiguration"].values())


def test_data_that_are_protected_are_not_taken_away(account: Account, tmp_path: Path) -> None:
    """Neither by a template that has lost them, nor by destroying the stage, confirmed or not."""
    kept = protected(account)
    bring_up(kept, tmp_path, {"KeysTable": TABLE, "Files": BUCKET})

    with pytest.raises(DeployFailed, match="KeysTable away with the data"):
        bring_up(kept, tmp_path, {"Files": BUCKET})
    with pytest.raises(DeployFailed, match="is protected"):
        remove(kept, kept.stage.name, print)

    table = account.client("dynamodb").describe_table(TableName=f"{account.stage.stack}-keys")
    assert table["Table"]["TableStatus"] == "ACTIVE"


def test_nothing_goes_that_was_not_confirmed(account: Account, tmp_path: Path) -> None:
    """The command says what would be lost, and how it is meant."""
    bring_up(account, tmp_path, {"KeysTable": TABLE, "Files": BUCKET})

    with pytest.raises(DeployFailed, match=f"CONFIRM={account.stage.name}"):
        remove(account, "", print)

    assert status(account) == "CREATE_COMPLETE"


def test_what_fails_is_told_with_its_reason(account: Account, tmp_path: Path) -> None:
    """The first resource that fails, in CloudFormation's words; the stage can then be removed whatever it says."""
    broken = {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": "none"}}

    with pytest.raises(DeployFailed, match=r"ROLLBACK_COMPLETE\. First to fail: Api: "):
        bring_up(account, tmp_path, {"KeysTable": TABLE, "Files": BUCKET, "Api": broken})
    with pytest.raises(DeployFailed, match="make destroy"):
        bring_up(account, tmp_path, {"KeysTable": TABLE, "Files": BUCKET})
    remove(protected(account), account.stage.name, print)

    assert status(account) is None


def test_a_stage_that_is_not_there_cannot_go(account: Account) -> None:
    """By its name."""
    with pytest.raises(DeployFailed, match=f"no stack {account.stage.stack}"):
        remove(account, account.stage.name, print)


def test_a_package_that_was_not_built_says_how(tmp_path: Path) -> None:
    """With the command."""
    with pytest.raises(DeployFailed, match="make package"):
        read_package(tmp_path / "template.json")


def test_events_of_before_are_not_told_again(account: Account, tmp_path: Path) -> None:
    """Following begins where the change began."""
    bring_up(account, tmp_path, {"KeysTable": TABLE, "Files": BUCKET})

    said: list[str] = []
    after = datetime.now(UTC).replace(year=2999)
    changes.follow(account.client("cloudformation"), account.stage.stack, after, said.append)

    assert said == []
