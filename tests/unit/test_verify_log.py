"""The offline verification of the audit log finds whatever was done to it."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from infra.verify_log import verify_log

Lines = list[bytes]


def hash_of(line: bytes) -> str:
    """What the line after it says."""
    return hashlib.sha256(line).hexdigest()


def chain(length: int, scope: str = "2026") -> Lines:
    """A log of so many entries."""
    lines: Lines = []
    for number in range(1, length + 1):
        before = hash_of(lines[-1]) if lines else "0" * 64
        told = {"at": number, "who": "王", "scope": scope, "number": number, "previous": before}
        lines.append(json.dumps(told, ensure_ascii=False).encode())
    return lines


LOG = chain(9)
HEAD = (9, hash_of(LOG[-1]))


def with_line(place: int, **changes: Any) -> Lines:
    """The log with an entry that was changed."""
    changed = json.dumps(json.loads(LOG[place]) | changes, ensure_ascii=False).encode()
    return [*LOG[:place], changed, *LOG[place + 1 :]]


@pytest.mark.parametrize("ending", [b"", b"\n"])
@pytest.mark.parametrize("first", [0, 1, 5, 8])
def test_a_whole_log_and_its_later_part_are_right(first: int, ending: bytes) -> None:
    """Also against what was noted down, now or earlier."""
    lines = [line + ending for line in LOG[first:]]

    assert verify_log(lines) == []
    assert verify_log(lines, HEAD) == []
    assert verify_log(lines, (first + 1, hash_of(LOG[first]).upper())) == []


@pytest.mark.parametrize(
    ("tampered", "said"),
    [
        (lambda: with_line(3, who="李"), ["line 5: the entry before number 5 is not what it was"]),
        (lambda: [*LOG[:3], *LOG[4:]], ["line 4: number 5 comes after 3"]),
        (lambda: [*LOG[:4], *LOG[3:]], ["line 5: number 4 comes after 4"]),
        (lambda: LOG[:-1], ["there is no number 9"]),
        (list, ["there is no number 9"]),
        (lambda: with_line(8, who="李"), ["number 9 is not the one that was noted down: its SHA-256 differs"]),
        (lambda: [*LOG[:3], LOG[4], LOG[3], *LOG[5:]], ["line 4: number 5", "line 5: number 4", "line 6: number 6"]),
        (lambda: chain(9, "2025"), ["number 9 is not the one that was noted down: its SHA-256 differs"]),
        (lambda: with_line(8, scope="2025"), ["line 9: of another log, 2025", "number 9 is not the one"]),
    ],
)
def test_whatever_was_done_to_it_is_found(tampered: Callable[[], Lines], said: list[str]) -> None:
    """Changed, taken out, put in, cut off, exchanged, or another one."""
    wrong = verify_log(tampered(), HEAD)

    assert len(wrong) == len(said)
    assert all(one.startswith(begin) for one, begin in zip(wrong, said, strict=True))
