"""The expert's own reckoning, which shares no code with ours: of trees, and of what signs (AUD-1)."""

import base64
import hashlib
from pathlib import Path

import pytest

from audit import expert
from domain.checkpoint import Checkpoint
from domain.merkle import Span, append, consistency_path, inclusion_path, leaf_hash, root_of
from infra.signing import load_signer

pytestmark = pytest.mark.requirement("AUD-1")

SIZE_MAX = 20
LEAVES = [leaf_hash(hashlib.sha256(bytes([number])).digest()) for number in range(SIZE_MAX)]
HASHES = append(0, [], LEAVES)
ROOTS = {size: root_of(Span(0, size), HASHES) for size in range(1, SIZE_MAX + 1)}
SIZES = list(ROOTS)
OTHER = bytes(32)


def forgeries(path: list[bytes]) -> list[list[bytes]]:
    """The path with one hash too many, too few, or another one."""
    changed = [[*path[:nth], OTHER, *path[nth + 1 :]] for nth in range(len(path))]
    return [[*path, OTHER], [OTHER, *path], *changed, *([path[1:], path[:-1]] if path else [])]


@pytest.mark.parametrize("size", SIZES)
def test_a_leaf_is_in_its_place_of_its_tree_and_nowhere_else(size: int) -> None:
    for index in range(size):
        path = [root_of(span, HASHES) for span in inclusion_path(index, size)]
        assert expert._root(LEAVES[index], index, size, path) == ROOTS[size]
        assert expert._root(OTHER, index, size, path) != ROOTS[size]
        others = {*range(size), -1, index - size, index + size} - {index}
        assert all(expert._root(LEAVES[index], other, size, path) != ROOTS[size] for other in others)
        assert all(expert._root(LEAVES[index], index, size, each) != ROOTS[size] for each in forgeries(path))
    assert expert._root(LEAVES[0], 0, 0, []) is None


@pytest.mark.parametrize("second", SIZES)
def test_a_tree_begins_with_its_own_past_and_no_other(second: int) -> None:
    for first in range(1, second + 1):
        path = [root_of(span, HASHES) for span in consistency_path(first, second)]
        assert expert._is_consistent(first, ROOTS[first], second, ROOTS[second], path)
        assert not expert._is_consistent(first, OTHER, second, ROOTS[second], path)
        assert not expert._is_consistent(first, ROOTS[first], second, OTHER, path)
        for forged in forgeries(path):
            assert not expert._is_consistent(first, ROOTS[first], second, ROOTS[second], forged), (first, forged)
        if first < second:
            assert not expert._is_consistent(second, ROOTS[second], first, ROOTS[first], path)
    assert not expert._is_consistent(0, OTHER, second, ROOTS[second], [ROOTS[second]])


def test_a_key_signs_under_its_name_its_id_and_its_kind(tmp_path: Path) -> None:
    signer = load_signer("hotline.example.org/log", tmp_path / "key.pem", make=True)
    note = signer.sign(Checkpoint(signer.origin, 1, ROOTS[1]).text)
    name, _, encoded = signer.key.text.split("+", 2)
    public = base64.b64decode(encoded)

    def told(key: str, note: str = note) -> bool:
        try:
            return bool(expert._signed({"note": note.encode()}, "note", [key]))
        except expert.DoesNotHold:
            return False

    def key_of(name: str, kind: int) -> tuple[str, bytes]:
        other = bytes([kind]) + public[1:]
        found = hashlib.sha256(f"{name}\n".encode() + other).digest()[:4]
        return f"{name}+{found.hex()}+{base64.b64encode(other).decode()}", found

    def under(found: bytes) -> str:
        """The same signature, said to be of another key."""
        text, _, line = note.rpartition("\n\n")
        head, _, said = line.rstrip("\n").rpartition(" ")
        return f"{text}\n\n{head} {base64.b64encode(found + base64.b64decode(said)[4:]).decode()}\n"

    assert told(signer.key.text)
    assert told(key_of(name, 1)[0])
    assert not told(f"{name}+00000000+{encoded}")
    assert not told(key_of("another.example.org", 1)[0])
    another_kind, found = key_of(name, 2)
    assert not told(another_kind)
    assert not told(another_kind, under(found))
