"""Many tables at once: one preview over all, each with its name; what is clear is imported, the rest stays visible."""

import html
import zipfile
from collections.abc import Sequence
from io import BytesIO

import pytest

from chalicelib.associations.store import units
from tests import stage
from tests.web.test_annex_kinds import UNIT, changed, text, workbook
from tests.web.test_sessions import Reply
from tests.web.visiting import Session

File = tuple[str, bytes]
CLEAR: File = ("青禾会.csv", text(UNIT))
ANOTHER: File = ("晨星会.xlsx", workbook(("单位名称", "省份"), ("晨星会", "广西")))
UNCLEAR: File = ("星轨会.csv", text(changed(c0="星轨会", c2="5.000")))
NONE: File = ("说明.csv", b"\xff\xfe\xff")


def send(key: str, campaign: str, fields: Sequence[tuple[str, str]], files: Sequence[File] = ()) -> Reply:
    """The import page after a form was sent."""
    sent = [("table_file", *file) for file in files]
    return Session(key).upload("/secretariat/import", fields, sent, campaign=campaign)


class Unmarked(zipfile.ZipInfo):
    """A name in GBK without the mark that says UTF-8."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - what `zipfile` asks for
        return self.filename.encode("gbk"), 0


def zipped(*files: File, encoding: str = "utf-8") -> File:
    """The same files in a ZIP, with what a Mac adds; other encodings as an old Windows writes names."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in [*files, ("__MACOSX/._a.csv", b"\0"), ("~$a.xlsx", b"\0"), ("读我.pdf", b"%PDF")]:
            if encoding == "utf-8":
                archive.writestr(f"附件/{name}", content)
            else:
                archive.writestr(Unmarked(name), content)
    return "全部.zip", out.getvalue()


def named(campaign: str) -> set[str]:
    """The units that there are."""
    return {unit.name for unit in units.of_campaign(campaign)} - {stage.UNIT_NAME}


@pytest.mark.parametrize("packed", ["files", "zip"])
def test_what_is_clear_is_imported_and_the_rest_is_named(key: str, campaign: str, packed: str) -> None:
    """First nothing at all; then the clear ones, with their keys."""
    files = [CLEAR, ANOTHER, UNCLEAR, NONE]
    page = send(key, campaign, [("act", "check")], files if packed == "files" else [zipped(*files)]).body

    assert "4 个文件，2 个没有问题" in page
    assert all(name in page for name, _ in files)
    assert "读我" not in page
    assert named(campaign) == set()
    form = page.partition('value="all"')[2].partition("</form>")[0]
    fields = [("act", "all")]
    for part in form.split('<input type="hidden" name="')[1:]:
        name, _, value = part.partition('" value="')
        fields.append((name, html.unescape(value.partition('"')[0])))

    done = send(key, campaign, fields)

    assert "2 个文件，2 个已经导入" in done.body
    assert named(campaign) == {"青禾会", "晨星会"}
    assert done.body.partition('id="keys"')[2].partition("</textarea>")[0].count(",") == 2


def test_one_of_many_is_looked_at_alone(key: str, campaign: str) -> None:
    """With its question and where to answer it, as if it had been sent alone."""
    page = send(key, campaign, [("act", "check")], [CLEAR, UNCLEAR]).body
    alone = page.partition('name="checked" value="')[2].partition('"')[0]

    assert 'name="cell-2-2"' in send(key, campaign, [("act", "answer"), ("checked", alone)]).body


def test_names_that_windows_wrote_are_read(key: str, campaign: str) -> None:
    """In GBK, without a mark that says so."""
    page = send(key, campaign, [("act", "check")], [zipped(CLEAR, ANOTHER, encoding="gbk")]).body

    assert "青禾会.csv" in page
    assert "晨星会.xlsx" in page


def test_a_zip_of_one_table_is_that_table(key: str, campaign: str) -> None:
    """Checked as usual."""
    assert 'id="columns"' in send(key, campaign, [("act", "check")], [zipped(CLEAR)]).body


def _deflated(mib: int) -> File:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"," * (mib * 1024 * 1024))
        archive.writestr("b.csv", b",")
    return "a.zip", out.getvalue()


def _garbled() -> bytes:
    """A ZIP whose packed bytes are no packing."""
    content = bytearray(_deflated(1)[1])
    content[40:60] = b"\xff" * 20
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [zipped()[1], zipped(*[(f"{n}.csv", b"a") for n in range(201)])[1], zipped(CLEAR)[1][:-30], _garbled()],
)
def test_what_is_no_bundle_is_refused_with_a_word(key: str, campaign: str, content: bytes) -> None:
    """Without tables, with too many, damaged: at the file's field, and nothing is imported."""
    reply = send(key, campaign, [("act", "check")], [("a.zip", content)])

    assert (reply.status, 'id="table_file-wrong"' in reply.body) == (422, True)
    assert named(campaign) == set()


def test_a_bomb_is_not_unpacked(key: str, campaign: str) -> None:
    """What a ZIP says that it unpacks to is looked at first."""
    reply = send(key, campaign, [("act", "check")], [_deflated(40)])

    assert (reply.status, "MiB" in reply.body) == (422, True)


def test_what_is_no_file_is_none(key: str, campaign: str) -> None:
    """A field of the file's name, whatever it says."""
    reply = send(key, campaign, [("act", "check"), ("table_file", "单位名称,省份")])

    assert (reply.status, 'id="table_file-wrong"' in reply.body) == (422, True)
