"""The recipes of docs/architecture.md are kept as patches, and each still works: in a copy of the tree with the patch
applied, its own tests pass, and it touches no more files than the recipe promises and no other than the recipe names.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local import ROOT

RECIPES = {"question_type": 9, "route": 3, "scheduled_job": 2, "export_format": 2, "mail": 4, "aws_setting": 5}
"""By the name of the patch: the most files of the product that it may touch. Tests and drills are not counted."""
PATCHES = ROOT / "docs" / "recipes"
ALWAYS = ["tests/unit/test_layers.py", "tests/unit/test_texts.py"]
RUFF = [sys.executable, "-m", "ruff"]
PLUGINS = ("cacheprovider", "xdist", "schemathesis", "anyio")
"""What these tests don't need, and would wait for."""
PYTEST = [sys.executable, "-m", "pytest", "-q", *(f"-pno:{one}" for one in PLUGINS)]
AGAIN = """
{name}.patch: {what}

To make it anew, on a clean tree:
    git apply --3way docs/recipes/{name}.patch    # or by hand, where that fails
    (mend it; run its tests and `make check`)
    git add --all && git diff --cached > {name}.patch && git reset --hard
    mv {name}.patch docs/recipes/
{said}"""


def touched(name: str) -> list[str]:
    """The files that a patch changes, makes or removes."""
    return re.findall(r"^diff --git a/.+ b/(.+)$", (PATCHES / f"{name}.patch").read_text("utf-8"), re.MULTILINE)


def is_product(path: str) -> bool:
    """Whether a file counts as one that a recipe touches: tests don't, nor do the drills, which play people."""
    return not path.startswith(("tests/", "infra/drills/"))


def is_test(path: str) -> bool:
    """Whether a file holds tests."""
    return Path(path).name.startswith("test_")


def section(name: str) -> str:
    """The recipe as the architecture page tells it: the section that links the patch."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    [found] = [part for part in re.split(r"^#+ ", text, flags=re.MULTILINE) if f"](recipes/{name}.patch)" in part]
    return found


def run(copy: Path, name: str, what: str, *command: str) -> None:
    """Runs a command in the copy; where it fails, tells what to do."""
    alone = {"GIT_CEILING_DIRECTORIES": str(copy.parent), "PYTHONPATH": str(copy)}
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "TESTS_", "DYNAMODB_"))}
    ended = subprocess.run(command, cwd=copy, env=kept | alone, capture_output=True, text=True, check=False)
    if ended.returncode:
        pytest.fail(AGAIN.format(name=name, what=what, said=ended.stdout + ended.stderr), pytrace=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree as git has it or is about to, with the engine beside it. One for all, so that what doesn't change is
    compiled once."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    made = tmp_path_factory.mktemp("recipes") / "tree"
    for name in filter(None, told.split("\0")):
        if (ROOT / name).exists() and not name.startswith(("docs/pictures/", "docs/screenshots/")):
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, made / name)
    (made / "node_modules").symlink_to(ROOT / "node_modules")
    return made


def test_every_recipe_has_its_patch() -> None:
    """And every patch is one of them."""
    assert {path.stem for path in PATCHES.glob("*.patch")} == RECIPES.keys()


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_touches_the_files_that_it_names(name: str) -> None:
    """No more than promised; a new file is named by its folder. It has a test of its own."""
    product = [path for path in touched(name) if is_product(path)]
    named = section(name)

    assert len(product) <= RECIPES[name], product
    for path in product:
        is_named = f"`{path}`" in named or (not (ROOT / path).exists() and f"`{Path(path).parent}/`" in named)
        assert is_named, f"{path} is missing in docs/architecture.md"
    assert any(map(is_test, touched(name)))


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_works(name: str, copy: Path) -> None:
    """It applies, and what it makes is well-formed, lies where it may, has its words, and does what its tests say."""
    patch = str(PATCHES / f"{name}.patch")
    run(copy, name, "it can't be applied any more", "git", "apply", patch)
    try:
        python = [path for path in touched(name) if path.endswith(".py")]
        run(copy, name, "ruff finds fault", *RUFF, "check", "--no-cache", *python)
        run(copy, name, "it isn't formatted", *RUFF, "format", "--no-cache", "--check", *python)
        run(copy, name, "its tests fail", *PYTEST, *ALWAYS, *(path for path in python if is_test(path)))
    finally:
        run(copy, name, "it can't be taken back", "git", "apply", "--reverse", patch)
