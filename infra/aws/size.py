"""What a zip weighs, and what fills it. `make bench` shows it; `size.json` beside the zips holds it for each.

`weigh(archive)["bytes"]` is the zip's size; `["parts"]` names its dependencies, the heaviest first.
"""

from collections import Counter
from pathlib import Path
from typing import TypedDict
from zipfile import ZipFile


class Part(TypedDict):
    """One dependency: all that is under one name at the top."""

    name: str
    zipped: int
    unpacked: int
    share: float
    """Of the zip, 0 to 1."""


class Size(TypedDict):
    """A whole zip, in bytes."""

    bytes: int
    unpacked: int
    parts: list[Part]


def weigh(archive: Path) -> Size:
    """The sizes of a zip."""
    zipped: Counter[str] = Counter()
    unpacked: Counter[str] = Counter()
    with ZipFile(archive) as opened:
        for info in opened.infolist():
            part = _part(info.filename)
            zipped[part] += info.compress_size
            unpacked[part] += info.file_size
    whole = archive.stat().st_size
    parts: list[Part] = [
        {"name": name, "zipped": size, "unpacked": unpacked[name], "share": round(size / whole, 4)}
        for name, size in zipped.most_common()
    ]
    return {"bytes": whole, "unpacked": sum(unpacked.values()), "parts": parts}


def table(size: Size, most: int = 12) -> str:
    """The heaviest parts, a line each, for people."""
    rows = [("all", size["bytes"], 1.0, size["unpacked"])]
    rows += [(part["name"], part["zipped"], part["share"], part["unpacked"]) for part in size["parts"][:most]]
    head = f"{'':<20}{'zipped, MB':>12}{'share':>8}{'unpacked, MB':>14}"
    return "\n".join([head, *(f"{n:<20}{z / 1e6:12.2f}{s:8.1%}{u / 1e6:14.2f}" for n, z, s, u in rows)])


def _part(filename: str) -> str:
    top = filename.split("/", maxsplit=1)[0]
    if top == "__pycache__":
        top = filename.split("/")[1].split(".", maxsplit=1)[0]
    return top.removesuffix(".py").split("-")[0].removesuffix(".dist") if top.endswith((".py", ".dist-info")) else top
