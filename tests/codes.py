"""All codes of an archive of kits, read by zbar, as a command: `python -m tests.codes KITS_ZIP [LINKS]`.

Of every link, or of so many of each unit, the SVG as Chromium draws it, as a thumbnail and as large as a sheet; every
PNG; and the sheet, as printed and at 36 dpi as a picture in a chat. It ends with how many were read, and what was not.
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
from tests.scanning import drawn, scan, scan_all

SVG_WIDTHS = (90, 600)
SHEET_DPI = (150, 36)
"""At 300 dpi one of each length of title is read by the suite; here they would take a second each."""


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


def not_read(drawn_ones: dict[str, bytes], address: str, folder: Path) -> list[str]:
    """Which of a link's pictures don't say its address; they are read together, and one by one where one fails."""
    if scan_all(list(drawn_ones.values()), folder) == [address] * len(drawn_ones):
        return []
    return [what for what, picture in drawn_ones.items() if scan(picture, folder) != [address]]


def places(archive: zipfile.ZipFile, most: int) -> list[str]:
    """The folders of links, at most so many of each unit."""
    found = sorted(name.rpartition("/")[0] for name in archive.namelist() if name.endswith("/qr.svg"))
    taken: Counter[str] = Counter()
    kept = []
    for place in found:
        unit = place.partition("/")[0]
        kept += [place] if taken[unit] < most else []
        taken[unit] += 1
    return kept


def main(path: Path, most: int = sys.maxsize) -> int:
    """Reads everything; 1 where anything wasn't read as its link's address."""
    read: Counter[str] = Counter()
    wrong, folders = [], set()
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*QUIET]).new_page()
        listed = csv.DictReader(io.StringIO(archive.read("links.csv").decode("utf-8-sig"), newline=""))
        urls = {row["code"]: row["url"] for row in listed}
        for place in places(archive, most):
            address = urls[place.rpartition("/")[2]].replace("/s/", "/S/").upper()
            folders.add(place.partition("/")[0])
            drawn_ones = dict(pictures(archive, place, page, Path(scratch)))
            unread = not_read(drawn_ones, address, Path(scratch))
            read.update(what for what in drawn_ones if what not in unread)
            wrong += [f"{place} {what}" for what in unread]
    print(f"{len(folders)} units", *(f"{what}: {count} read" for what, count in sorted(read.items())), sep="\n")
    print(*(f"NOT READ: {one}" for one in wrong), sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *map(int, sys.argv[2:3])))
