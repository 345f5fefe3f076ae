"""Browsers without custom properties see every colour."""

import re

import pytest

from chalicelib.web.rim.assets import asset_name, find_asset


@pytest.mark.parametrize("name", ["app.css", "desk.css"])
def test_a_plain_value_stands_before_each_variable(name: str) -> None:
    """The same property, with the value that the variable has by default."""
    asset, _ = find_asset(asset_name(name))
    assert asset
    values = re.findall(r"(?:([a-z-]+):([^;{}]*);)?([a-z-]+):([^;{}]*var\(--[^;{}]*)", asset.text)

    assert len(values) > 10
    for plain_name, plain_value, property_name, value in values:
        assert plain_name == property_name
        assert "var(" not in plain_value
        assert re.sub(r"var\([^)]*\)", "", value).strip() == re.sub(r"#[0-9a-f]+", "", plain_value).strip()
