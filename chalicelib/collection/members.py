"""The members of a seal: which responses it counted, so that a late retry gets a certain answer.

`members.bin` holds a record for each sealed response, sorted by id: the 16 bytes of the id, four for its place in the
roll (`NO_PLACE`: there is none), one that is 1 where it is valid. Ids are hashes, so a record lies near the place that
its id says, and one read of a range finds it among millions. The file is private, and lies beside what is public.
"""

from base64 import urlsafe_b64decode
from collections.abc import Iterable
from math import isqrt
from typing import NamedTuple

from chalicelib.campaigns.campaign import Seal
from chalicelib.collection import ledger
from chalicelib.kernel.gateways import files

ID_BYTES = 16
RECORD = ID_BYTES + 5
NO_PLACE = 0xFFFFFFFF
_NAME = "members.bin"
_DEVIATIONS = 6
"""Of the normal distribution: a record lies further away once in half a billion times, and then takes a second read."""
_AT_ONCE = 4_096


def raw_id(response_id: str) -> bytes:
    """The 16 bytes of a response's id."""
    return urlsafe_b64decode(response_id + "==")


def path(campaign: str, seal: int) -> str:
    """Where the members of a campaign's seal of that number lie."""
    return f"{Seal.folder(campaign, 'private', seal)}/{_NAME}"


class Member(NamedTuple):
    """A response that a seal counted."""

    valid: bool | None
    """None: sealed by release 0.1.0, which noted ids alone."""
    place: int | None
    """Its line in the roll, counted from 0; None: sealed before that was noted."""


def record(raw: bytes, place: int, *, valid: bool) -> bytes:
    """A member as the file holds it, by its raw id."""
    return raw + place.to_bytes(4) + (b"\1" if valid else b"\0")


def write(campaign: str, seal: int, sorted_records: Iterable[bytes]) -> int:
    """Writes the file from records, sorted; holds a few thousand in memory. Returns how many."""
    count, held = 0, bytearray()
    with files.writing(path(campaign, seal), lasting=True) as file:
        for one in sorted_records:
            held += one
            count += 1
            if count % _AT_ONCE == 0:
                file.write(held)
                held = bytearray()
        file.write(held)
    return count


def find(campaign: str, seal: Seal, response_id: str) -> Member | None:
    """The response among those sealed: one read of a range, of 0.2 MB where there are three million."""
    if seal.members is None:  # sealed by a release before this file
        return Member(None, None) if ledger.holds(campaign, response_id, seal.ledger_buckets) else None
    found = _found(path(campaign, seal.number), raw_id(response_id), seal.members)
    if found is None:
        return None
    place = int.from_bytes(found[ID_BYTES:-1])
    return Member(found[-1] == 1, None if place == NO_PLACE else place)


def _found(name: str, wanted: bytes, records: int) -> bytes | None:
    low, high = 0, records
    width = _DEVIATIONS * (isqrt(records) // 2 + 1)
    guess = int.from_bytes(wanted[:8], "big") * records >> 64
    while low < high:
        start = min(max(guess - width, low), high - 1)
        end = min(max(guess + width, low) + 1, high)
        window = files.part(name, start * RECORD, (end - start) * RECORD)
        first, last = window[:ID_BYTES], window[-RECORD:][:ID_BYTES]
        if first <= wanted <= last:
            starts = range(0, len(window), RECORD)
            return next((window[i : i + RECORD] for i in starts if window.startswith(wanted, i)), None)
        low, high = (low, start) if wanted < first else (end, high)
        guess = (low + high) // 2
    return None
