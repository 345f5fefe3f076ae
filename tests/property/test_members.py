"""The members of a seal: each is found, nobody else is, and with one read."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.campaign import Seal
from chalicelib.collection import members
from chalicelib.kernel.gateways import files
from tests.chance import dice


def ids(purpose: str, count: int) -> list[bytes]:
    """As hashes are."""
    rng = dice(purpose)
    return [rng.randbytes(members.ID_BYTES) for _ in range(count)]


def records(known: list[bytes]) -> Iterator[bytes]:
    """The members, with the place that `place_of` tells."""
    return (members.record(raw, place_of(raw), valid=raw[0] % 2 == 0) for raw in known)


def place_of(raw: bytes) -> int:
    """Any, but the same each time."""
    return int.from_bytes(raw[:3])


def find(campaign: str, count: int, raw: bytes) -> members.Member | None:
    """What the campaign's seal noted of it."""
    seal = Seal(sealed_at=0, manifest="m", manifest_sha256="0", members=count)
    return members.find(campaign, seal, urlsafe_b64encode(raw).rstrip(b"=").decode())


@pytest.mark.parametrize("count", [0, 1, 2, 50, 30_000])
def test_members_are_found_with_one_read(count: int, part_reads: list[int]) -> None:
    """And a stranger is not; of many only a small part is read."""
    name, known, strangers = f"members-{count}", sorted(ids(f"in {count}", count)), ids(f"out {count}", 200)
    assert members.write(name, 1, records(known)) == count
    asked = [*known[:: max(1, count // 200)], *known[-1:], *strangers]
    found = {raw: member for raw in asked if (member := find(name, count, raw))}

    assert found == {raw: (raw[0] % 2 == 0, place_of(raw)) for raw in set(asked) - set(strangers)}
    assert len(part_reads) == (len(asked) if count else 0)
    assert max(part_reads, default=0) <= max(1_100, count // 20) * members.RECORD


@given(st.sets(st.binary(min_size=members.ID_BYTES, max_size=members.ID_BYTES), max_size=60), st.data())
def test_it_is_right_whatever_the_ids_are(known: set[bytes], data: st.DataObject) -> None:
    """Also where they aren't spread evenly: then it reads more than once."""
    stranger = data.draw(
        st.binary(min_size=members.ID_BYTES, max_size=members.ID_BYTES).filter(lambda raw: raw not in known)
    )
    name = f"uneven-{hash(frozenset(known)) & 0xFFFFFFFF:x}"
    files.remove(f"{name}/private")
    members.write(name, 1, records(sorted(known)))

    assert all(find(name, len(known), raw) == (raw[0] % 2 == 0, place_of(raw)) for raw in known)
    assert find(name, len(known), stranger) is None


def test_a_member_of_a_seal_without_places_has_none(engine: str) -> None:
    """Its verdict is there."""
    raw = bytes(members.ID_BYTES)
    members.write("unplaced", 1, [members.record(raw, members.NO_PLACE, valid=True)])

    assert find("unplaced", 1, raw) == (True, None)
