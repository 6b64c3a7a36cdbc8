"""What Compose makes of our files, without an engine."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
EXAMPLE = ROOT / "deploy" / "example.env"


def call(tool: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run an installed tool at the root, with a bare environment."""
    return subprocess.run(  # noqa: S603 - our own arguments
        [str(BIN / tool), *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def configuration(*files: str, env_file: Path = EXAMPLE) -> dict[str, Any]:
    """The whole configuration, merged and interpolated."""
    named = [argument for file in files for argument in ("-f", file)]
    done = call("docker-compose", "--env-file", str(env_file), *named, "config", "--format", "json")
    assert done.returncode == 0, done.stderr
    loaded: dict[str, Any] = json.loads(done.stdout)
    return loaded
