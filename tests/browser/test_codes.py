"""The SVG of a code as a browser draws it: read by a scanner, with any name under it."""

from pathlib import Path

import pytest

from chalicelib.links.gateways import qr
from tests.browser.conftest import NewPage
from tests.chance import link_codes
from tests.scanning import scan

NAMES = ["会", "广东省青禾网络文明促进会", "长" * 80, "An Association of Rather Many Latin Words in Its Name"]


@pytest.mark.parametrize("width", [90, 300, 1200])
@pytest.mark.parametrize(
    "name", [*NAMES, "<script>alert(1)</script>&\"']]>"], ids=["1", "12", "80", "latin", "hostile"]
)
def test_a_drawn_code_is_read(new_page: NewPage, name: str, width: int, tmp_path: Path) -> None:
    """As a thumbnail, on a page and in print size; a hostile name runs nothing."""
    [code] = link_codes(1, f"svg-{width}-{name}")
    page = new_page(viewport={"width": width, "height": int(width * 1.4)})
    dialogs: list[object] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog))  # noqa: PLW0108 - Playwright needs a function
    file = tmp_path / "code.svg"
    file.write_text(qr.svg(code, name), "utf-8")

    page.goto(file.as_uri())

    assert scan(page.screenshot(), tmp_path) == [qr.qr_url(code)]
    assert "".join(page.locator("text").all_text_contents()).replace(" ", "") == name.replace(" ", "")
    assert dialogs == []
