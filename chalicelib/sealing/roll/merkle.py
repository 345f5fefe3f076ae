"""The Merkle tree of RFC 9162: the hashes of its nodes, its root, and the path that leads from a leaf to it."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32


def leaf_hash(line: bytes) -> bytes:
    """Of a leaf that holds this line."""
    return sha256(b"\0" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Of the node above two."""
    return sha256(b"\1" + left + right).digest()


class MerkleRoot:
    """Takes the leaves' hashes in their order; memory holds one hash for each level."""

    def __init__(self) -> None:
        self.leaves = 0
        self._whole: list[bytes] = []
        """Roots of the complete trees so far, the largest first: one for each bit of `leaves`."""

    def add(self, leaf: bytes) -> None:
        """Takes the next one's hash."""
        found, left = leaf, self.leaves
        while left & 1:
            found, left = node_hash(self._whole.pop(), found), left >> 1
        self._whole.append(found)
        self.leaves += 1

    def root(self) -> bytes:
        """Of all so far; of none, the hash of nothing."""
        if not self._whole:
            return sha256().digest()
        found = self._whole[-1]
        for larger in reversed(self._whole[:-1]):
            found = node_hash(larger, found)
        return found


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these hashes."""
    tree = MerkleRoot()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def path(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """The audit path of the leaf at a place, counted from 0: from the leaf up, without the root (section 2.1.3.1)."""
    found: list[bytes] = []
    while len(leaves) > 1:
        left = 1 << (len(leaves) - 1).bit_length() - 1
        if place < left:
            leaves, far = leaves[:left], leaves[left:]
        else:
            leaves, far, place = leaves[left:], leaves[:left], place - left
        found.append(root_of(far))
    return found[::-1]
