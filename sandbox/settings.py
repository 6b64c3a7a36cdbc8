"""What a sandbox is started with."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

# Never another address: the stand-ins know passwords and mail, and ask nobody who he is.
HOST: Final = "127.0.0.1"


@dataclass(frozen=True)
class Settings:
    """Where to listen, where to keep the state, and whom the account registry reports to."""

    data_dir: Path
    http_port: int = 8090
    smtp_port: int = 8025
    report_to: str = ""
    issuer: str = ""

    @property
    def issuer_url(self) -> str:
        """The `iss` of every token, and the base of the issuer's own addresses."""
        return self.issuer or f"http://{HOST}:{self.http_port}/issuer"
