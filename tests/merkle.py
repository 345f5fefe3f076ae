"""RFC 9162's tree as it stands there, to hold ours to."""

from hashlib import sha256


def root_by_definition(leaves: list[bytes]) -> bytes:
    """Section 2.1.1."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    left = _split(len(leaves))
    return sha256(b"\1" + root_by_definition(leaves[:left]) + root_by_definition(leaves[left:])).digest()


def path_by_definition(leaves: list[bytes], place: int) -> list[bytes]:
    """Section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    left = _split(len(leaves))
    if place < left:
        return [*path_by_definition(leaves[:left], place), root_by_definition(leaves[left:])]
    return [*path_by_definition(leaves[left:], place - left), root_by_definition(leaves[:left])]


def root_from(leaf: bytes, place: int, size: int, path: list[bytes]) -> bytes | None:
    """Section 2.1.3.2: the root to which a path leads; None where it has another length."""
    if place >= size:
        return None
    fn, sn, r = place, size - 1, sha256(b"\0" + leaf).digest()
    for p in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            r = sha256(b"\1" + p + r).digest()
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha256(b"\1" + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    return r if sn == 0 else None


def _split(size: int) -> int:
    left = 1
    while 2 * left < size:
        left *= 2
    return left
