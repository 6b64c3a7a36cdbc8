"""The part of requirements.lock that the product needs to run: what its dependency group `dev` brings is left out.

`python deploy/runtime_requirements.py requirements.lock` prints it, with the same versions and hashes. What is
needed is read off the comments `# via …` that uv writes under each package.
"""

import re
import sys
from pathlib import Path

PRODUCT = "hotline (pyproject.toml)"


def runtime(lock: str) -> str:
    """The blocks of `lock` that are reachable from the product's own dependencies."""
    blocks = [block for block in re.split(r"^(?=[a-zA-Z0-9])", lock, flags=re.MULTILINE) if "==" in block]
    needed = {PRODUCT}
    while more := {_name(block) for block in blocks if needed & _via(block)} - needed:
        needed |= more
    return "".join(block for block in blocks if _name(block) in needed)


def _name(block: str) -> str:
    return re.split(r"[=\[ ;]", block, maxsplit=1)[0]


def _via(block: str) -> set[str]:
    comments = re.findall(r"^ +#(?: via)? +(.+)$", block, flags=re.MULTILINE)
    return {comment.strip() for comment in comments}


if __name__ == "__main__":
    sys.stdout.write(runtime(Path(sys.argv[1]).read_text(encoding="utf-8")))
