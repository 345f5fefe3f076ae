"""Packing what a unit hands out: an archive of files."""

import io
import zipfile
from collections.abc import Iterable


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP of the files, named by their paths; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in files:
            add(archive, path, content)
    return out.getvalue()


def add(archive: zipfile.ZipFile, path: str, content: bytes) -> None:
    """Puts a file into an archive; without the time when it was made."""
    entry = zipfile.ZipInfo(path)  # dated 1980, as ZIP begins
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_STORED if path.endswith((".png", ".pdf")) else zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
