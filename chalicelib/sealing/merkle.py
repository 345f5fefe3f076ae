"""The Merkle tree of RFC 9162 over lines, root alone, line by line: memory holds one hash for each level."""

from hashlib import sha256

_LEAF, _NODE = b"\0", b"\1"


class MerkleRoot:
    """Takes the leaves in their order."""

    def __init__(self) -> None:
        self.leaves = 0
        self._whole: list[bytes] = []
        """Roots of the complete trees so far, the largest first: one for each bit of `leaves`."""

    def add(self, leaf: bytes) -> None:
        """Takes the next one."""
        found, left = sha256(_LEAF + leaf).digest(), self.leaves
        while left & 1:
            found, left = sha256(_NODE + self._whole.pop() + found).digest(), left >> 1
        self._whole.append(found)
        self.leaves += 1

    def root(self) -> bytes:
        """Of all so far; of none, the hash of nothing."""
        if not self._whole:
            return sha256().digest()
        found = self._whole[-1]
        for larger in reversed(self._whole[:-1]):
            found = sha256(_NODE + larger + found).digest()
        return found
