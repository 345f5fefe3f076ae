"""The members of a seal: each is found, nobody else is, and with one read."""

from base64 import urlsafe_b64encode

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


def holds(campaign: str, count: int, raw: bytes) -> bool:
    """Whether the campaign's seal counted it."""
    seal = Seal(sealed_at=0, manifest="m", manifest_sha256="0", members=count)
    return members.holds(campaign, seal, urlsafe_b64encode(raw).rstrip(b"=").decode())


@pytest.mark.parametrize("count", [0, 1, 2, 50, 30_000])
def test_members_are_found_with_one_read(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a stranger is not; of many only a small part is read."""
    name, known, strangers = f"members-{count}", sorted(ids(f"in {count}", count)), ids(f"out {count}", 200)
    assert members.write(name, 1, ((raw, raw[0] % 2 == 0) for raw in known)) == count
    reads: list[int] = []
    real = files.part

    def counted(path: str, start: int, length: int) -> bytes:
        reads.append(length)
        return real(path, start, length)

    monkeypatch.setattr(files, "part", counted)
    asked = [*known[:: max(1, count // 200)], *known[-1:], *strangers]
    found = [raw for raw in asked if holds(name, count, raw)]

    assert set(found) == set(asked) - set(strangers)
    assert len(reads) == (len(asked) if count else 0)
    assert max(reads, default=0) <= max(1_100, count // 20) * members.RECORD


@given(st.sets(st.binary(min_size=members.ID_BYTES, max_size=members.ID_BYTES), max_size=60), st.data())
def test_it_is_right_whatever_the_ids_are(known: set[bytes], data: st.DataObject) -> None:
    """Also where they aren't spread evenly: then it reads more than once."""
    stranger = data.draw(
        st.binary(min_size=members.ID_BYTES, max_size=members.ID_BYTES).filter(lambda raw: raw not in known)
    )
    name = f"uneven-{hash(frozenset(known)) & 0xFFFFFFFF:x}"
    files.remove(f"{name}/private")
    members.write(name, 1, ((raw, True) for raw in sorted(known)))

    assert all(holds(name, len(known), raw) for raw in known)
    assert not holds(name, len(known), stranger)
