"""Packing what a unit hands out: an archive of files, and the list of its links."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence

from chalicelib.domain.masking import inert

_BOM = b"\xef\xbb\xbf"


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP of the files, named by their paths; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in files:
            entry = zipfile.ZipInfo(path)  # dated 1980, as ZIP begins
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if path.endswith((".png", ".pdf")) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table for spreadsheets: UTF-8 with a byte order mark, and no cell is taken for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return _BOM + out.getvalue().encode()
