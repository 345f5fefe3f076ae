"""The layers hold: the flow runs one way, edge → use cases → domain, and use cases → store, gateways, data."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEAVES = {"settings", "clock", "cached", "gathered", "limiter"}
ALLOWED = {
    "domain": {"domain"},
    "questionnaires": {"questionnaires", "domain"},
    "store": {"store", "domain"} | LEAVES,
    "gateways": {"gateways", "domain"} | LEAVES,
    "usecases": {"usecases", "store", "gateways", "questionnaires", "domain"} | LEAVES,
    "web": {"web", "usecases", "store", "gateways", "questionnaires", "domain"} | LEAVES,
    "settings": set(),
    "clock": set(),
    "cached": set(),
    "gathered": set(),
    "deferred": set(),
    "limiter": set(),
    "logs": LEAVES,
}
DOMAIN_MAY_USE = {"pydantic", "stdnum"}


def imports(path: Path) -> Iterator[str]:
    """The dotted names of the modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer_of(module: str) -> str:
    """`store` for `chalicelib.store.links`; nothing for what is not ours."""
    parts = module.split(".")
    return parts[1] if parts[0] == "chalicelib" and len(parts) > 1 else ""


def files() -> list[Path]:
    """Every module of the product."""
    return sorted(ROOT.glob("chalicelib/**/*.py"))


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_layer_imports_only_what_lies_below_it(path: Path) -> None:
    """An inner layer never knows an outer one."""
    own = path.relative_to(ROOT / "chalicelib").with_suffix("").parts[0]
    if own == "__init__":
        return

    found = {layer_of(module) for module in imports(path)} - {"", "__version__"}

    assert found <= ALLOWED[own], f"{own} must not import {found - ALLOWED[own]}"


@pytest.mark.parametrize("path", sorted(ROOT.glob("chalicelib/domain/*.py")), ids=lambda path: path.stem)
def test_the_domain_is_pure(path: Path) -> None:
    """The domain imports the standard library, pydantic and stdnum alone."""
    import sys

    outside = {module.partition(".")[0] for module in imports(path)} - {"chalicelib"}

    assert outside <= set(sys.stdlib_module_names) | DOMAIN_MAY_USE


def test_chalice_stays_at_the_rim() -> None:
    """Only `app.py` and `web/` know Chalice."""
    knowing = {
        path.relative_to(ROOT / "chalicelib").parts[0]
        for path in files()
        if any(module.partition(".")[0] == "chalice" for module in imports(path))
    }

    assert knowing == {"web"}


def test_only_settings_read_the_environment_and_only_the_clock_reads_the_time() -> None:
    """`os.environ` and `datetime.now` have one home each."""
    for path in files():
        text, name = path.read_text("utf-8"), path.stem
        assert name == "settings" or "os.environ" not in text, path
        assert name == "clock" or ("datetime.now" not in text and "time.time" not in text), path
