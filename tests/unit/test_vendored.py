"""Other people's scripts that the desks serve are those that `package.json` pins, with their licence."""

from pathlib import Path

import pytest

from chalicelib.web.rim.assets import asset_name, find_asset
from infra.local import ROOT

VENDORED = ROOT / "chalicelib/web/static/vendor"
ORIGINALS = ROOT / "node_modules/uplot"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("uPlot.iife.min.js", "dist/uPlot.iife.min.js"),
        ("uPlot.min.css", "dist/uPlot.min.css"),
        ("uPlot.LICENSE", "LICENSE"),
    ],
)
def test_what_we_serve_is_what_was_published(ours: str, theirs: str) -> None:
    """To the byte."""
    assert Path(VENDORED / ours).read_bytes() == Path(ORIGINALS / theirs).read_bytes()


def test_the_licence_goes_along() -> None:
    """In front of script and style, whoever gets them."""
    for name in ("charts.js", "charts.css"):
        asset, current = find_asset(asset_name(name))

        assert current
        assert asset is not None
        assert "Permission is hereby granted, free of charge" in asset.text
        assert len(asset.text) < 64_000
