"""A real clamd, which knows one signature: the harmless EICAR text."""

import contextlib
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

from tests import files

CLAMD = "/usr/sbin/clamd"
STARTED_WITHIN_SECONDS = 60


class ClamdProcess:
    """Debian's scanner on a port of the loopback address; `make` installs it (deploy/apt-packages.sh)."""

    def __init__(self, folder: Path, port: int) -> None:
        self.address = f"127.0.0.1:{port}"
        self._port = port
        (folder / "eicar.ndb").write_text(f"Hotline.Test.Eicar:0:*:{files.EICAR.hex()}\n")
        self._config = folder / "clamd.conf"
        self._config.write_text(
            f"TCPSocket {port}\nTCPAddr 127.0.0.1\nDatabaseDirectory {folder}\nTemporaryDirectory {folder}\n"
            "Foreground yes\nStreamMaxLength 12M\nSelfCheck 0\n"
        )

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603
            [CLAMD, f"--config-file={self._config}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + STARTED_WITHIN_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1) as door:
                door.sendall(b"nPING\n")
                if door.recv(8) == b"PONG\n":
                    return self
            time.sleep(0.05)
        self.__exit__()
        raise TimeoutError("clamd did not start")

    def __exit__(self, *_exc: object) -> None:
        self._process.terminate()
        self._process.wait(20)
