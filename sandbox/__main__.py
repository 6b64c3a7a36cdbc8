"""`python -m sandbox`: all stand-ins in one process."""

import argparse
import logging
from pathlib import Path

import uvicorn

from sandbox.app import create_app
from sandbox.settings import HOST, Settings

# A caller who still waits at shutdown, say for a slow answer that was ordered, is let go after this.
SHUTDOWN_S = 1


def _settings() -> Settings:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--http-port", type=int, default=8090)
    parser.add_argument("--smtp-port", type=int, default=8025)
    parser.add_argument("--data", type=Path, required=True, dest="data_dir", help="folder of the state")
    parser.add_argument("--report-to", default="", help="base address of our API; empty: no reports")
    parser.add_argument("--issuer", default="", help="`iss` of the tokens; by default the address of /issuer")
    return Settings(**vars(parser.parse_args()))


def main() -> None:
    settings = _settings()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    uvicorn.run(
        create_app(settings),
        host=HOST,
        port=settings.http_port,
        # aiosmtpd is written for asyncio's own loop.
        loop="asyncio",
        log_config=None,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )


if __name__ == "__main__":
    main()
