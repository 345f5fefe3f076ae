"""What goes along with a mail: the picture of the curve, and the workbook."""

import io
import struct
from datetime import datetime, timedelta

import pytest
from openpyxl import load_workbook

from chalicelib.kernel import signed
from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.lines import as_line
from chalicelib.mail.gateways.mail import Mail, MailNotSent, message_of, send
from chalicelib.mail.gateways.progress_chart import HEIGHT, WIDTH, curve_svg, draw_curve
from chalicelib.mail.gateways.workbook import Column, Worksheet, write_workbook

START = shanghai(1_627_952_400_000)
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "http://minsheng.example", '=HYPERLINK("x")', "007"]


def hours(values: list[int]) -> list[tuple[datetime, int]]:
    """Consecutive hours with these values."""
    return [(START + timedelta(hours=number), value) for number, value in enumerate(values)]


@pytest.mark.parametrize("values", [[], [0], [3], [0, 0, 0], [5, 0, 12] * 80], ids=len)
def test_a_curve_is_drawn_of_whatever_there_is(values: list[int]) -> None:
    """As a PNG of its size, twice as sharp; small enough for a mail."""
    picture = draw_curve(hours(values), "网民网络安全感受公益调查")

    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (2 * WIDTH, 2 * HEIGHT)
    assert len(picture) < 60_000


def test_a_curve_shows_its_words() -> None:
    """The font is found: with its title the picture holds more than without."""
    assert len(draw_curve(hours([1]), "网民网络安全感受公益调查")) > len(draw_curve(hours([1]), "")) + 1000


def test_a_curve_ends_at_the_sum_and_names_days() -> None:
    """The highest point is the sum on its scale, a title is escaped, and of many days some are named."""
    svg = curve_svg(hours([1] * 240), "<&>")

    assert "&lt;&amp;&gt;" in svg
    assert ">500<" in svg
    assert 5 <= svg.count(">8/") <= 10


def test_no_cell_is_a_formula() -> None:
    """A text stays a text, whatever it begins with; numbers are numbers."""
    rows: list[list[str | int]] = [[text, number] for number, text in enumerate(DANGEROUS)]

    book = load_workbook(
        io.BytesIO(write_workbook([Worksheet("表", "标题", (Column("甲", "text"), Column("乙")), rows)]))
    )

    cells = [cell for row in book["表"].iter_rows(min_row=4) for cell in row]
    assert [cell.value for cell in cells[::2]] == DANGEROUS
    assert {cell.data_type for cell in cells[::2]} == {"s"}
    assert {cell.data_type for cell in cells[1::2]} == {"n"}
    assert all(cell.hyperlink is None for cell in cells)


def test_an_empty_table_is_a_table_without_a_chart() -> None:
    """A spreadsheet opens it without complaint."""
    empty = Worksheet("表", "标题", (Column("甲", "text"), Column("乙")), [], "line", (1,))

    sheet = load_workbook(io.BytesIO(write_workbook([empty])))["表"]

    assert [table.ref for table in sheet.tables.values()] == ["A3:B4"]
    assert sheet._charts == []


SECRETS = {"k1": b"one", "k2": b"two"}


def test_what_was_signed_is_known_again() -> None:
    """With any key still held, for its own purpose."""
    token = signed.seal(signed.UNSUBSCRIBE, "c-1.u1", "k1", b"one")

    assert signed.unseal(signed.UNSUBSCRIBE, token, SECRETS) == "c-1.u1"
    assert signed.unseal(signed.FILE, token, SECRETS) is None


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "k1",
        "k1.c.u1",
        "k1.c.u1.x",
        "k3.c.u1.x",
        "密",
        signed.seal(signed.UNSUBSCRIBE, "c.u1", "k1", b"other"),
        "x" * 999,
    ],
)
def test_what_was_not_signed_by_us_is_nothing(token: str) -> None:
    """Forged, damaged, foreign, huge."""
    assert signed.unseal(signed.UNSUBSCRIBE, token, SECRETS) is None


@pytest.mark.parametrize("title", ["标题\r\nBcc: v@x.example", "标\0题", "\u202e标题"])
def test_a_title_of_an_earlier_release_keeps_no_mail_back(title: str) -> None:
    """It could hold a line break, which no header may; the mail goes, and to nobody else."""
    mail = Mail(
        key="k", to=["a@b.example"], subject=f"{title} 日报", text="t", html="<p>t</p>", at_ms=1_627_952_400_000
    )

    message = message_of(mail)

    assert message["Subject"] == as_line(f"{title} 日报")
    assert message["Bcc"] is None
    assert message["To"] == "a@b.example"


def test_a_mail_that_cannot_be_made_fails_alone() -> None:
    """As one that is surely not taken, which its sender notes before it goes on to the next."""
    mail = Mail(key="k", to=["a@b\r\n.example"], subject="s", text="t", html="<p>t</p>", at_ms=1_627_952_400_000)

    with pytest.raises(MailNotSent) as refused:
        send(mail)

    assert not refused.value.doubtful
