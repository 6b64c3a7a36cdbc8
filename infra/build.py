"""The build of the code that runs cases: each step in a history, and so in the archive, names the one that made it.

python -m infra.build [FOLDER]        prints that of this code, or of another revision's in FOLDER
"""

import hashlib
import sys
from pathlib import Path

OURS = Path(__file__).resolve().parents[1]
REPLAYED = ("domain/**/*.py", "workflows/**/*.py", "activities/interfaces.py")
"""What a replay depends on: nothing else changes what a case does with its history."""


def build_of(code: Path = OURS) -> str:
    """A digest of the code in this folder, the same wherever it lies and however it was installed."""
    files = {file.relative_to(code).as_posix(): file for pattern in REPLAYED for file in code.glob(pattern)}
    found = hashlib.sha256()
    for name in sorted(files):
        found.update(f"{name}\0{hashlib.sha256(files[name].read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()[:32]


if __name__ == "__main__":
    sys.stdout.write(build_of(*map(Path, sys.argv[1:2])) + "\n")
