"""A time-stamping authority of our own: an HTTP server in front of `openssl ts -reply`."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIGURATION = """
[tsa]
default_tsa = here
[here]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[stamping]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
"""


@dataclass
class Authority:
    """Where it is, what its certificate comes from, and whether it is away."""

    folder: Path
    url: str = ""
    is_away: bool = False
    is_lying: bool = False
    is_repeating: bool = False
    asked: int = field(default=0)

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    def reply(self, query: bytes) -> bytes:
        if self.is_repeating:
            return (self.folder / "reply").read_bytes()
        (self.folder / "query").write_bytes(query)
        files = ("-queryfile", "query", "-out", "reply")
        openssl(self.folder, "ts", "-reply", "-config", "configuration", *files)
        return (self.folder / "reply").read_bytes()


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S603, S607


@contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    folder.mkdir()
    (folder / "configuration").write_text(_CONFIGURATION)
    (folder / "serial").write_text("01\n")
    new = ("req", "-newkey", "rsa:2048", "-nodes")
    openssl(folder, *new, "-x509", "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=root", "-days", "9")
    openssl(folder, *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=authority")
    signed = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "9")
    extended = ("-extfile", "configuration", "-extensions", "stamping")
    openssl(folder, "x509", "-req", "-in", "tsa.csr", *signed, *extended, "-out", "tsa.pem")
    started = Authority(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            started.asked += 1
            query = self.rfile.read(int(self.headers["Content-Length"]))
            reply = b"" if started.is_away else started.reply(query)
            self.send_response(503 if started.is_away else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(reply[:-1] + b"\x00" if started.is_lying else reply)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    started.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield started
    server.shutdown()
    thread.join()
    server.server_close()
