"""The tree over the roll is that of RFC 9162, worked out line by line."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.sealing.merkle import MerkleRoot


def by_definition(leaves: list[bytes]) -> bytes:
    """Section 2.1.1, as it stands there."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    left = 1
    while 2 * left < len(leaves):
        left *= 2
    return sha256(b"\1" + by_definition(leaves[:left]) + by_definition(leaves[left:])).digest()


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_the_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    """For every number of leaves, and after each of them."""
    tree = MerkleRoot()
    for number, leaf in enumerate(leaves):
        assert tree.root() == by_definition(leaves[:number])
        tree.add(leaf)

    assert tree.root() == by_definition(leaves)
    assert tree.leaves == len(leaves)
