"""Golden payloads of every message: what old code wrote and new code must read.

    python scripts/contract_goldens.py                    writes tests/contracts/unreleased.json
    python scripts/contract_goldens.py --release 0.2.0    seals it as tests/contracts/0.2.0.json, for ever

A file holds, by message, a payload with every field filled; by enumeration, its values; by name of an activity,
signal or update, its types. What a sealed file holds is not in the unreleased one. docs/versioning.md has the rules.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from pydantic import ValidationError  # noqa: E402

from domain.clocks import Budget  # noqa: E402 - the path comes first
from scripts.contract_messages import Contracts, example, present  # noqa: E402 - the path comes first

FOLDER = ROOT / "tests" / "contracts"
UNRELEASED = FOLDER / "unreleased.json"
SUMS = FOLDER / "SHA256SUMS"
OTHERWISE = " otherwise"
"""Ends the name of a second golden of a message, some of whose fields exclude each other."""

Goldens = dict[str, Any]


def goldens_of(contracts: Contracts) -> Goldens:
    """The golden of everything that crosses a boundary now."""
    messages = {name: example(model) for name, model in contracts.messages.items()}
    messages["clocks.Budget" + OTHERWISE] = example(Budget, leaving_out=frozenset({"minutes"}))
    return dict(sorted({**messages, **contracts.vocabularies, **contracts.signatures}.items()))


def sealed() -> dict[str, Goldens]:
    """The goldens of each release."""
    files = sorted(FOLDER.glob("[0-9]*.json"))
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


def unreleased(contracts: Contracts) -> Goldens:
    """What no release has sealed yet."""
    releases = sealed().values()
    return {
        name: golden
        for name, golden in goldens_of(contracts).items()
        if not any(release.get(name) == golden for release in releases)
    }


def faults(goldens: Goldens, contracts: Contracts) -> list[str]:
    """What keeps the present code from reading these goldens as they were meant."""
    return [f"{name}: {fault}" for name, golden in goldens.items() if (fault := _fault(name, golden, contracts))]


def _fault(name: str, golden: Any, contracts: Contracts) -> str:
    if isinstance(golden, list):
        lost = [word for word in golden if word not in contracts.vocabularies.get(name, [])]
        return f"no longer knows {lost}" if lost else ""
    if set(golden) == {"takes", "gives"}:
        return "" if contracts.signatures.get(name) == golden else "is gone, or takes or gives something else"
    model = contracts.messages.get(name.removesuffix(OTHERWISE))
    if model is None:
        return "is gone"
    try:
        read = model.model_validate(golden).model_dump(mode="json")
    except ValidationError as failure:
        return "does not decode: " + "; ".join(".".join(map(str, each["loc"])) for each in failure.errors())
    return _lost(read, golden)


def _lost(read: Any, golden: Any, path: str = "payload") -> str:
    if isinstance(golden, dict) and isinstance(read, dict):
        gone = [f"{path} loses {name}" for name in golden if name not in read]
        within = (_lost(read[name], golden[name], f"{path}.{name}") for name in golden if name in read)
        return next(filter(None, [*gone, *within]), "")
    if isinstance(golden, list) and isinstance(read, list) and len(golden) == len(read):
        return next(filter(None, (_lost(*pair, path) for pair in zip(read, golden, strict=True))), "")
    return "" if read == golden else f"{path} is read as something else"


def written(goldens: Goldens) -> str:
    """One golden a line, so that a change is one line in a review."""
    lines = (f"{json.dumps(name)}: {json.dumps(goldens[name], ensure_ascii=False)}" for name in sorted(goldens))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def sum_of(file: Path) -> str:
    """The line of SHA256SUMS for this file, as `sha256sum` writes it."""
    return f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}"


def main() -> None:
    """Write the unreleased goldens, and seal them if they are released now."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", metavar="VERSION")
    release = parser.parse_args().release
    UNRELEASED.write_text(written(unreleased(present())), encoding="utf-8")
    if release:
        file = FOLDER / f"{release}.json"
        if file.exists():
            sys.exit(f"{release} is sealed already")
        UNRELEASED.rename(file)
        UNRELEASED.write_text(written({}), encoding="utf-8")
        with SUMS.open("a", encoding="utf-8") as sums:
            sums.write(sum_of(file) + "\n")


if __name__ == "__main__":
    main()
