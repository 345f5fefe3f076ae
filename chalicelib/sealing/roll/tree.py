"""The tree over the roll as a file, `tree.bin`, from which a proof is read in two ranges.

It holds the hashes of all leaves in the roll's order, then the roots over blocks of 1,024 of them (the last block may
be smaller), 32 bytes each. A block is a whole subtree of RFC 9162's tree, so a path leads through the leaf's own block
and then through the roots of all. It tells nothing that the roll doesn't.
"""

from typing import BinaryIO, NamedTuple

from chalicelib.kernel.gateways import files
from chalicelib.sealing.roll.merkle import HASH_BYTES, MerkleRoot, leaf_hash, path, root_of

NAME = "tree.bin"
BLOCK = 1_024
"""A power of two. A million leaves have a thousand blocks: both ranges are of some 32 KB."""


class Proof(NamedTuple):
    """What leads from a leaf to the root."""

    path: list[bytes]
    root: bytes


class TreeWriter:
    """Writes the file leaf by leaf; memory holds a hash for each block."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._block, self._whole = MerkleRoot(), MerkleRoot()
        self._roots = list[bytes]()
        self.leaves = 0

    def add(self, line: bytes) -> None:
        """Takes the roll's next line."""
        leaf = leaf_hash(line)
        self._out.write(leaf)
        self._block.add(leaf)
        self.leaves += 1
        if self._block.leaves == BLOCK:
            self._end_block()

    def finish(self) -> bytes:
        """Writes what lies above the leaves; gives the root."""
        if self._block.leaves:
            self._end_block()
        self._out.write(b"".join(self._roots))
        return self._whole.root()

    def _end_block(self) -> None:
        root, self._block = self._block.root(), MerkleRoot()
        self._roots.append(root)
        self._whole.add(root)


def prove(name: str, leaves: int, place: int) -> Proof:
    """The proof of the leaf at a place, from the file of that name over so many leaves. Raises `NotFound`."""
    number, within = divmod(place, BLOCK)
    start = number * BLOCK
    block = _hashes(name, start, min(BLOCK, leaves - start))
    roots = _hashes(name, leaves, -(-leaves // BLOCK))
    return Proof(path(block, within) + path(roots, number), root_of(roots))


def _hashes(name: str, start: int, count: int) -> list[bytes]:
    held = files.part(name, start * HASH_BYTES, count * HASH_BYTES)
    return [held[i : i + HASH_BYTES] for i in range(0, len(held), HASH_BYTES)]
