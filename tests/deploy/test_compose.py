"""docker-compose.yml: the shape of production, as far as it can be proven without running it."""

from pathlib import Path
from typing import Any

import pytest

from infra.settings import _NAMED_IN_PRODUCTION, Settings
from tests.deploy.compose import EXAMPLE, call, configuration

PRODUCTION = "docker-compose.yml"
TRY_OUT = "deploy/docker-compose.sandbox.yml"
OURS = ("api", "worker", "migrate")
LEFT_AS_IT_IS = {
    # The same names and ports in every installation.
    *("engine_namespace", "engine_ui_port", "api_port"),
    *("case_queue", "delivery_queue", "webhook_queue", "audit_queue"),
    # Bounds that fit the services' limits.
    *("cached_cases_max", "steps_at_once_max", "activities_at_once_max", "database_pool"),
    *("head_bytes_max", "head_fields_max", "head_seconds_max", "body_bytes_max", "body_seconds_max"),
    *("requests_at_once_max", "upload_seconds_max", "uploads_at_once_max", "scan_patience_seconds"),
    *("connections_at_once_max", "streams_at_once_max", "streams_of_client_max", "clients_kept_max"),
    *("client_requests_per_second", "client_requests_burst"),
    *("stranger_requests_per_second", "stranger_requests_burst"),
    *("live_every_seconds", "archive_every_seconds", "checkpoint_seconds", "webhook_every_seconds", "tsa_seconds"),
    "delivery_patience_hours",
    # Instead of the file of wrapping keys; time stamps, which need an authority and its roots.
    *("kms_key_id", "kms_region", "kms_url", "tsa_url", "tsa_roots_file"),
    # A gateway that can be asked what became of an e-mail, and the sandbox, which production has none of.
    *("smtp_status_url", "sandbox_url"),
    # The regulation's terms.
    "policy",
}


@pytest.fixture(scope="module")
def production() -> dict[str, Any]:
    return configuration(PRODUCTION)


@pytest.fixture(scope="module")
def services(production: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = production["services"]
    return found


def named(service: dict[str, Any]) -> set[str]:
    """The settings that a service is given, by its environment or by file."""
    by_file = {secret["source"] for secret in service.get("secrets", ())}
    return {name for name in {*service["environment"], *by_file} if name.startswith("HOTLINE_")}


def jobs(services: dict[str, Any]) -> set[str]:
    return {
        name
        for service in services.values()
        for name, awaited in service.get("depends_on", {}).items()
        if awaited["condition"] == "service_completed_successfully"
    }


def test_nothing_starts_without_what_only_the_installation_knows(tmp_path: Path) -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for missing in [line for line in lines if line.startswith("HOTLINE_")][:3]:
        shorter = tmp_path / "shorter.env"
        shorter.write_text("\n".join(line for line in lines if line != missing), encoding="utf-8")
        done = call("docker-compose", "--env-file", str(shorter), "config", "--quiet")
        assert done.returncode != 0
        assert missing.split("=")[0] in done.stderr


def test_every_setting_it_names_exists(services: dict[str, Any]) -> None:
    known = {f"HOTLINE_{name.upper()}" for name in Settings.model_fields}
    for service in OURS:
        assert named(services[service]) <= known


@pytest.mark.parametrize("service", OURS)
def test_every_setting_is_given_or_left_as_it_is_on_purpose(services: dict[str, Any], service: str) -> None:
    given = {name.removeprefix("HOTLINE_").lower() for name in named(services[service])}
    assert given | LEFT_AS_IT_IS == set(Settings.model_fields), "give it in docker-compose.yml, or say here why not"
    assert not given & LEFT_AS_IT_IS


@pytest.mark.parametrize("service", OURS)
def test_everything_production_requires_is_given(services: dict[str, Any], service: str) -> None:
    assert {f"HOTLINE_{name.upper()}" for name in _NAMED_IN_PRODUCTION} <= named(services[service])


def test_the_pages_are_given_the_client_as_which_the_issuer_knows_them(services: dict[str, Any]) -> None:
    assert {"HOTLINE_PAGES_CLIENT_ID", "HOTLINE_PAGES_CLIENT_SECRET"} <= named(services["api"])


def test_the_settings_it_gives_are_accepted_in_production(
    services: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = services["api"]
    for name, value in api["environment"].items():
        monkeypatch.setenv(name, value)
    for secret in api["secrets"]:
        (tmp_path / secret["source"]).write_text("postgresql+asyncpg://x\n", encoding="utf-8")
    settings = Settings(_secrets_dir=tmp_path)
    assert settings.env == "production"
    assert settings.database_url == "postgresql+asyncpg://x"


def test_no_secret_is_in_the_environment(production: dict[str, Any]) -> None:
    for service in production["services"].values():
        for name in service.get("environment") or {}:
            assert (
                name.endswith(("_FILE", "_FILES"))
                or not any(word in name for word in ("PASSWORD", "SECRET", "_KEY", "DATABASE_URL", "_PWD"))
                or name == "HOTLINE_ISSUER_KEYS_URL"
            )
    for secret in production["secrets"].values():
        assert secret["file"].startswith(str(EXAMPLE.parent / "secrets"))


@pytest.mark.parametrize("files", [(PRODUCTION,), (PRODUCTION, TRY_OUT)], ids=["production", "try-out"])
def test_every_service_is_hardened_bounded_and_watched(files: tuple[str, ...]) -> None:
    services = configuration(*files)["services"]
    ending = jobs(services)
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert set(service.get("cap_add", ())) <= ({"NET_BIND_SERVICE"} if name == "proxy" else set()), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["user"].split(":")[0] not in ("", "0", "root"), name
        assert not service.get("privileged"), name
        limits = service["deploy"]["resources"]["limits"]
        assert limits.keys() >= {"cpus", "memory", "pids"}, name
        # A job ends, a service is asked how it is.
        assert bool(service["healthcheck"].get("test")) is (name not in ending), name


def test_only_the_proxy_is_published_and_what_stores_sees_no_outside(production: dict[str, Any]) -> None:
    services, networks = production["services"], production["networks"]
    assert {name for name, service in services.items() if service.get("ports")} == {"proxy"}
    inside = {name for name, network in networks.items() if network.get("internal")}
    for name in ("register-db", "keys-db", "engine-db", "engine", "engine-ui", "files", "clamd", "migrate"):
        assert set(services[name]["networks"]) <= inside, name
    # Whoever reaches the engine can decide in any name.
    reaching = {name for name, service in services.items() if "engine" in service["networks"]}
    assert reaching == {"engine", "engine-namespace", "engine-ui", "api", "worker"}


def test_there_are_two_of_what_serves_and_they_wait_for_the_schema(services: dict[str, Any]) -> None:
    for name in ("api", "worker"):
        assert services[name]["deploy"]["replicas"] == 2
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["migrate"]["command"] == ["db", "upgrade"]
    assert jobs(services) == {"migrate", "engine-schema", "engine-namespace"}


def test_production_has_no_sandbox_and_every_image_a_version(services: dict[str, Any]) -> None:
    assert "sandbox" not in services
    for name, service in services.items():
        tag = service["image"].rpartition(":")[2]
        assert any(sign.isdigit() for sign in tag), f"{name}: {service['image']}"


def test_the_linter_finds_nothing_grave() -> None:
    done = call("compose-lint", "check", "--fail-on", "high", PRODUCTION)
    assert done.returncode == 0, done.stdout
