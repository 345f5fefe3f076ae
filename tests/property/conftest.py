"""What several properties watch."""

import pytest

from chalicelib.kernel.gateways import files


@pytest.fixture
def part_reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The length of each range of a file that is read, as they come."""
    reads: list[int] = []
    real = files.part

    def counted(path: str, start: int, length: int) -> bytes:
        reads.append(length)
        return real(path, start, length)

    monkeypatch.setattr(files, "part", counted)
    return reads
