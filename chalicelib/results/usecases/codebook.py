"""The codebook of a dataset: DDI-Codebook 2.5 for programs, a workbook for people."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from xml.etree import ElementTree

from chalicelib.kernel.wording import words
from chalicelib.results.domain.columns import Column
from chalicelib.results.domain.dataset_sql import FIXED, LANG, value_labels

DDI = "ddi:codebook:2_5"
"""https://ddialliance.org/Specification/DDI-Codebook/2.5/"""
SUFFIXES = ("xml", "xlsx")
HEADINGS = ("变量", "标签", "题目", "类型")
ANSWERS, OPINIONS = "F1", "F2"
"""The codebook's names for the files."""
VALUES = ("变量", "代码", "含义")


class Variable(NamedTuple):
    """A column as a codebook tells of it."""

    name: str
    label: str
    question: str
    type: str
    values: dict[str, str]


def variables(columns: Sequence[Column]) -> Iterator[Variable]:
    """All columns of a dataset."""
    yield from (Variable(name, label, "", "fixed", {}) for name, label in FIXED.items())
    for one in columns:
        yield Variable(one.name, words(one.label, LANG), words(one.question, LANG), one.type, value_labels(one))


def ddi(title: str, identifier: str, rows: int, columns: Sequence[Column]) -> bytes:
    """The codebook as XML in UTF-8."""
    ElementTree.register_namespace("", DDI)
    book = ElementTree.Element(f"{{{DDI}}}codeBook", version="2.5")
    titles = _add(_add(_add(book, "stdyDscr"), "citation"), "titlStmt")
    _add(titles, "titl", title)
    _add(titles, "IDNo", identifier)
    about = _add(_add(book, "fileDscr", ID=ANSWERS), "fileTxt")
    _add(about, "fileName", "responses.parquet")
    _add(_add(about, "dimensns"), "caseQnty", str(rows))
    _add(_add(_add(book, "fileDscr", ID=OPINIONS), "fileTxt"), "fileName", "opinions.parquet")
    data = _add(book, "dataDscr")
    for number, one in enumerate(variables(columns), 1):
        _variable(data, number, one)
    ElementTree.indent(book)
    return bytes(ElementTree.tostring(book, encoding="utf-8", xml_declaration=True)) + b"\n"


def workbook(columns: Sequence[Column], made_at: datetime) -> bytes:
    """The codebook as XLSX: a sheet of variables, a sheet of what their codes mean."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - one job in a year needs it

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    bold = book.add_format({"bold": True})
    listed = list(variables(columns))
    rows = [[one.name, one.label, one.question, one.type] for one in listed]
    meanings = [[one.name, code, label] for one in listed for code, label in one.values.items()]
    for name, headings, lines in (("变量", HEADINGS, rows), ("取值", VALUES, meanings)):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, headings, bold)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(headings) - 1, 30)
        for number, line in enumerate(lines, 1):
            sheet.write_row(number, 0, line)
    book.close()
    return out.getvalue()


def _variable(data: ElementTree.Element, number: int, one: Variable) -> None:
    """Its parts stand in the order that the schema wants."""
    found = _add(
        data,
        "var",
        ID=f"V{number}",
        name=one.name,
        files=OPINIONS if one.type == "text" else ANSWERS,
        intrvl="discrete",
    )
    _add(found, "labl", one.label)
    if one.question:
        _add(_add(found, "qstn"), "qstnLit", one.question)
    for code, label in one.values.items():
        category = _add(found, "catgry", missing="Y" if code.startswith("-") else "N")
        _add(category, "catValu", code)
        _add(category, "labl", label)
    _add(found, "varFormat", type="numeric" if one.type in {"points", "chosen"} else "character")


def _add(parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{DDI}}}{tag}", attributes)
    made.text = text
    return made
