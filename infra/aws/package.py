"""Building the package: `chalice package` with the merge template, then the zips of our own.

build/aws/<architecture>/package/
    deployment.zip    the whole: what desk and tick run
    lean.zip          what respondents and fold run: the whole without what they can't reach (`trim.py`)
    template.json     the CloudFormation template (with the SAM transform), whose CodeUri are ./deployment.zip and
                      ./lean.zip
    size.json         what fills each zip, by its name, see `size.py`
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from chalicelib.kernel.settings import Settings
from infra.aws import BUILD, archive, size
from infra.aws.api import with_heads
from infra.aws.functions import LEAN, WHOLE, like_its_siblings
from infra.aws.judge import zips
from infra.aws.template import template
from infra.aws.trim import answers_or_counts
from infra.local import ROOT

ARCHITECTURES = {"arm64": "arm64", "x86_64": "x86_64", "aarch64": "arm64"}
"""What a machine calls itself, and Lambda's word for it."""
_PYTHON = (3, 11)
_SOURCES = ("app.py", "chalicelib", "requirements.txt", ".chalice/config.json")
_LITTER = shutil.ignore_patterns("__pycache__", "*.pyc", ".*.swp")


class PackageFailed(Exception):
    """The package can't be built; the text says why."""


def build(architecture: str) -> Path:
    """Builds the package for an architecture of Lambda's, and returns its folder. Raises `PackageFailed`."""
    place = BUILD / architecture
    _copy_sources(place / "sources")
    package = _run_chalice(place, architecture)
    archive.rebuild(package / WHOLE, place / "unpacked")
    archive.pack(place / "unpacked", package / LEAN, answers_or_counts)
    refuse_unless_it_runs(package, architecture)
    sizes = {name: size.weigh(package / name) for name in (WHOLE, LEAN)}
    (package / "size.json").write_text(json.dumps(sizes, indent=1) + "\n")
    return package


def refuse_unless_it_runs(package: Path, architecture: str) -> None:
    """Raises `PackageFailed` where Lambda couldn't run a zip: a wheel for another processor, or too much."""
    if wrong := [what for name in (WHOLE, LEAN) for what in zips.judge(package / name, architecture)]:
        raise PackageFailed("\n".join(["Lambda can't run this package:", *wrong]))


def build_template() -> Path:
    """Builds a package without dependencies, which is quick, and returns its template. Raises `PackageFailed`."""
    place = BUILD / "template"
    _copy_sources(place / "sources")
    (place / "sources/requirements.txt").write_text("")
    return _run_chalice(place, "arm64") / "template.json"


def _copy_sources(sources: Path) -> None:
    """What is packaged, and nothing else that is in the checkout; Chalice's cache of dependencies stays."""
    sources.mkdir(parents=True, exist_ok=True)
    for name in _SOURCES:
        target = sources / name
        target.parent.mkdir(exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(ROOT / name, target, ignore=_LITTER)
        else:
            shutil.copyfile(ROOT / name, target)


def _run_chalice(place: Path, architecture: str) -> Path:
    """Lets Chalice make template and zip; returns their folder."""
    if sys.version_info[:2] != _PYTHON:
        raise PackageFailed(f"Lambda runs the Python that builds: use {_PYTHON[0]}.{_PYTHON[1]}.")
    merge, package = place / "merge.json", place / "package"
    merge.write_text(json.dumps(template(), indent=1))
    shutil.rmtree(package, ignore_errors=True)
    # Chalice imports the application, and asks for a region without going there.
    quiet = {"AWS_DEFAULT_REGION": "cn-north-1", "PYTHONDONTWRITEBYTECODE": "1"}
    chalice = [str(Path(sys.executable).with_name("chalice")), "--project-dir", str(place / "sources"), "package"]
    asked = ["--stage", architecture, "--merge-template", str(merge), str(package)]
    done = subprocess.run(
        [*chalice, *asked], env=_without_settings() | quiet, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PackageFailed(f"chalice package failed:\n{done.stdout}{done.stderr}")
    made = json.loads((package / "sam.json").read_text())
    (package / "sam.json").unlink()
    like_its_siblings(made)
    with_heads(made)
    # One form, whatever order Chalice found things in.
    (package / "template.json").write_text(json.dumps(made, indent=1, sort_keys=True) + "\n")
    return package


def _without_settings() -> dict[str, str]:
    """The environment without what the product would read of it."""
    return {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
