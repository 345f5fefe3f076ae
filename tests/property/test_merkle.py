"""The tree over the roll is that of RFC 9162, worked out line by line; proofs from its file lead to its root."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.gateways import files
from chalicelib.sealing.roll import tree
from chalicelib.sealing.roll.merkle import HASH_BYTES, MerkleRoot, leaf_hash
from tests.merkle import path_by_definition, root_by_definition, root_from


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_the_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    """For every number of leaves, and after each of them."""
    found = MerkleRoot()
    for number, leaf in enumerate(leaves):
        assert found.root() == root_by_definition(leaves[:number])
        found.add(leaf_hash(leaf))

    assert found.root() == root_by_definition(leaves)
    assert found.leaves == len(leaves)


@pytest.mark.parametrize("block", [1, 4, 1_024])
def test_every_proof_is_that_of_the_definition(
    block: int, part_reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For each leaf of each size, wherever blocks end; each is had by two reads of the file."""
    monkeypatch.setattr(tree, "BLOCK", block)
    for size in range(71):
        lines = [b"GD01 %064d" % number for number in range(size)]
        root = written(f"proofs-{block}-{size}", lines)
        assert root == root_by_definition(lines)
        for place, line in enumerate(lines):
            part_reads.clear()
            proof = tree.prove(f"proofs-{block}-{size}", size, place)
            assert proof == (path_by_definition(lines, place), root)
            assert root_from(line, place, size, proof.path) == root
            assert len(part_reads) == 2
            assert part_reads[0] <= block * HASH_BYTES


@given(st.lists(st.binary(max_size=4), min_size=2, max_size=70), st.data())
def test_a_proof_holds_for_its_leaf_and_place_alone(lines: list[bytes], data: st.DataObject) -> None:
    """Whatever else is said to be there is found out."""
    place = data.draw(st.integers(0, len(lines) - 1))
    other = data.draw(st.binary(max_size=4).filter(lambda line: line != lines[place]))
    path = path_by_definition(lines, place)

    assert root_from(lines[place], place, len(lines), path) == root_by_definition(lines)
    assert root_from(other, place, len(lines), path) != root_by_definition(lines)
    assert root_from(lines[place], place, len(lines), path[:-1]) != root_by_definition(lines)


def test_a_large_tree_is_proved_by_two_small_reads() -> None:
    """Across several whole blocks and a part of one."""
    lines = [b"GD01 %064d" % number for number in range(5_000)]
    root = written("proofs-large", lines)

    assert files.describe("proofs-large").bytes == (5_000 + 5) * HASH_BYTES
    for place in (0, 1_023, 1_024, 3_333, 4_095, 4_096, 4_999):
        proof = tree.prove("proofs-large", 5_000, place)
        assert proof.root == root
        assert root_from(lines[place], place, 5_000, proof.path) == root


def written(name: str, lines: list[bytes]) -> bytes:
    """The file of that name over these lines; its root."""
    with files.writing(name) as out:
        writer = tree.TreeWriter(out)
        for line in lines:
            writer.add(line)
        return writer.finish()
