"""Materials: put up by the secretariat, checked by content, browsed by units, and posters that carry a unit's code."""

import base64
import io
import json
import struct
import subprocess
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from app import app
from chalicelib.access.domain.roles import Rank
from chalicelib.access.usecases import sessions
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import RequestInvalid
from chalicelib.links.gateways import qr
from chalicelib.links.gateways.pdf import Colour, Page
from chalicelib.materials import manage_materials, materials
from chalicelib.materials.material import MOST_BYTES, FileFormat, MaterialKind, Spot
from chalicelib.materials.material_files import look
from chalicelib.materials.poster import poster_with_code
from chalicelib.web.unit.materials import Materials
from infra.drills.events import api_event, lambda_context
from tests import stage
from tests.scanning import drawn, scan
from tests.web.shapes import check_shape
from tests.web.test_sessions import Reply, call
from tests.web.visiting import Session

SPOT = Spot(x=60, y=70, size=32)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>x</script><circle r="4"/></svg>'
BOMB = (
    b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'
)


def poster_pdf() -> bytes:
    """A poster of A4 in strong colours."""
    page = Page()
    page.box(0, 0, 600, 850, Colour(0.04, 0.36, 0.4))
    page.box(100, 80, 400, 400, Colour(1, 0.8, 0))
    page.text(300, 560, 40, "网络安全", Colour(1, 1, 1))
    return page.pdf("海报")


def picture(tmp_path: Path, kind: str) -> bytes:
    """The same poster as PNG or JPEG, drawn by poppler."""
    source = tmp_path / "poster.pdf"
    source.write_bytes(poster_pdf())
    subprocess.run(["pdftoppm", "-r", "96", f"-{kind}", "-singlefile", source, tmp_path / "poster"], check=True)
    return (tmp_path / f"poster.{kind[:3] if kind == 'png' else 'jpg'}").read_bytes()


def sideways(pdf: bytes) -> bytes:
    """A document whose page is turned by a quarter, as some programs write what stands upright."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.pages[0].rotate(90)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """The head of a PNG of this size."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


@pytest.fixture
def campaign() -> str:
    """An open campaign with a unit, which is the current one."""
    return stage.make_campaign()


@pytest.fixture
def unit_key(campaign: str) -> str:
    """The unit's key."""
    return rotate_key(campaign, "u1", now_ms(), "test")


def put_up(campaign: str, content: bytes, kind: MaterialKind = MaterialKind.POSTER, spot: Spot | None = None) -> str:
    """A material's id."""
    return manage_materials.add_material(campaign, kind, "物料", content, spot, now_ms(), "test").id


def fetch(path: str, key: str, material: str, **query: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and bytes of a download."""
    asked = {name: [value] for name, value in query.items()}
    event = api_event("GET", path, parameters={"material": material}, query=asked, headers={"x-api-key": key})
    answer = app(event, lambda_context())
    body = answer["body"]
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    return answer["statusCode"], {n.lower(): v for n, v in answer["headers"].items()}, content


FILE, POSTER = "/api/v1/materials/{material}/file", "/api/v1/materials/{material}/poster"


def upload(key: str, file: bytes, **fields: str) -> Reply:
    """A form of the secretariat's page."""
    token = sessions.sign_in(key, now_ms())[0]
    meant = {"_csrf": [sessions.csrf_token(token)]}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in fields.items()]
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="poster.png"\r\n\r\n' + file + b"\r\n"
    kind = {"content-type": "multipart/form-data; boundary=x"}
    body = b"".join([*parts, part, b"--x--\r\n"])
    return call("POST", "/secretariat/materials", token, body=body, headers=kind, query=meant)


@pytest.mark.parametrize("kind", ["png", "jpeg", "pdf", "sideways pdf"])
def test_a_poster_carries_the_units_own_code(campaign: str, unit_key: str, tmp_path: Path, kind: str) -> None:
    """Decoded by zbar, in print and as small as a phone's screen; it leads to that link, and to no other."""
    code = stage.make_link(campaign)
    if "pdf" in kind:
        content = sideways(poster_pdf()) if kind.startswith("side") else poster_pdf()
    else:
        content = picture(tmp_path, kind)
    spot = Spot(x=60, y=30, size=24) if kind.startswith("side") else SPOT
    material = put_up(campaign, content, spot=spot)

    status, headers, poster = fetch(POSTER, unit_key, material, link=code)

    assert status == 200
    assert code in headers["content-disposition"]
    if "pdf" in kind:
        assert headers["content-type"] == "application/pdf"
        pictures = [drawn(poster, dpi, tmp_path) for dpi in (300, 72)]
    else:
        assert headers["content-type"] == "image/png"
        assert look(poster).width == look(content).width
        pictures = [poster]
    for one in pictures:
        assert scan(one, tmp_path) == [qr.qr_url(code)]


@pytest.fixture(scope="module")
def poster_png(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The poster as PNG, drawn once."""
    return picture(tmp_path_factory.mktemp("poster"), "png")


@settings(max_examples=12, deadline=None)
@given(st.floats(0, 60), st.floats(0, 60), st.floats(24, 40))
def test_wherever_there_is_room_the_code_decodes(
    tmp_path_factory: pytest.TempPathFactory, poster_png: bytes, x: float, y: float, size: float
) -> None:
    """At any place and in any size that was let pass, on a picture and on a document."""
    folder = tmp_path_factory.mktemp("spots")
    spot, code = Spot(x=x, y=y, size=size), "7KQ2M4TR"
    on_picture = poster_with_code(poster_png, FileFormat.PNG, (794, 1123), spot, code)
    on_document = poster_with_code(poster_pdf(), FileFormat.PDF, (595.276, 841.89), spot, code)

    assert scan(on_picture, folder) == scan(drawn(on_document, 150, folder), folder) == [qr.qr_url(code)]


@pytest.mark.parametrize(
    "spot", [Spot(x=80, y=10, size=30), Spot(x=10, y=90, size=30), Spot(x=5, y=5, size=3), Spot(x=0, y=0, size=100)]
)
def test_a_place_that_holds_no_code_is_refused(campaign: str, spot: Spot) -> None:
    """Beside the poster, or too small to scan; but the whole width is fine where the height allows it."""
    if spot.size == 100:
        assert put_up(campaign, poster_pdf(), spot=spot)
        return
    with pytest.raises(RequestInvalid) as refusal:
        put_up(campaign, poster_pdf(), spot=spot)

    assert refusal.value.errors[0].pointer == "/spot"
    assert materials.of_campaign(campaign) == []


@pytest.mark.parametrize(
    ("content", "kind"), [(SVG, "image/svg+xml"), ("网络安全为人民".encode(), "text/plain; charset=utf-8")]
)
def test_what_could_run_never_does(campaign: str, unit_key: str, content: bytes, kind: str) -> None:
    """An SVG or a text is a download, and where a browser shows it all the same, it is alone in a sandbox."""
    status, headers, body = fetch(FILE, unit_key, put_up(campaign, content, MaterialKind.MARK))

    assert (status, body, headers["content-type"]) == (200, content, kind)
    assert headers["content-disposition"].startswith("attachment")
    assert "sandbox" in headers["content-security-policy"]
    assert "script" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00\x03",
        b"<html><script>alert(1)</script></html>",
        b"<svg>no namespace</svg>",
        BOMB,
        b"\xff\xfe\x00\x01",
        b"\x89PNG\r\n\x1a\n",
        png_of(0, 5),
        png_of(5000, 5000),
        b"\xff\xd8\xff\xe0",
        b"%PDF-1.7 and nothing more",
        "文".encode("utf-16"),
        b"  \n",
        b"a" * (MOST_BYTES + 1),
    ],
    ids=lambda content: repr(content[:24]),
)
def test_a_file_is_judged_by_its_content(campaign: str, content: bytes) -> None:
    """Whatever it is called: refused at its field, and nothing is put up."""
    reply = upload(stage.secretariat_key(), content, act="add", kind="poster", name="海报")

    assert reply.status == 422
    assert 'id="file-wrong"' in reply.body
    assert materials.of_campaign(campaign) == []


@given(st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-", b"<svg "]), st.binary(max_size=200))
def test_no_file_breaks_the_look_at_it(start: bytes, rest: bytes) -> None:
    """It is something, or it is refused."""
    with suppress(RequestInvalid):
        assert look(start + rest).width >= 0


def test_units_see_the_newest_the_secretariat_all(campaign: str, unit_key: str) -> None:
    """Also where a version came at the same moment as another; what was withdrawn is nothing to a unit, until it is
    put back."""
    office = stage.member_key(Rank.READER)
    material = put_up(campaign, b"one", MaterialKind.SLOGAN)
    with ThreadPoolExecutor(2) as both:
        new = [both.submit(add, campaign, material, text) for text in (b"two", b"three")]
    assert sorted(one.result() for one in new) == [2, 3]

    newest = fetch(FILE, unit_key, material)[2]
    assert newest in {b"two", b"three"}
    assert fetch(FILE, office, material, version="3")[2] == newest
    assert fetch(FILE, office, material, version="1")[2] == b"one"
    assert fetch(FILE, unit_key, material, version="1")[0] == 403
    assert [fetch(FILE, office, material, version=odd)[0] for odd in ("4", "0", "x")] == [404, 422, 422]

    manage_materials.withdraw(campaign, material, now_ms(), "test", withdrawn=True)
    assert [fetch(FILE, key, material)[0] for key in (unit_key, office)] == [404, 200]
    manage_materials.withdraw(campaign, material, now_ms(), "test", withdrawn=False)
    assert fetch(FILE, unit_key, material)[0] == 200


def add(campaign: str, material: str, content: bytes) -> int:
    """The number that a new version got."""
    return manage_materials.add_version(campaign, material, content, None, now_ms(), "test").newest.number


def test_the_list_is_as_described(campaign: str, unit_key: str) -> None:
    """Kinds in their order; a unit doesn't see what was withdrawn."""
    put_up(campaign, SVG, MaterialKind.MARK)
    put_up(campaign, poster_pdf(), spot=SPOT)
    gone = put_up(campaign, b"gone", MaterialKind.SLOGAN)
    manage_materials.withdraw(campaign, gone, now_ms(), "test", withdrawn=True)

    def listed(key: str) -> list[Any]:
        body = json.loads(call("GET", "/api/v1/materials", headers={"x-api-key": key}).body)
        check_shape(Materials, body)
        return list(body["materials"])

    assert [(one["kind"], one["carries_code"]) for one in listed(unit_key)] == [("poster", True), ("mark", False)]
    assert len(listed(stage.secretariat_key())) == 3


def test_another_units_code_is_never_drawn(campaign: str, unit_key: str) -> None:
    """Nor another campaign's, nor one into a material that has no place for it."""
    poster, slogan = put_up(campaign, poster_pdf(), spot=SPOT), put_up(campaign, b"text", MaterialKind.SLOGAN)
    own, foreign = stage.make_link(campaign), stage.make_link(stage.make_campaign(-7_200_000))

    assert fetch(POSTER, unit_key, poster, link=foreign)[0] == 403
    assert fetch(POSTER, unit_key, poster, link="nonsense")[0] == 404
    assert fetch(POSTER, unit_key, slogan, link=own)[0] == 404
    assert fetch(POSTER, stage.secretariat_key(), poster, link=foreign)[0] == 404


def test_the_pages_put_up_and_show(campaign: str, unit_key: str, tmp_path: Path) -> None:
    """From the form to the unit's page, with its own links at the poster; a newer version takes the place."""
    key, code = stage.secretariat_key(), stage.make_link(campaign)
    spot = {"x": "60", "y": "70％", "size": "32.5%"}

    added = upload(key, picture(tmp_path, "png"), act="add", kind="poster", name="夏季海报", **spot)
    half = upload(key, picture(tmp_path, "png"), act="add", kind="poster", name="x", x="60")
    (material,) = materials.of_campaign(campaign)
    upload(key, picture(tmp_path, "jpeg"), act="version", material=material.id, **spot)

    assert (added.status, half.status) == (303, 422)
    assert "三个数都要填" in half.body
    twisted = upload(key, b"\0", act="version", material=material.id, **spot)
    assert twisted.status == 422
    assert f'id="{material.id}-file-wrong"' in twisted.body
    assert 'id="file-wrong"' not in twisted.body
    page = Session(unit_key).get("/desk/materials").body
    assert "夏季海报" in page
    assert "第 2 版" in page
    assert f"materials/{material.id}/poster?campaign={campaign}&amp;link={code}" in page
    office = Session(key).get("/secretariat/materials").body
    assert f"materials/{material.id}/file?campaign={campaign}&amp;version=1" in office
    assert "宣传物料" in Session(unit_key).get("/desk").body
    assert fetch(FILE, unit_key, material.id)[2].startswith(b"\xff\xd8\xff")
