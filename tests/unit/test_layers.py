"""The house holds: no room knows one above it, and inside a room rules stay pure (docs/adr/0024)."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ROOMS = (
    "web",
    "mail",
    "results",
    "sealing",
    "years",
    "counting",
    "collection",
    "quality",
    "verdicts",
    "materials",
    "gifts",
    "links",
    "associations",
    "campaigns",
    "access",
    "instrument",
    "jobs",
    "kernel",
)
"""From the roof down: a room may know those after it."""
ABOVE_ALL = {"tables", "tick"}
"""Modules that name all rooms; only `app.py` and what is outside the product know them."""
FLOORS_OF_WEB = (("openapi",), ("netizen", "unit", "secretariat", "public"), ("desk",), ("rim",))
"""From the roof down: those of a floor don't know each other."""

RULES = {
    *(
        "kernel/chart_scale",
        "kernel/codes",
        "kernel/errors",
        "kernel/instants",
        "kernel/lines",
        "kernel/signed",
        "kernel/wording",
    ),
    *("jobs/job", "campaigns/campaign", "gifts/shares", "materials/material", "verdicts/acceptance"),
    *("collection/paradata", "collection/response", "collection/ticket"),
}
"""Files of rooms without folders that are rules, as those under `domain/` are."""
TABLES = {
    *("jobs/jobs", "campaigns/campaigns", "gifts/gifts", "materials/materials"),
    *("collection/ledger", "collection/responses"),
}
"""Likewise those that are tables, as under `store/`."""
GATEWAYS = {"materials/material_files", "materials/poster"}
MAY_IMPORT = {
    "domain": {"domain"},
    "data": {"data", "domain"},
    "tools": {"tools", "domain"},
    "store": {"store", "tools", "domain"},
    "gateways": {"gateways", "tools", "domain"},
    "usecases": {"usecases", "gateways", "store", "data", "tools", "domain"},
}
RULES_MAY_USE = {"pydantic", "pydantic_core", "stdnum"}


@cache
def imports(path: Path) -> frozenset[str]:
    """The dotted names of what a file imports."""
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files(*folders: str) -> list[Path]:
    """Every module under these folders."""
    return sorted(path for folder in folders for path in ROOT.glob(f"{folder}/**/*.py"))


def name_of(path: Path) -> str:
    """`collection/ticket` for `chalicelib/collection/ticket.py`, `jobs` for `chalicelib/jobs/__init__.py`."""
    return path.relative_to(ROOT / "chalicelib").with_suffix("").as_posix().removesuffix("/__init__")


NAMES = {name_of(path): path for path in files("chalicelib")}


def imported(path: Path) -> set[str]:
    """The modules of ours that a file imports, by name."""
    found = {module.removeprefix("chalicelib.").replace(".", "/") for module in imports(path) if _is_ours(module)}
    return {name if name in NAMES else name.rpartition("/")[0] for name in found} - {"", "__init__"}


def _is_ours(module: str) -> bool:
    return module.startswith("chalicelib.")


def layer_of(name: str) -> str:
    """Which of the layers a module belongs to."""
    room, _, inside = name.partition("/")
    folder = inside.partition("/")[0]
    if name in RULES:
        return "domain"
    if name in TABLES:
        return "store"
    if name in GATEWAYS:
        return "gateways"
    if folder in {"domain", "store", "gateways", "usecases"}:
        return folder
    if folder == "questionnaires":
        return "data"
    return "tools" if room == "kernel" else "usecases"


@pytest.mark.parametrize("name", NAMES)
def test_no_room_knows_one_above_it(name: str) -> None:
    """The list of rooms is the whole order; `tables` and `tick`, which know all, are known by none."""
    room = name.partition("/")[0]
    if room in {"__init__"} | ABOVE_ALL:
        return

    known = {other.partition("/")[0] for other in imported(NAMES[name])}

    assert known <= set(ROOMS[ROOMS.index(room) :]), f"{name} must not know {known}"


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("web")])
def test_inside_a_room_rules_stay_pure(name: str) -> None:
    """Rules know rules alone; tables and gateways know no use case, in whichever room."""
    if name in ABOVE_ALL:
        return

    found = {layer_of(other) for other in imported(NAMES[name])}

    assert found <= MAY_IMPORT[layer_of(name)], f"{name} is of {layer_of(name)} and must not know {found}"


@pytest.mark.parametrize("name", [name for name in NAMES if layer_of(name) == "domain"])
def test_rules_use_few_libraries(name: str) -> None:
    """The standard library, pydantic and stdnum alone."""
    outside = {module.partition(".")[0] for module in imports(NAMES[name])} - {"chalicelib"}

    assert outside <= set(sys.stdlib_module_names) | RULES_MAY_USE


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("web/")])
def test_audiences_share_the_rim_alone(name: str) -> None:
    """The netizens' pages know nothing of the secretariat's, and so on."""
    own = name.split("/")[1]
    floor = next(at for at, rooms in enumerate(FLOORS_OF_WEB) if own in rooms)
    below = {room for rooms in FLOORS_OF_WEB[floor + 1 :] for room in rooms}

    known = {other.split("/")[1] for other in imported(NAMES[name]) if other.startswith("web/")}

    assert known <= below | {own}


def test_what_is_named_here_is_there() -> None:
    """The tables of this file hold no module that has gone, and leave no room out."""
    rooms = {name.partition("/")[0] for name in NAMES} - ABOVE_ALL - {"__init__"}

    assert rooms == set(ROOMS)
    assert not (RULES | TABLES | GATEWAYS | ABOVE_ALL) - set(NAMES)


def test_the_architecture_page_lists_the_rooms() -> None:
    """In the same order, each with what it is."""
    tree = (ROOT / "docs/architecture.md").read_text("utf-8").partition("\nchalicelib/\n")[2].partition("\ninfra/\n")[0]

    assert tuple(re.findall(r"^  (\w+)/ +\S", tree, re.MULTILINE)) == ROOMS


def test_no_folder_is_crowded() -> None:
    """A folder that is read at a glance holds at most twenty files."""
    crowded = {
        str(folder.relative_to(ROOT)): held
        for folder in ROOT.glob("chalicelib/**/")
        if folder.name not in {"static", "texts"}
        and (held := sum(path.suffix != ".pyc" and path.is_file() for path in folder.iterdir())) > 20
    }

    assert crowded == {}


@pytest.mark.parametrize(
    ("tree", "others"),
    [("chalicelib", {"infra", "bench", "tests"}), ("infra", {"bench", "tests"}), ("bench", {"tests"})],
)
def test_trees_know_no_tree_above_them(tree: str, others: set[str]) -> None:
    """The product knows no tool of ours, and nothing outside `tests/` knows the tests."""
    known = {path: {module.partition(".")[0] for module in imports(path)} & others for path in files(tree)}

    assert {str(path.relative_to(ROOT)): found for path, found in known.items() if found} == {}


def test_chalice_stays_at_the_rim() -> None:
    """Only `app.py` and `web/` know Chalice."""
    knowing = {name for name, path in NAMES.items() if any(m.partition(".")[0] == "chalice" for m in imports(path))}

    assert {name.partition("/")[0] for name in knowing} == {"web"}


def test_only_settings_read_the_environment_and_only_the_clock_reads_the_time() -> None:
    """`os.environ` and `datetime.now` have one home each."""
    for path in files("chalicelib"):
        text, name = path.read_text("utf-8"), path.stem
        assert name == "settings" or "os.environ" not in text, path
        assert name == "clock" or ("datetime.now" not in text and "time.time" not in text), path
