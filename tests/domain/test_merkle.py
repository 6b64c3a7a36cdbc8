"""The Merkle tree against RFC 6962's own words, another implementation, and every kind of forgery."""

import hashlib
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from domain.merkle import (
    EMPTY_ROOT,
    Node,
    Span,
    append,
    consistency_path,
    includes,
    inclusion_path,
    is_consistent,
    leaf_hash,
    nodes_of,
    root_of,
)

pytestmark = pytest.mark.requirement("AUD-1")

SIZE_MAX = 70
ENTRIES = [hashlib.sha256(bytes([number])).digest() for number in range(SIZE_MAX)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
HASHES = append(0, [], LEAVES)
sizes = st.integers(min_value=1, max_value=SIZE_MAX)


@cache
def defined_root(begin: int, end: int) -> bytes:
    """MTH as section 2.1 of RFC 6962 defines it, word by word."""
    if begin == end:
        return hashlib.sha256(b"").digest()
    if end - begin == 1:
        return hashlib.sha256(b"\x00" + ENTRIES[begin]).digest()
    half = 1
    while half * 2 < end - begin:
        half *= 2
    return hashlib.sha256(b"\x01" + defined_root(begin, begin + half) + defined_root(begin + half, end)).digest()


@pytest.fixture(scope="module")
def oracle() -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for entry in ENTRIES:
        tree.append_entry(entry)
    return tree


def root(size: int) -> bytes:
    return root_of(Span(0, size), HASHES)


def inclusion(index: int, size: int) -> list[bytes]:
    return [root_of(span, HASHES) for span in inclusion_path(index, size)]


def consistency(first: int, second: int) -> list[bytes]:
    return [root_of(span, HASHES) for span in consistency_path(first, second)]


@pytest.mark.parametrize("size", range(SIZE_MAX + 1))
def test_every_root_is_the_one_of_the_rfc(size: int) -> None:
    assert root(size) == defined_root(0, size)


def test_roots_and_proofs_are_those_of_another_implementation(oracle: InmemoryTree) -> None:
    for size in range(1, SIZE_MAX + 1):
        assert oracle.get_root(size) == root(size)
        for index in range(size):
            theirs = oracle.prove_inclusion(index + 1, size).path
            assert [bytes(each) for each in theirs] == [LEAVES[index], *inclusion(index, size)]


def test_roots_and_paths_of_the_well_known_test_tree() -> None:
    """The eight entries of the Certificate Transparency project's own tests."""
    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    hashes = append(0, [], [leaf_hash(bytes.fromhex(entry)) for entry in entries])
    assert root_of(Span(0, 8), hashes).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert [root_of(span, hashes).hex() for span in inclusion_path(0, 8)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [root_of(span, hashes).hex() for span in consistency_path(6, 8)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(sizes, st.data())
def test_appending_in_parts_makes_the_same_tree(size: int, data: st.DataObject) -> None:
    hashes: dict[Node, bytes] = {}
    done = 0
    while done < size:
        part = data.draw(st.integers(min_value=1, max_value=size - done))
        edge = [hashes[node] for node in nodes_of(Span(0, done))]
        added = append(done, edge, LEAVES[done : done + part])
        assert not added.keys() & hashes.keys(), "no node is ever written twice"
        hashes |= added
        done += part
    assert hashes == append(0, [], LEAVES[:size])


@given(sizes, st.data())
def test_every_leaf_is_proved_and_nothing_else(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(min_value=0, max_value=size - 1))
    path = inclusion(index, size)
    assert includes(root(size), size, index, LEAVES[index], path)
    other = data.draw(st.integers(min_value=0, max_value=SIZE_MAX - 1).filter(lambda found: found != index))
    assert not includes(root(size), size, index, LEAVES[other], path)
    assert not includes(root(size), size, other, LEAVES[index], path)
    assert not includes(root(size), size, index, LEAVES[index], [*path, EMPTY_ROOT])
    assert not includes(EMPTY_ROOT, size, index, LEAVES[index], path)
    for place in range(len(path)):
        forged = [*path[:place], EMPTY_ROOT, *path[place + 1 :]]
        assert not includes(root(size), size, index, LEAVES[index], forged)


@given(sizes, st.data())
def test_every_later_tree_is_proved_to_begin_with_an_earlier_one(second: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(min_value=1, max_value=second))
    path = consistency(first, second)
    assert is_consistent(first, root(first), second, root(second), path)
    assert not is_consistent(first, EMPTY_ROOT, second, root(second), path)
    assert not is_consistent(first, root(first), second, root(second), [*path, EMPTY_ROOT])
    if first < second:
        assert not is_consistent(first, root(first), second, EMPTY_ROOT, path)
    for place in range(len(path)):
        forged = [*path[:place], EMPTY_ROOT, *path[place + 1 :]]
        assert not is_consistent(first, root(first), second, root(second), forged)


def test_every_consistency_is_proved() -> None:
    for second in range(1, SIZE_MAX + 1):
        for first in range(1, second + 1):
            assert is_consistent(first, root(first), second, root(second), consistency(first, second))
    assert is_consistent(0, EMPTY_ROOT, 5, root(5), [])
    assert not is_consistent(0, root(1), 5, root(5), [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_what_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="has no leaf"):
        inclusion_path(index, size)
    assert not includes(EMPTY_ROOT, size, index, LEAVES[0], [])


@pytest.mark.parametrize(("first", "second"), [(0, 5), (6, 5)])
def test_no_tree_follows_a_larger_one(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="follows none"):
        consistency_path(first, second)
    assert not is_consistent(first, root(first or 1), second, root(second), [])
