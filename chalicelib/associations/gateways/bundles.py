"""Several tables that are sent at once: as files side by side, or packed into a ZIP."""

import zipfile
from io import BytesIO
from typing import NamedTuple

from chalicelib.associations.gateways.ods import is_ods
from chalicelib.associations.gateways.xlsx import DAMAGED, MOST_INFLATED_MIB
from chalicelib.kernel.errors import SheetUnreadable

MOST_FILES = 200
"""Units are some 135."""
_TABLES = (".xlsx", ".xlsm", ".csv", ".txt", ".tsv", ".xls", ".et", ".ods")
_WORKBOOK = "[Content_Types].xml"
_UTF_8 = 0x800


class SentFile(NamedTuple):
    """A file as somebody sent it; its name says who."""

    name: str
    content: bytes


def unpacked(name: str, content: bytes) -> list[SentFile]:
    """The tables in a file: those of a ZIP, or itself. Raises `SheetUnreadable`."""
    if is_ods(content) or not zipfile.is_zipfile(BytesIO(content)):
        return [SentFile(name, content)]
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        parts = archive.infolist()
        if any(part.filename == _WORKBOOK for part in parts):
            return [SentFile(name, content)]
        tables = [part for part in parts if _name_of(part).lower().endswith(_TABLES) and not _is_hidden(part)]
        if not tables or len(tables) > MOST_FILES:
            raise SheetUnreadable("bundle", most=MOST_FILES)
        if sum(part.file_size for part in tables) > MOST_INFLATED_MIB * 1024 * 1024:
            raise SheetUnreadable("inflated", mib=MOST_INFLATED_MIB)
        return [SentFile(_name_of(part), archive.read(part)) for part in tables]
    except DAMAGED:
        raise SheetUnreadable("bundle_damaged") from None


def _is_hidden(part: zipfile.ZipInfo) -> bool:
    """What other systems put beside the files: `__MACOSX/._a.xlsx`, `~$a.xlsx` of an open workbook."""
    return part.is_dir() or part.filename.startswith("__MACOSX/") or _name_of(part).startswith(("~$", "._", "."))


def _name_of(part: zipfile.ZipInfo) -> str:
    """Without folders. What isn't marked as UTF-8 was written on a Chinese Windows."""
    name = part.filename
    if not part.flag_bits & _UTF_8:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            name = part.filename
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2]
