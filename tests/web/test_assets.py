"""Static files: hashed, cached for ever, readable by old browsers; and the questionnaires in every language."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from chalicelib.instrument import questionnaires
from chalicelib.web.public.service import static
from chalicelib.web.rim.assets import asset_name
from chalicelib.web.rim.language import languages
from infra.local import ROOT


@pytest.mark.parametrize("name", ["app.js", "app.css", "regions.zh-Hans.json", "regions.en.json"])
def test_a_hashed_name_is_cached_for_ever(name: str) -> None:
    """Today's hash is immutable; another hash of the same file gets today's content, uncached."""
    current = static(asset_name(name))
    other = static(re.sub(r"\.[0-9a-f]{10}\.", ".0000000000.", asset_name(name)))

    assert "immutable" in current.headers["Cache-Control"]
    assert (other.body, other.headers["Cache-Control"]) == (current.body, "no-store")


@pytest.mark.parametrize("name", ["app.py", "../app.css", "core.js", "", ".", "app", "app.js", "..%2fapp.0.js"])
def test_nothing_else_is_served(name: str) -> None:
    """Only what was made to be served, under no other name."""
    assert static(name).status_code == 404


def test_old_phones_can_read_the_script(tmp_path: Path) -> None:
    """It parses as ECMAScript 2017."""
    script = tmp_path / "app.js"
    script.write_text(static(asset_name("app.js")).body, "utf-8")
    acorn = Path(ROOT) / "node_modules" / "acorn" / "bin" / "acorn"

    parsed = subprocess.run(
        ["node", acorn, "--ecma2017", "--silent", script], capture_output=True, text=True, check=False
    )

    assert parsed.returncode == 0, parsed.stderr


def test_the_questionnaires_speak_every_language_of_the_pages() -> None:
    """A language of the pages is one of both editions."""
    for edition in questionnaires.EDITIONS:
        assert set(languages()) <= set(questionnaires.load(edition).languages)


def test_the_region_table_has_every_leaf() -> None:
    """The picker can choose exactly what an answer may be."""
    table = json.loads(static(asset_name("regions.zh-Hans.json")).body)

    def leaves(nodes: list[Any]) -> set[str]:
        below = [node[2] for node in nodes if len(node) > 2]
        own: set[str] = {node[0] for node in nodes if len(node) == 2}
        return own.union(*(leaves(each) for each in below))

    assert leaves(table["tree"]) == questionnaires.regions().leaves
