"""What Lambda would refuse of a zip."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

MACHINES = {"arm64": 183, "x86_64": 62}
"""ELF's numbers of Lambda's architectures (`e_machine`, elf.h)."""
MOST_UNPACKED = 240_000_000
"""Lambda takes 250 MB."""
_ELF = b"\x7fELF"


def judge(archive: Path, architecture: str) -> list[str]:
    """What keeps a zip from running on an architecture."""
    return [f"{archive.name}: {what}" for what in _found(archive, MACHINES[architecture])]


def _found(archive: Path, machine: int) -> Iterator[str]:
    with ZipFile(archive) as zipped:
        unpacked = sum(info.file_size for info in zipped.infolist())
        if unpacked > MOST_UNPACKED:
            yield f"{unpacked} bytes unpacked"
        for info in zipped.infolist():
            head = zipped.open(info).read(20)
            if head.startswith(_ELF) and int.from_bytes(head[18:20], "little") != machine:
                yield f"{info.filename} is for another processor"
