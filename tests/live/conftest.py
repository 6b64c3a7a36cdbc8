"""A register on both databases, and what API processes in front of it have to know."""

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.testing import WorkflowEnvironment

from infra.settings import Settings
from tests.live.processes import Issuer
from tests.sandbox_process import SandboxProcess
from tests.store.conftest import database, empty, keyring, register

__all__ = ["database", "empty", "keyring", "register"]


@pytest.fixture
def settings(
    database: AsyncEngine, tmp_path: Path, world: SandboxProcess, environment: WorkflowEnvironment
) -> Settings:
    return Settings(
        # Asked about numbers that are not given to who asks.
        engine_address=environment.client.service_client.config.target_host,
        engine_namespace=environment.client.namespace,
        data_dir=tmp_path,
        database_url=database.url.render_as_string(hide_password=False),
        sandbox_url=world.http_url,
        live_every_seconds=0.1,
        streams_of_client_max=3,
    )


@pytest.fixture
def issuer(world: SandboxProcess) -> Issuer:
    return Issuer(world.http_url)
