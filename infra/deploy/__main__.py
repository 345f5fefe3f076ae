"""`python -m infra.deploy up|down STAGE`."""

import os
import subprocess
import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from infra.aws.package import PackageFailed, build
from infra.aws.template import template
from infra.deploy.account import Account
from infra.deploy.failure import DeployFailed
from infra.deploy.package import read_package
from infra.deploy.removal import remove
from infra.deploy.rollout import outputs, roll_out
from infra.deploy.stage import STAGES, Stage, draft, read_stage, refuse_unknown
from infra.local import ROOT


def main(arguments: Sequence[str]) -> int:
    """Deploys or destroys a stage; 0 where that was done."""
    try:
        match arguments:
            case ["up", name]:
                up(name)
            case ["down", name]:
                down(name)
            case _:
                say("STAGE is missing: make deploy STAGE=rehearsal")
                return 1
    except (DeployFailed, PackageFailed) as reason:
        say(str(reason))
        return 1
    except (ClientError, BotoCoreError) as error:
        say(f"AWS refused: {error}")
        return 1
    return 0


def up(name: str) -> None:
    """Drafts the stage's file where it is missing; else packages, and deploys to it. Raises `DeployFailed`."""
    if not (STAGES / f"{name}.toml").exists():
        path = draft(name, template()["Parameters"])
        raise DeployFailed(f"{path} was drafted: look through it, then deploy again. docs/deployment.md explains it.")
    stage = read_stage(name)
    refuse_unknown(stage, template()["Parameters"])
    account = Account(stage)
    say(f"{stage.stack} in {stage.region}, account {account.number}, as {account.who}")
    say(f"packaging for {stage.architecture} …")
    roll_out(account, read_package(build(stage.architecture) / "template.json"), say)
    said = outputs(account)
    for output, value in said.items():
        say(f"{output}: {value}")
    if key := first_key(stage):
        say(f"The secretariat's first key, shown this once: {key}")
    say(f"Next: make smoke URL={said['SiteURL']} SECRETARIAT_KEY=…")


def down(name: str) -> None:
    """Takes the stage down. Raises `DeployFailed`."""
    account = Account(read_stage(name))
    remove(account, os.environ.get("CONFIRM", ""), say)
    say(f"{account.stage.stack} is gone")


def first_key(stage: Stage) -> str:
    """The key that was made; empty where the secretariat has one. Raises `DeployFailed`."""
    region = {"AWS_REGION": stage.region, "AWS_DEFAULT_REGION": stage.region}
    own = region | {"TABLE_PREFIX": f"{stage.stack}-", "DYNAMODB_ENDPOINT": ""}
    made = subprocess.run(
        [sys.executable, "-m", "infra.deploy.first_key"],
        cwd=ROOT,
        env=os.environ | own,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise DeployFailed("The stack is up; the secretariat's first key could not be made, for the reason above.")
    return made.stdout.strip()


def say(line: str) -> None:
    """Prints a line for the person who deploys."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
