"""What a stage is: `infra/stages/STAGE.toml`, drafted from the template's own parameters where it is missing."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from infra.deploy.failure import DeployFailed
from infra.local import ROOT

STAGES = ROOT / "infra" / "stages"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")


class Stage(BaseModel):
    """A stage: where it runs, and the template's parameters that differ from their defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    region: str = Field(pattern=r"^[a-z]{2}(-gov)?-[a-z]+-\d$")
    architecture: Literal["arm64", "x86_64"] = "arm64"
    parameters: dict[str, str] = {}

    @property
    def stack(self) -> str:
        """The stack's name, with which all that it holds begins."""
        return f"minsheng-{self.name}"

    @property
    def is_protected(self) -> bool:
        """Whether data outlive the stack; the template's default is that they do."""
        return self.parameters.get("Protect", "true") == "true"


def read_stage(name: str, folder: Path = STAGES) -> Stage:
    """The stage of this name. Raises `DeployFailed` where it isn't described, or wrongly."""
    if not _NAME.fullmatch(name):
        raise DeployFailed(f"STAGE={name} is not a name of small letters, digits and hyphens, like rehearsal.")
    path = folder / f"{name}.toml"
    try:
        return Stage.model_validate(tomllib.loads(path.read_text("utf-8")) | {"name": name})
    except FileNotFoundError:
        raise DeployFailed(f"{path} is missing: `make deploy STAGE={name}` drafts it.") from None
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise DeployFailed(f"{path}: {_said(error)}") from None


def refuse_unknown(stage: Stage, known: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises `DeployFailed` where the stage names a parameter that the template lacks, or a value it won't take."""
    for name, value in stage.parameters.items():
        if name not in known:
            raise DeployFailed(f"{name} is no parameter of the template; there are: {', '.join(known)}.")
        if value not in (allowed := [str(one) for one in known[name].get("AllowedValues", [value])]):
            raise DeployFailed(f"{name} = {value!r} is not one of {', '.join(allowed)}.")


def draft(name: str, parameters: Mapping[str, Mapping[str, Any]], folder: Path = STAGES) -> Path:
    """Writes a stage's file with everything that it may say, as comments; returns where."""
    if not _NAME.fullmatch(name):
        raise DeployFailed(f"STAGE={name} is not a name of small letters, digits and hyphens, like rehearsal.")
    lines = [
        f"# The stage {name}. Take the # away from what is to differ; nothing here is secret.",
        'region = "cn-northwest-1"',
        '# architecture = "arm64"',
        "",
        "[parameters]",
    ]
    for parameter, said in parameters.items():
        lines += [f"# {said.get('Description', '')}", f'# {parameter} = "{said.get("Default", "")}"']
    path = folder / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def _said(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
    return str(error)
