"""What of the first start can be tried without containers: the secrets' script, proxy, object store and scanner."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import yaml

from api.problems import unavailable
from infra.archive import open_files
from infra.files.scanning import Scanner, ScannerUnavailable
from infra.settings import Settings
from infra.signing import load_signer
from infra.stack import ONE_PARTITION
from infra.wrapping import LocalKeyFile
from tests import files
from tests.clamd import CLAMD
from tests.deploy.compose import BIN, ROOT, configuration
from tests.deploy.parts import UP_WITHIN_SECONDS, YOURS, eventually, object_store, running
from tests.sandbox_process import free_ports

PHONE = "79001234567"


def test_a_database_is_asked_over_tcp(services: dict[str, Any]) -> None:
    """The server that prepares the data answers on its socket before it goes away once more."""
    databases = [service for name, service in services.items() if name.endswith("-db")]
    assert len(databases) == 3
    for database in databases:
        test = database["healthcheck"]["test"]
        assert test[test.index("-h") + 1] == "127.0.0.1"


def test_the_engine_is_given_what_it_does_not_start_without(services: dict[str, Any]) -> None:
    engine = services["engine"]
    given = engine["environment"]
    assert given["BIND_ON_IP"] == "0.0.0.0"  # noqa: S104 - within its container
    assert given["TEMPORAL_BROADCAST_ADDRESS"] == "127.0.0.1"
    (mounted,) = engine["volumes"]
    folder, name = given["DYNAMIC_CONFIG_FILE_PATH"].rsplit("/", 1)
    assert mounted["target"] == folder
    values = yaml.safe_load((Path(mounted["source"]) / name).read_text(encoding="utf-8"))
    told = [f"{key}={value['value']}" for key, (value,) in values.items()]
    assert told == list(ONE_PARTITION[1::2])


def test_the_engine_has_room_to_grow_and_its_database_for_its_connections(services: dict[str, Any]) -> None:
    assert int(services["engine"]["environment"]["NUM_HISTORY_SHARDS"]) >= 512
    allowed = next(word for word in services["engine-db"]["command"] if word.startswith("max_connections="))
    assert int(allowed.partition("=")[2]) >= 4 * (20 + 10) + 20


def test_whoever_wraps_keys_follows_a_rotation(services: dict[str, Any]) -> None:
    for name in ("api", "worker", "migrate"):
        file = Path(services[name]["environment"]["HOTLINE_WRAPPING_KEY_FILE"])
        mounted = {volume["target"]: volume for volume in services[name]["volumes"]}
        assert mounted[str(file.parent)]["type"] == "bind", "a file alone would stay the old one"
        assert mounted[str(file.parent)]["read_only"] is True


def test_the_try_out_keeps_keys_and_files_in_one_place_for_all() -> None:
    found = configuration("docker-compose.yml", "deploy/docker-compose.sandbox.yml")["services"]
    for name in ("api", "worker", "migrate"):
        service = found[name]
        (volume,) = service["volumes"]
        assert (volume["source"], volume["target"]) == ("worker-data", service["environment"]["HOTLINE_DATA_DIR"])
        assert "HOTLINE_KEYS_DATABASE_URL" in {secret["source"] for secret in service["secrets"]}


def test_each_secret_is_written_and_belongs_to_whom_it_is_given(services: dict[str, Any], secrets: Path) -> None:
    owners = dict(line.split() for line in (secrets.parent / "owners").read_text().splitlines())
    for name, service in services.items():
        for secret in service.get("secrets", ()):
            if secret["source"] != YOURS[0]:
                assert owners[secret["source"]] == service["user"].partition(":")[0], (name, secret)
                assert (secrets / secret["source"]).stat().st_mode & 0o777 == 0o400
    assert owners["wrapping"] == owners["wrapping/keys.json"] == "10001"


def test_the_product_takes_the_keys_that_were_written(secrets: Path) -> None:
    LocalKeyFile(secrets / "wrapping" / "keys.json").check()
    load_signer("hotline.example.org/log", secrets / "signing_key", make=False)
    settings = Settings(_secrets_dir=secrets)
    assert settings.database_url.startswith("postgresql+asyncpg://hotline:")
    assert settings.keys_database_url != settings.database_url
    assert len({settings.number_secret, settings.index_secret, settings.code_secret, settings.session_secret}) == 4


async def test_the_object_store_starts_as_described_and_takes_our_sign_in(
    services: dict[str, Any], secrets: Path, tmp_path: Path
) -> None:
    given = services["api"]["environment"]
    with object_store(services["files"], secrets, tmp_path) as address:
        store = open_files(
            Settings(
                _secrets_dir=secrets,
                files_url=given["HOTLINE_FILES_URL"],
                files_access_id=given["HOTLINE_FILES_ACCESS_ID"],
                files_endpoint=address,
            )
        )
        await store.put_async("first", b"sealed")
        assert bytes(await (await store.get_async("first")).bytes_async()) == b"sealed"


@contextmanager
def proxy(folder: Path, upstream_port: int) -> Iterator[str]:
    """Its address: our Caddyfile on ports of this machine, without TLS; `folder/caddy.log` is what it says."""
    front, health = free_ports(2)
    written = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    moves = {
        "\ttls /run/secrets/tls_certificate /run/secrets/tls_key\n": "",
        ":8443": f"http://127.0.0.1:{front}",
        "127.0.0.1:8081": f"127.0.0.1:{health}",
        "dynamic a api 8000": f"dynamic a localhost {upstream_port}",
    }
    for old, new in moves.items():
        assert old in written
        written = written.replace(old, new)
    (config := folder / "Caddyfile").write_text(written, encoding="utf-8")
    command = [str(BIN / "caddy"), "run", "--adapter", "caddyfile", "--config", str(config)]
    with running(command, log := folder / "caddy.log", HOME=str(folder)):
        eventually(lambda: httpx.get(f"http://127.0.0.1:{health}/").status_code == 204, log)
        yield f"http://127.0.0.1:{front}"


def test_the_proxy_waits_for_a_file_as_long_as_the_api() -> None:
    written = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    (seconds,) = re.findall(r"read_body (\d+)s", written)
    assert int(seconds) >= Settings.model_fields["upload_seconds_max"].default


def test_without_an_api_the_proxy_gives_the_usual_problem(tmp_path: Path) -> None:
    (dead,) = free_ports(1)
    with proxy(tmp_path, dead) as address:
        answer = httpx.get(f"{address}/v1/appeals", timeout=30)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json() == unavailable("busy").problem.model_dump(mode="json", exclude_defaults=True)


def test_what_the_proxy_logs_of_a_broken_answer_tells_of_nobody(tmp_path: Path) -> None:
    """A search for a person has a phone in its address (ADR 20)."""

    def break_off(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        api = threading.Thread(target=break_off, args=[listening])
        api.start()
        with proxy(tmp_path, listening.getsockname()[1]) as address, suppress(httpx.RemoteProtocolError):
            httpx.get(f"{address}/v1/appeals", params={"text": PHONE}, timeout=30)
        api.join()
    told = (tmp_path / "caddy.log").read_text()
    assert "aborting with incomplete response" in told
    assert PHONE not in told
    assert "remote_ip" not in told


async def test_the_scanner_takes_its_configuration(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    (tmp_path / "eicar.ndb").write_text(f"Hotline.Test.Eicar:0:*:{files.EICAR.hex()}\n")
    written = (ROOT / "deploy" / "clamd" / "clamd.conf").read_text(encoding="utf-8")
    moves = {"TCPSocket 3310": f"TCPSocket {port}", "/var/lib/clamav": str(tmp_path), "0.0.0.0": "127.0.0.1"}  # noqa: S104
    for old, new in moves.items():
        assert old in written
        written = written.replace(old, new)
    (config := tmp_path / "clamd.conf").write_text(written, encoding="utf-8")
    scanner = Scanner.at(f"127.0.0.1:{port}")
    with running([CLAMD, "--foreground", f"--config-file={config}"], tmp_path / "clamd.log"):
        deadline = time.monotonic() + UP_WITHIN_SECONDS
        while True:
            with suppress(ScannerUnavailable):
                assert await scanner.finds_malware(BytesIO(files.EICAR))
                return
            assert time.monotonic() < deadline, (tmp_path / "clamd.log").read_text()
