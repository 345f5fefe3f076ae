"""A table as it was sent, with what is wrong or unclear in it marked where it stands, to be mended and sent again."""

from collections.abc import Iterable
from io import BytesIO

from chalicelib.associations.domain.spreadsheet import Sheet
from chalicelib.associations.domain.table import Mark

_WIDTH = 18
_COMMENT = {"x_scale": 1.5, "font_size": 10}


def marked_file(sheet: Sheet, marks: Iterable[Mark]) -> bytes:
    """A workbook of one sheet: each row in its own place, each marked cell red, with a comment that says why.

    All cells are texts, so that no spreadsheet bends them once more.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 - loaded only where a workbook is written

    words, out = dict[tuple[int, int], list[str]](), BytesIO()
    for mark in marks:
        words.setdefault((mark.row, mark.place), []).append(mark.words)
    texts = {(row.number, place): cell.text for row in sheet.rows for place, cell in enumerate(row.cells)}
    with Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet.name or None)
        plain = book.add_format({"num_format": "@", "text_wrap": True})
        wrong = book.add_format({"num_format": "@", "text_wrap": True, "bg_color": "#FFC7CE", "font_color": "#9C0006"})
        page.set_column(0, max((place for _, place in texts), default=0), _WIDTH)
        for row, place in sorted(texts.keys() | words.keys()):
            at, said = (row - 1, place), words.get((row, place))
            page.write_string(*at, texts.get((row, place), ""), wrong if said else plain)
            if said:
                page.write_comment(*at, "\n".join(said), _COMMENT)
    return out.getvalue()
