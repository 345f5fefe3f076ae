"""Each part of the bench can be run alone, and is described in its guide."""

import importlib.util

import pytest

from bench.parts import PARTS
from infra.local import ROOT


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_a_module_and_has_its_line_in_the_guide(name: str) -> None:
    """Whoever reads the table finds what a part counts, and what for."""
    assert importlib.util.find_spec(f"bench.{name}") is not None
    assert f"| `{name}` |" in (ROOT / "bench" / "README.md").read_text("utf-8")
