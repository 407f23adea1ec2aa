"""The tree is RFC 6962's, every proof verifies, and any change to one does not."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.custody.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    inclusion_path,
    inclusion_paths,
    leaf_hash,
    prove,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The leaves and roots that the reference implementations of RFC 6962 are tested with.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = st.integers(1, 40)


def hashes(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_standard(size: int) -> None:
    assert root_of(map(leaf_hash, LEAVES[:size])).hex() == ROOTS[size]


def test_the_empty_root_is_the_hash_of_nothing() -> None:
    assert Frontier().root() == EMPTY_ROOT == sha256(b"").digest()


@given(SIZES, st.data())
@settings(max_examples=60)
def test_every_inclusion_proof_verifies_and_any_change_fails(
    size: int, data: st.DataObject
) -> None:
    leaves = hashes(size)
    index = data.draw(st.integers(0, size - 1))
    path, root = inclusion_path(leaves, index), root_of(leaves)
    assert verify_inclusion(leaves[index], index, size, path, root)
    assert not verify_inclusion(leaf_hash(b"other"), index, size, path, root)
    assert not verify_inclusion(leaves[index], index, size, path, leaf_hash(b"root"))
    assert not verify_inclusion(leaves[index], index, size, [*path, root], root)
    for wrong in range(size):
        assert wrong == index or not verify_inclusion(leaves[index], wrong, size, path, root)
    for step in range(len(path)):
        changed = [*path[:step], leaf_hash(path[step]), *path[step + 1 :]]
        assert not verify_inclusion(leaves[index], index, size, changed, root)
        assert not verify_inclusion(leaves[index], index, size, path[:step], root)


@given(SIZES, st.data())
@settings(max_examples=60)
def test_every_consistency_proof_verifies_and_any_change_fails(
    size: int, data: st.DataObject
) -> None:
    leaves = hashes(size)
    old = data.draw(st.integers(1, size))
    path, root, old_root = consistency_path(leaves, old), root_of(leaves), root_of(leaves[:old])
    assert verify_consistency(old, old_root, size, root, path)
    other = leaf_hash(b"other")
    assert not verify_consistency(old, other, size, root, path)
    assert not verify_consistency(old, old_root, size, other, path)
    assert not verify_consistency(old, old_root, size, root, [*path, other])
    for step in range(len(path)):
        changed = [*path[:step], other, *path[step + 1 :]]
        assert not verify_consistency(old, old_root, size, root, changed)
        assert not verify_consistency(old, old_root, size, root, path[:step])


def test_proofs_for_many_leaves_are_those_for_each() -> None:
    leaves = hashes(37)
    asked = [36, 0, 5, 5, 31, 32]
    assert inclusion_paths(leaves, asked) == [inclusion_path(leaves, index) for index in asked]


def test_all_proofs_come_out_of_one_pass_over_the_leaves() -> None:
    leaves = hashes(37)
    included, consistent = prove(iter(leaves), 37, [0, 36, 17], [1, 16, 37])
    assert included == [inclusion_path(leaves, index) for index in (0, 36, 17)]
    assert consistent == [consistency_path(leaves, old) for old in (1, 16, 37)]


@pytest.mark.parametrize("size", [36, 38])
def test_leaves_of_another_number_are_not_proved(size: int) -> None:
    with pytest.raises(IndexError, match="37 leaves"):
        prove(hashes(37), size, [0])


def test_an_empty_log_proves_nothing_of_what_it_grew_into() -> None:
    root = root_of(hashes(3))
    assert consistency_path(hashes(3), 0) == []
    assert not verify_consistency(0, EMPTY_ROOT, 3, root, [])
    assert verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    assert not verify_consistency(0, EMPTY_ROOT, 0, root, [])
    assert not verify_consistency(4, root, 3, root, [])


def test_nothing_is_included_in_an_empty_log() -> None:
    assert not verify_inclusion(EMPTY_ROOT, 0, 0, [], EMPTY_ROOT)
    with pytest.raises(IndexError):
        inclusion_path([], 0)
    with pytest.raises(IndexError):
        consistency_path(hashes(2), 3)


@given(st.integers(0, 70))
@settings(max_examples=40)
def test_a_stored_frontier_goes_on_where_it_stopped(size: int) -> None:
    frontier = Frontier()
    for leaf in hashes(size):
        frontier.append(leaf)
    again = Frontier.from_json(frontier.to_json())
    assert again.append(leaf_hash(b"next")) == size
    assert again.root() == root_of([*hashes(size), leaf_hash(b"next")])


@pytest.mark.parametrize(
    "stored",
    [
        None,
        {},
        {"size": 3, "peaks": ["00" * 32]},  # three leaves have two peaks
        {"size": 1, "peaks": ["00"]},  # no hash
        {"size": True, "peaks": ["00" * 32]},
        {"size": -1, "peaks": []},
        {"size": 1, "peaks": [7]},
    ],
)
def test_what_is_no_frontier_is_refused(stored: object) -> None:
    with pytest.raises(ValueError):
        Frontier.from_json(stored)


def test_a_leaf_that_is_no_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Frontier().append(b"leaf")


def test_an_empty_leaf_has_a_hash_of_its_own_and_is_proved_like_any_other() -> None:
    empty = leaf_hash(b"")
    assert empty == sha256(b"\x00").digest() != EMPTY_ROOT
    leaves = [empty, leaf_hash(b"second")]
    path = inclusion_path(leaves, 0)
    assert verify_inclusion(empty, 0, 2, path, root_of(leaves))
    assert not verify_inclusion(EMPTY_ROOT, 0, 2, path, root_of(leaves))
