"""The division table."""

import json
from collections import Counter
from pathlib import Path

import pytest

import chalicelib.instrument.questionnaires
from chalicelib.instrument.domain.regions import OVERSEAS, Node, Regions
from chalicelib.instrument.questionnaires import regions

WITHOUT_COUNTIES = {"441900", "442000", "460400", "620200", "710000", "810000", "820000"}


def walk(nodes: list[Node]) -> list[Node]:
    """The nodes and all below them."""
    return [one for node in nodes for one in (node, *walk(node["children"]))]


def test_the_table_is_whole() -> None:
    """34 provincial-level divisions and overseas, and all counties, each once and with six digits."""
    table = regions()

    assert len(table.provinces) == 34 + 1
    assert len(table.leaves) == 2857
    assert all(len(code) == 6 and code.isdigit() for code in table.leaves)
    assert Counter(code[:2] for code in table.leaves).keys() == set(table.provinces)


def test_the_file_names_no_code_twice() -> None:
    """A JSON object would hide a code that occurs twice, so the file is read as pairs."""
    file = Path(chalicelib.instrument.questionnaires.__file__).with_name("regions.json")
    objects: list[list[str]] = []

    json.loads(file.read_bytes(), object_pairs_hook=lambda pairs: objects.append([key for key, _ in pairs]))

    assert all(len(keys) == len(set(keys)) for keys in objects)
    assert max(map(len, objects)) > 3000


def test_divisions_without_counties_stand_for_themselves() -> None:
    """Beside counties, leaves are the four cities without any, Taiwan, Hong Kong, Macau and overseas."""
    table = regions()

    assert {code for code in table.leaves if code.endswith("00")} == WITHOUT_COUNTIES | {OVERSEAS}


@pytest.mark.parametrize("code", ["440100", "440000", "110000", "110100", "429000", "999999", "", "44010", "天河区"])
def test_what_is_no_leaf(code: str) -> None:
    """Cities and provinces with counties, headings, and what is no code at all."""
    assert not regions().is_leaf(code)


def test_names_and_paths() -> None:
    """A county is named from its province down, in English as far as there are names."""
    table = regions()

    assert table.path("440106") == ("广东省", "广州市", "天河区")
    assert table.path("440106", "en") == ("Guangdong", "Guangzhou", "天河区")
    assert table.path("110101") == ("北京市", "东城区")
    assert table.path("429004") == ("湖北省", "仙桃市")
    assert table.name("810000", "en") == "Hong Kong"
    assert table.name("810000", "fr") == "香港特别行政区"
    assert table.province("659001") == "65"


def test_the_tree_holds_every_division_once() -> None:
    """What hangs without children in the tree is exactly what may be answered."""
    table = regions()

    nodes = walk(table.tree())

    assert [node["code"] for node in table.tree()][-1] == OVERSEAS
    assert {node["code"] for node in nodes if not node["children"]} == table.leaves
    assert len(nodes) == len({node["code"] for node in nodes})


def test_all_provinces_and_hot_cities_have_english_names() -> None:
    """The English page shows no Chinese before a county's name."""
    table = regions()

    for code in [*(f"{two}0000" for two in table.provinces), *table.hot]:
        assert table.name(code, "en").isascii()


def test_a_small_table_of_ones_own() -> None:
    """A county whose city isn't in the table hangs under its province."""
    table = Regions({"110000": "北京市", "110101": "东城区"}, {}, [])

    assert table.leaves == {"110101"}
    assert table.tree()[0]["children"][0]["name"] == "东城区"
