"""What AWS would refuse, or do unasked, of a translated template. Each rule yields what breaks it, in words."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.kernel.gateways.files import SCRATCH
from infra.aws import STAGE
from infra.aws.cfn import Json
from infra.aws.template import template as ours
from infra.local import ROOT

Rule = Callable[[Json], Iterator[str]]
"""Takes the resources of a translated template, by name."""

MOST_PATCHES = 80
"""One UpdateStage call takes some eighty patch operations; larger ones are refused."""
MOST_PATHS = 250
"""API Gateway's quota is 300 resources an API."""
MOST_BYTES = 900_000
"""CloudFormation takes a template of 1 MB."""
LASTS = timedelta(days=180)
"""For so long, what is deployed today can be deployed again."""
_STAGE = "AWS::ApiGateway::Stage"
MADE_BEFORE = {
    _STAGE: "AWS::ApiGateway::Account",  # it may log only where the account lets it
    "AWS::ApiGateway::BasePathMapping": _STAGE,
    "AWS::WAFv2::WebACLAssociation": _STAGE,
    "AWS::Lambda::Function": "AWS::Logs::LogGroup",  # else Lambda makes one itself, which is never emptied
}
"""What AWS wants made first, though the template need not refer to it."""
ADDED = {
    "RestAPIDeployment",
    f"RestAPI{STAGE}Stage",
    "TickEventInvokeConfig",
    "TickTickEvent",
    "TickTickEventPermission",
}
"""What Chalice and SAM make of what our template says; a deployment's name ends in a digest."""
_ENDS = ROOT / ".venv/aws/lib/python3.11/site-packages/cfnlint/data/AdditionalSpecs/LmbdRuntimeLifecycle.json"


def judge(template: Json, today: date | None = None) -> list[str]:
    """What is wrong with a translated template; nothing where AWS takes it, as far as its rules are known here."""
    found = [f"{rule.__name__}: {what}" for rule in RULES for what in rule(template["Resources"])]
    if len(json.dumps(template, separators=(",", ":"))) > MOST_BYTES:
        found.append(f"template: above {MOST_BYTES} bytes")
    ending = _runtimes_that_end(template["Resources"], today or datetime.now(UTC).date())
    return found + [f"runtime: {what}" for what in ending]


def of_type(resources: Json, kind: str) -> dict[str, Json]:
    """The resources of a type, by name."""
    return {name: one for name, one in resources.items() if one["Type"] == kind}


def functions_differ(resources: Json) -> Iterator[str]:
    """All functions say the same of what isn't their own: else one runs on another processor, or without a limit."""
    functions = {name: one["Properties"] for name, one in of_type(resources, "AWS::Lambda::Function").items()}
    for key in sorted({key for said in functions.values() for key in said}):
        missing = [name for name, said in functions.items() if key not in said]
        if missing:
            yield f"{key} is not said of {missing}"
    for key in ("Architectures", "Runtime", "Tags", "TracingConfig"):
        if len({json.dumps(said.get(key), sort_keys=True) for said in functions.values()}) > 1:
            yield f"{key} is not the same of all"


def stages(resources: Json) -> Iterator[str]:
    """Exactly one, ours: at another nothing throttles, logs or alarms."""
    named = [one["Properties"]["StageName"] for one in of_type(resources, _STAGE).values()]
    named += [p["StageName"] for one in of_type(resources, "AWS::ApiGateway::Deployment").values()
              if "StageName" in (p := one["Properties"])]  # fmt: skip
    if named != [STAGE]:
        yield f"the stages are {named}"
    for name, one in of_type(resources, "AWS::Lambda::Permission").items():
        source = json.dumps(one["Properties"].get("SourceArn", ""))
        if "execute-api" in source and not re.search(rf"}}/{STAGE}/\*", source):
            yield f"{name} lets every stage call"


def unasked(resources: Json) -> Iterator[str]:
    """Nothing is made that we don't know: a role that may do more, a permission, a stage."""
    for name in resources.keys() - ours()["Resources"].keys():
        if re.sub(r"[0-9a-f]{10}$", "", name) not in ADDED:
            yield f"{name}, of {resources[name]['Type']}, is in no template of ours"


def order(resources: Json) -> Iterator[str]:
    """What has to be made later waits, by a reference or by `DependsOn`."""
    for later, earlier in MADE_BEFORE.items():
        first = set(of_type(resources, earlier))
        for name in of_type(resources, later):
            if first and not first & _awaited(resources, name):
                yield f"{name} does not wait for {earlier}"


def patches(resources: Json) -> Iterator[str]:
    """Each setting of a method is a patch operation."""
    for name, one in of_type(resources, _STAGE).items():
        said = sum(len(of) - 2 for of in one["Properties"].get("MethodSettings", ()))
        if said > MOST_PATCHES:
            yield f"{name} takes {said} patch operations"


def paths(resources: Json) -> Iterator[str]:
    """Each part of a path is a resource of the API."""
    for name, one in of_type(resources, "AWS::ApiGateway::RestApi").items():
        parts = {tuple(path.split("/")[:n]) for path in one["Properties"]["Body"]["paths"] for n in range(1, 20)}
        if len(parts) > MOST_PATHS:
            yield f"{name} has {len(parts)} resources"


def asynchronous(resources: Json) -> Iterator[str]:
    """Lambda tries a scheduled call twice again, beside the next minute's."""
    once = {
        json.dumps(one["Properties"]["FunctionName"])
        for one in of_type(resources, "AWS::Lambda::EventInvokeConfig").values()
        if one["Properties"]["MaximumRetryAttempts"] == 0
    }
    for name, one in of_type(resources, "AWS::Events::Rule").items():
        for target in one["Properties"]["Targets"]:
            called = target["Arn"]["Fn::GetAtt"][0]
            if json.dumps({"Ref": called}) not in once:
                yield f"{name} calls {called} up to three times"


def sealed_files(resources: Json) -> Iterator[str]:
    """What a seal made can't be overwritten, and no rule of the bucket takes it away."""
    for name, one in of_type(resources, "AWS::S3::Bucket").items():
        if not one["Properties"].get("ObjectLockEnabled"):
            yield f"{name} locks nothing"
        for rule in one["Properties"]["LifecycleConfiguration"]["Rules"]:
            ends = {"ExpirationInDays", "NoncurrentVersionExpiration", "NoncurrentVersionExpirationInDays"} & set(rule)
            if ends and rule.get("Prefix") != f"{SCRATCH}/":
                yield f"{name}: {rule['Id']} takes away what was sealed"


RULES: tuple[Rule, ...] = (functions_differ, stages, unasked, order, patches, paths, asynchronous, sealed_files)


def _runtimes_that_end(resources: Json, today: date) -> Iterator[str]:
    """By AWS's published dates, as cfn-lint carries them."""
    known = json.loads(_ENDS.read_bytes())
    for name, one in of_type(resources, "AWS::Lambda::Function").items():
        runtime = one["Properties"]["Runtime"]
        until = date.fromisoformat(known[runtime]["create-block"])
        if until < today + LASTS:
            yield f"{name} runs {runtime}, and none can be made from {until} on"


def _awaited(resources: Json, name: str) -> set[str]:
    """All that is made before a resource."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        one = resources[waiting.pop()]
        depends = one.get("DependsOn") or []
        named = {*([depends] if isinstance(depends, str) else depends), *_named(one.get("Properties", {}))}
        fresh = (named & resources.keys()) - seen
        seen |= fresh
        waiting += fresh
    return seen


def _named(value: Any) -> Iterator[str]:
    """What a property refers to."""
    if isinstance(value, dict):
        for key, inner in value.items():
            match key, inner:
                case "Ref", str(name):
                    yield name
                case "Fn::GetAtt", [str(name), *_]:
                    yield name
                case "Fn::Sub", str(text):
                    yield from re.findall(r"\$\{(\w+)", text)
                case _:
                    yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)
