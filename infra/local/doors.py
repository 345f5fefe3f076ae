"""What the person at the terminal sees once the system is up: one line per door."""

import json
from pathlib import Path
from typing import Any

import segno

from infra.local.datadir import DEMO

_LOCAL = ("http://127.", "http://localhost", "http://[::1]")


def describe(data_dir: Path, base: str) -> list[str]:
    """The doors, with the keys of `demo.json`; where a phone can reach them, also a code to scan."""
    demo = json.loads((data_dir / DEMO).read_text("utf-8") or "{}")
    unit: dict[str, Any] = demo["units"][0] if demo else {"key": "-", "name": "", "links": []}
    url = next((link["url"] for link in unit["links"] if link["edition"] == "public"), f"{base}/")
    lines = [
        f"网民 netizen          {url}",
        f"发起单位 unit         {base}/desk  key {unit['key']}  {unit['name']}",
        f"秘书处 secretariat    {base}/secretariat  key {demo.get('secretariat_key', '-')}",
        f"邮箱 mailbox          {data_dir / 'mailbox'}",
    ]
    if not base.startswith(_LOCAL):
        lines.append(_code(url))
    return lines


def _code(url: str) -> str:
    """A QR code drawn with half blocks."""
    rows = [list(row) for row in segno.make(url, error="m", micro=False).matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    blocks = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(blocks[bool(up), bool(down)] for up, down in zip(*pair, strict=True)) for pair in pairs)
