"""The roll's lines, and the records of a segment's part: a line, and whose it is.

A record is `<unit> <leaf> <id> <valid>`; sorted, records have the order of their lines. The roll itself holds the lines
alone.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

from chalicelib.collection.response import Response
from chalicelib.kernel.gateways import files


class Record(NamedTuple):
    """A line of the roll, and the response that it is of."""

    line: bytes
    id: str
    valid: bool


def line_of(response: Response, *, valid: bool) -> bytes:
    """`<unit> <leaf>`, without its newline; `valid` is the verdict at the seal."""
    verdict = "true" if valid else "false"
    told = f"minsheng-roll-1\0{response.receipt}\0{response.unit}\0{response.edition}\0{verdict}"
    return f"{response.unit} {sha256(told.encode()).hexdigest()}".encode()


def record_of(response: Response) -> bytes:
    """As a segment's part holds it."""
    return line_of(response, valid=response.valid) + f" {response.id} {response.valid:d}".encode()


def parsed(record: bytes) -> Record:
    """What `record_of` made."""
    line, response_id, valid = record.rsplit(b" ", 2)
    return Record(line, response_id.decode(), valid == b"1")


def part_name(part: str) -> str:
    """Where the records of a segment's part lie, sorted."""
    return f"{part}.lines"


def write_records(part: str, records: Iterable[bytes]) -> None:
    """Keeps the records of a segment."""
    with files.writing(part_name(part)) as out:
        out.writelines(record + b"\n" for record in sorted(records))


def read_records(part: str) -> Iterator[bytes]:
    """Those of a segment, sorted; a megabyte in memory."""
    rest = b""
    for chunk in files.chunks(part_name(part)):
        *records, rest = (rest + chunk).split(b"\n")
        yield from records
