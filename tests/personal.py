"""Looking for values wherever a case may have left them, in every form in which they may lie there."""

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path


def forms_of(value: str) -> list[bytes]:
    """The value as text in three encodings, as JSON escapes it, and in base64 wherever it begins there."""
    forms = [value.encode("unicode_escape")]
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        raw = value.encode(encoding)
        forms += [raw, *(_in_base64(raw, before) for before in range(3))]
    return forms


def found_in(places: Mapping[str, bytes], values: Iterable[str]) -> list[tuple[str, str]]:
    """In which place which of the values lies."""
    return [
        (place, value)
        for value in values
        for form in forms_of(value)
        for place, content in places.items()
        if form in content
    ]


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file by its path within the folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _in_base64(raw: bytes, before: int) -> bytes:
    """The characters that depend on the value alone when so many other bytes stand before it."""
    whole = base64.b64encode(b"\0" * before + raw)
    first, last = (4 if before else 0), -(-8 * (before + len(raw)) // 6)
    return whole[first : last - (1 if (before + len(raw)) % 3 else 0)]
