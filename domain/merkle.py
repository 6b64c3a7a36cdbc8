"""The Merkle tree of RFC 6962 over entries that are only ever appended: roots, proofs, and their checks.

Of a tree one stores its leaves and the nodes of complete subtrees: node `(level, nth)` stands for the leaves from
`nth * 2**level` to `(nth + 1) * 2**level`. Such a node never changes again, and the root of every size, now and
earlier, is made of them.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

EMPTY_ROOT = hashlib.sha256().digest()


class Node(NamedTuple):
    """The place of a complete subtree; level 0 is a leaf."""

    level: int
    nth: int


class Span(NamedTuple):
    """The leaves from `begin` up to and without `end`."""

    begin: int
    end: int


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf; its prefix keeps a leaf from being passed off as a node."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(size: int, edge: Sequence[bytes], leaves: Iterable[bytes]) -> dict[Node, bytes]:
    """The nodes that come to a tree of `size` with these leaf hashes, the leaves among them.

    `edge` are the hashes of `nodes_of(Span(0, size))`, which is all that is needed of the tree.
    """
    added: dict[Node, bytes] = {}
    right = list(zip(nodes_of(Span(0, size)), edge, strict=True))
    for leaf in leaves:
        right.append((Node(0, size), leaf))
        size += 1
        added[right[-1][0]] = leaf
        while len(right) > 1 and right[-1][0].level == right[-2][0].level:
            (above, one), (_, other) = right[-2:]
            merged = Node(above.level + 1, above.nth // 2), node_hash(one, other)
            right[-2:] = [merged]
            added[merged[0]] = merged[1]
    return added


def nodes_of(span: Span) -> list[Node]:
    """The complete subtrees, largest first, that make up a span which is itself a subtree of some tree."""
    nodes, begin = [], span.begin
    while begin < span.end:
        level = (span.end - begin).bit_length() - 1
        nodes.append(Node(level, begin >> level))
        begin += 1 << level
    return nodes


def root_of(span: Span, hashes: Mapping[Node, bytes]) -> bytes:
    """The hash of a span (MTH of RFC 6962), made of its complete subtrees."""
    if span.begin == span.end:
        return EMPTY_ROOT
    *rest, root = (hashes[node] for node in nodes_of(span))
    for left in reversed(rest):
        root = node_hash(left, root)
    return root


def inclusion_path(index: int, size: int) -> list[Span]:
    """The spans whose hashes prove that leaf `index` is in the tree of this size, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path, whole = [], Span(0, size)
    while whole.end - whole.begin > 1:
        left, right = _halves(whole)
        whole, other = (left, right) if index < left.end else (right, left)
        path.append(other)
    return path[::-1]


def consistency_path(first: int, second: int) -> list[Span]:
    """The spans whose hashes prove that the tree of size `second` begins with the one of size `first`."""
    if not 0 < first <= second:
        raise ValueError(f"a tree of {second} leaves follows none of {first}")
    path, whole, is_known = [], Span(0, second), True
    while whole.end != first:
        left, right = _halves(whole)
        if first <= left.end:
            path.append(right)
            whole = left
        else:
            path.append(left)
            whole, is_known = right, False
    return [*([] if is_known else [whole]), *path[::-1]]


class Step(NamedTuple):
    """A step from a leaf to the root: the hash beside, on which side it stands, and the hash above both."""

    beside: bytes
    is_left: bool
    above: bytes


def inclusion_steps(size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> list[Step]:
    """What a path makes of a leaf hash at `index`, step by step; the last step's `above` is the root it leads to."""
    steps: list[Step] = []
    found, last = leaf, size - 1
    for other in path:
        # Where there is nothing to the right on this level, the node goes up as it is.
        while not index & 1 and index == last:
            index, last = index >> 1, last >> 1
        is_left = bool(index & 1)
        found = node_hash(other, found) if is_left else node_hash(found, other)
        steps.append(Step(other, is_left, found))
        index, last = index >> 1, last >> 1
    return steps


def includes(root: bytes, size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the leaf hash stands at `index` of the tree with this size and root."""
    if not 0 <= index < size or len(path) != len(inclusion_path(index, size)):
        return False
    steps = inclusion_steps(size, index, leaf, path)
    return (steps[-1].above if steps else leaf) == root


def is_consistent(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the second tree begins with the first; every tree begins with the empty one."""
    if first == 0:
        return not path and first_root == EMPTY_ROOT
    if first == second:
        return not path and first_root == second_root
    if not 0 < first <= second or len(path) != len(consistency_path(first, second)):
        return False
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    rest = list(path)
    old = new = rest.pop(0) if node else first_root
    for other in rest:
        while node and not node & 1 and node == last:
            node, last = node >> 1, last >> 1
        if node & 1:
            old, new = node_hash(other, old), node_hash(other, new)
        else:
            new = node_hash(new, other)
        node, last = node >> 1, last >> 1
    return (old, new) == (first_root, second_root)


def _halves(span: Span) -> tuple[Span, Span]:
    """The span as RFC 6962 splits it: on the left the largest power of two below its length."""
    middle = span.begin + (1 << (span.end - span.begin - 1).bit_length() - 1)
    return Span(span.begin, middle), Span(middle, span.end)
