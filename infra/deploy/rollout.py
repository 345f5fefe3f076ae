"""Bringing a stage's stack to what its file and the package say."""

from infra.deploy import changes
from infra.deploy.account import Account, make_bucket
from infra.deploy.changes import Say
from infra.deploy.failure import DeployFailed
from infra.deploy.package import Package, upload


def roll_out(account: Account, package: Package, say: Say) -> None:
    """Uploads, shows what will change, changes it, follows it. Raises `DeployFailed`.

    Where data would go that are protected, nothing is changed.
    """
    stage, cloud = account.stage, account.client("cloudformation")
    make_bucket(account)
    change_set = changes.propose(cloud, stage.stack, upload(package, account), stage.parameters)
    if change_set is None:
        say("nothing has changed")
        return
    planned = list(changes.changes(cloud, stage.stack, change_set))
    for one in planned:
        say(f"  {one.action.lower():<8}{'(anew) ' if one.replaced else ''}{one.resource} {one.kind}")
    if lost := [one.resource for one in planned if one.loses_data]:
        if stage.is_protected:
            cloud.delete_change_set(StackName=stage.stack, ChangeSetName=change_set)
            raise DeployFailed(f"This would take {', '.join(lost)} away with the data: not where Protect is true.")
        say(f"! the data of {', '.join(lost)} go")
    changes.execute(cloud, stage.stack, change_set, say)
    cloud.update_termination_protection(EnableTerminationProtection=stage.is_protected, StackName=stage.stack)


def outputs(account: Account) -> dict[str, str]:
    """What the stack says of itself."""
    found = account.client("cloudformation").describe_stacks(StackName=account.stage.stack)["Stacks"][0]
    return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}
