"""All codes of an archive of kits, read by zbar, as a command: `python -m tests.codes KITS_ZIP`.

Of every link the SVG as Chromium draws it, as a thumbnail and in print size; every PNG; and the printed sheet, at 300
dpi as a printer sees it and at 36 dpi as a picture in a chat. It ends with how many were read, and what was not.
"""

import csv
import io
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import QUIET
from tests.scanning import drawn, scan

SVG_WIDTHS = (90, 1200)
SHEET_DPI = (300, 36)


def pictures(archive: zipfile.ZipFile, place: str, page: Page, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every picture of a link's code: what it is, and a PNG of it."""
    for name in sorted(name for name in archive.namelist() if name.startswith(f"{place}/qr-")):
        yield name.rpartition("/")[2], archive.read(name)
    drawing = folder / "code.svg"
    drawing.write_bytes(archive.read(f"{place}/qr.svg"))
    for width in SVG_WIDTHS:
        page.set_viewport_size({"width": width, "height": int(width * 1.4)})
        page.goto(drawing.as_uri())
        yield f"qr.svg at {width} px", page.screenshot()
    sheet = archive.read(f"{place}/sheet.pdf")
    for dpi in SHEET_DPI:
        yield f"sheet.pdf at {dpi} dpi", drawn(sheet, dpi, folder)


def main(path: Path) -> int:
    """Reads everything; 1 where anything wasn't read as its link's address."""
    read: Counter[str] = Counter()
    wrong, folders = [], set()
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*QUIET]).new_page()
        listed = csv.DictReader(io.StringIO(archive.read("links.csv").decode("utf-8-sig"), newline=""))
        urls = {row["code"]: row["url"] for row in listed}
        for place in sorted(name.rpartition("/")[0] for name in archive.namelist() if name.endswith("/qr.svg")):
            address = urls.pop(place.rpartition("/")[2]).replace("/s/", "/S/").upper()
            folders.add(place.partition("/")[0])
            for what, picture in pictures(archive, place, page, Path(scratch)):
                good = scan(picture, Path(scratch)) == [address]
                read[what] += good
                wrong += [] if good else [f"{place} {what}"]
    print(f"{len(folders)} units", *(f"{what}: {count} read" for what, count in sorted(read.items())), sep="\n")
    print(*(f"NOT READ: {one}" for one in [*wrong, *urls]), sep="\n")
    return 1 if wrong or urls else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
