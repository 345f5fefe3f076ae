"""Units imported and kits handed out over HTTP, by the whole running system."""

import io
import zipfile
from pathlib import Path
from typing import Any

from chalicelib.web.rim.media import CSV, XLSX
from infra.drills.running import RunningSystem
from tests.scanning import drawn, scan_all
from tests.unit.test_sheets import workbook


def test_every_units_kit_leads_to_its_links(running_system: RunningSystem, tmp_path: Path) -> None:
    """All 135 units, all their links: every code is read, and says the address that the unit was given.

    Of the sheets, which differ in code and name alone, one for each division is drawn.
    """
    demo = running_system.demo
    codes, addresses, sheets = [], [], {}
    with running_system.client(demo["secretariat_key"]) as client:
        for unit in demo["units"]:
            reply = client.get("/api/v1/kit.zip", params={"unit": unit["code"]}).raise_for_status()
            archive = zipfile.ZipFile(io.BytesIO(reply.content))
            for link in unit["links"]:
                codes.append(archive.read(f"{link['code']}/qr-10.png"))
                addresses.append(link["url"].replace("/s/", "/S/").upper())
            sheets[unit["province"]] = (archive.read(f"{link['code']}/sheet.pdf"), addresses[-1])

    assert scan_all(codes, tmp_path) == addresses
    pictures = [drawn(sheet, 50, tmp_path) for sheet, _ in sheets.values()]
    assert len(pictures) == 34
    assert scan_all(pictures, tmp_path) == [address for _, address in sheets.values()]


def test_tables_come_in_whole_over_http(running_system: RunningSystem) -> None:
    """GB18030 and XLSX are bytes all the way; a large table passes, too large a one doesn't."""
    book = workbook(lambda sheet: [sheet.append(row) for row in (["名称", "省份"], ["澄明检验会", "海外"])])
    table = "名称,省份\n青禾检验会,海外\n".encode("gb18030")
    many = ("名称,省份\n" + "会,火星\n" * 4_999).encode()
    with running_system.client(running_system.demo["secretariat_key"]) as client:

        def send(content: bytes, kind: str, dry_run: str = "1") -> tuple[int, dict[str, Any]]:
            headers = {"Content-Type": kind}
            reply = client.post("/api/v1/units/import", params={"dry_run": dry_run}, content=content, headers=headers)
            return reply.status_code, reply.json()

        assert send(table, CSV, "0")[1]["created"] == 1
        assert send(table, CSV)[1]["updated"] == 1
        assert send(book, XLSX)[1]["created"] == 1
        status, body = send(many, CSV)
        assert (status, len(body["rejected"])) == (200, 4_999)
        assert send(bytes(10 * 1024 * 1024 + 1), CSV)[0] == 413
