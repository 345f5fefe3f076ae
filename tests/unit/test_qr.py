"""The codes of links: small, and read by a scanner that isn't ours."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from chalicelib.kernel.settings import Settings
from chalicelib.links.gateways import qr
from tests.chance import link_codes
from tests.scanning import scan

HERE = "HTTP://127.0.0.1:8000/S/"


@pytest.fixture
def base_url(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Another `BASE_URL` for one test."""
    qr.symbol.cache_clear()
    monkeypatch.setattr(qr, "settings", lambda: Settings(base_url=request.param))
    yield request.param
    qr.symbol.cache_clear()


@pytest.mark.parametrize("scale", [2, 3, 10, 20, 40])
def test_a_png_is_read_at_every_size(scale: int, tmp_path: Path) -> None:
    """From a thumbnail of 74 pixels up."""
    [code] = link_codes(1, f"png-{scale}")

    assert scan(qr.png(code, scale), tmp_path) == [HERE + code]


def test_every_code_is_read(tmp_path: Path) -> None:
    """Whatever its characters."""
    for code in link_codes(20, "every-code"):
        assert scan(qr.png(code, 4), tmp_path) == [HERE + code]


@pytest.mark.parametrize(
    ("base_url", "version"),
    [
        ("http://127.0.0.1:8000", 3),
        ("https://minsheng.example", 3),
        ("https://minsheng.example.org.cn/", 3),
        ("https://a-rather-long-name.minsheng.example.org.cn", 4),
    ],
    indirect=["base_url"],
)
def test_a_host_without_a_path_has_the_smallest_code(base_url: str, version: int) -> None:
    """Capitals only, in alphanumeric mode, at level Q or better."""
    made = qr.symbol("ABCD2345")

    assert (made.mode, made.version) == ("alphanumeric", version)
    assert made.error in {"Q", "H"}
    assert qr.qr_url("ABCD2345") == f"{base_url.rstrip('/')}/s/ABCD2345".upper()


@pytest.mark.parametrize("base_url", ["https://x.example.org/prod", "https://x.example.org/Api/v1/"], indirect=True)
def test_a_path_keeps_its_case(base_url: str, tmp_path: Path) -> None:
    """Behind a stage prefix the code holds the address as it is."""
    assert qr.symbol("ABCD2345").mode == "byte"
    assert scan(qr.png("ABCD2345", 4), tmp_path) == [f"{base_url.rstrip('/')}/s/ABCD2345"]


def test_a_name_under_a_code_can_do_no_harm() -> None:
    """It is text, whatever it looks like, and leaves XML that can be read."""
    drawn = qr.svg("ABCD2345", "<script>alert(1)</script>&\"'\x00\x07\u202e]]>")
    root = ElementTree.fromstring(drawn)

    assert "<script" not in drawn
    texts = root.findall(".//{http://www.w3.org/2000/svg}text")
    assert "".join(text.text or "" for text in texts) == "<script>alert(1)</script>&\"']]>"


@pytest.mark.parametrize("length", [1, 14, 15, 40, 80])
def test_a_name_of_any_length_stands_under_the_quiet_zone(length: int) -> None:
    """In lines that fit, none of them nearer to the code than four modules."""
    root = ElementTree.fromstring(qr.svg("ABCD2345", "长" * length))
    side, height = (float(number) for number in root.attrib["viewBox"].split()[2:])
    (group,) = root.findall("{http://www.w3.org/2000/svg}g")
    size = float(group.attrib["font-size"])

    assert sum(len(line.text or "") for line in group) == length
    assert all(len(line.text or "") * size <= side for line in group)
    assert all(side <= float(line.attrib["y"]) - 0.8 * size for line in group)
    assert all(float(line.attrib["y"]) < height for line in group)
