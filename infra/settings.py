"""Settings, from the environment (`HOTLINE_…`) and from secret files. The defaults refuse production."""

from datetime import timedelta
from ipaddress import IPv4Network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, IPvAnyNetwork, SecretStr, StringConstraints, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.calendar import CURRENT_VERSION
from domain.contracts.appeal import Policy

DEVELOPMENT_SECRET = "for development only, never for production"  # noqa: S105 - refused in production

SECRETS = Path("/run/secrets")
"""Where containers find secrets: a file `HOTLINE_…` holds that setting; the environment has the last word."""

_SANDBOX_PATHS = {
    "issuer": "/issuer",
    "issuer_keys_url": "/issuer/.well-known/jwks.json",
    "accounts_url": "/accounts",
    "passports_url": "/passports",
    "snils_url": "/snils",
    "inn_url": "/inn",
    "signatures_url": "/signatures",
    "services_url": "/services",
    "sms_url": "/sms",
    "codes_url": "/codes",
    "push_url": "/push",
}


_NAMED_IN_PRODUCTION = (
    *("number_key", "index_key", "code_key", "session_key", "log_origin", "signing_key_file"),
    *("engine_address", "database_url", "keys_database_url", "files_url", "public_url", "help_phone"),
    "clamd_address",
    *("supervisor_email", "second_line_email", "development_email", "authority_email"),
    *("smtp_host", "smtp_port", "smtp_tls", "smtp_sender"),
    *_SANDBOX_PATHS,
)


Origin = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")]
"""Scheme, host and port exactly as browsers send them: no pattern, no path."""


def _text(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


class Settings(BaseSettings):
    """Everything that differs between the embedded stack and production."""

    model_config = SettingsConfigDict(
        env_prefix="HOTLINE_",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
    )

    env: Literal["development", "production"] = "development"
    data_dir: Path = Path(".hotline")

    engine_address: str = "127.0.0.1:7233"
    engine_namespace: str = "hotline"
    engine_ui_port: int = 8233
    engine_ui_origin: str = ""
    case_queue: str = "cases"
    delivery_queue: str = "deliveries"
    webhook_queue: str = "webhooks"
    audit_queue: str = "audits"
    cached_cases_max: int = 2000
    steps_at_once_max: int = 24
    activities_at_once_max: int = 50

    api_host: str = "127.0.0.1"
    api_port: int = 8000
    # Whose pages may call the API from a browser.
    portal_origins: list[Origin] = []
    head_bytes_max: int = 32_768
    head_fields_max: int = 100
    head_seconds_max: float = 10
    body_bytes_max: int = 262_144
    body_seconds_max: float = 20
    requests_at_once_max: int = 200
    upload_seconds_max: float = 300
    uploads_at_once_max: int = 32
    # How long an upload waits for the scanner before it is answered that the file is still being checked.
    scan_patience_seconds: float = 5
    connections_at_once_max: int = 900
    # Live updates: streams of each API process, of one client among them, and how often the feed is read for all.
    streams_at_once_max: int = 500
    streams_of_client_max: int = 20
    live_every_seconds: float = 1.0
    # Per client of each API process: whom a valid token names, or else the address.
    client_requests_per_second: float = 100
    client_requests_burst: int = 1000
    stranger_requests_per_second: float = 20
    stranger_requests_burst: int = 200
    clients_kept_max: int = 10_000
    public_url: str = ""
    help_phone: str = "8 800 000-00-00"
    supervisor_email: str = "supervisor@example.org"
    second_line_email: str = "second-line@example.org"
    development_email: str = "development@example.org"
    authority_email: str = "authority@example.org"

    database_url: str = ""
    database_pool: int = 10
    keys_database_url: str = ""
    files_url: str = ""
    files_endpoint: str | None = None
    files_access_id: str | None = None
    files_secret: SecretStr | None = None
    archive_every_seconds: float = 20.0
    # Where clamd listens, as host:port; without one, which production refuses, every file counts as clean.
    clamd_address: str = ""

    # What wraps the cases' keys: a file, or the key of a service that speaks AWS KMS.
    wrapping_key_file: Path | None = None
    kms_key_id: str = ""
    kms_region: str = ""
    kms_url: str | None = None

    # For so long a case keeps what it tells of a person after it was closed.
    retention_years: Annotated[float, Field(gt=0)] = 5

    number_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    index_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    code_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    session_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)

    # The log of all journals: its name, the key that signs for it, and who stamps its checkpoints.
    log_origin: Annotated[str, StringConstraints(pattern=r"^[^\s+]+$")] = "hotline.example.org/log"
    signing_key_file: Path | None = None
    checkpoint_seconds: float = 5
    tsa_url: str | None = None
    tsa_roots_file: Path | None = None
    tsa_seconds: float = 60

    # The outside world. What is left empty is the sandbox's, which production refuses.
    sandbox_url: str = "http://127.0.0.1:8090"
    issuer: str = ""
    audience: str = "hotline"
    role_claim: str = "role"
    # As whom the pages are known to the issuer; it sends people back to {public_url}/sign-in/back.
    pages_client_id: str = "hotline-pages"
    pages_client_secret: SecretStr = SecretStr("")
    # So long somebody is let in before the issuer is asked again who they are and in which role.
    session_minutes: Annotated[float, Field(gt=0, le=720)] = 60
    issuer_keys_url: str = ""
    accounts_url: str = ""
    passports_url: str = ""
    snils_url: str = ""
    inn_url: str = ""
    signatures_url: str = ""
    services_url: str = ""
    sms_url: str = ""
    codes_url: str = ""
    push_url: str = ""
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 8025
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: Literal["none", "starttls", "implicit"] = "none"
    smtp_sender: str = "Горячая линия <hotline@example.org>"
    smtp_status_url: str | None = None
    delivery_patience_hours: int = 72
    # Webhooks go to public addresses, and to these networks besides; in development to this machine too.
    webhook_private_networks: list[IPvAnyNetwork] = []
    webhook_every_seconds: float = 1.0

    policy: Policy = Policy(calendar_version=CURRENT_VERSION)

    @model_validator(mode="after")
    def _refuse_development_defaults_in_production(self) -> Self:
        if self.env == "production":
            for name in _NAMED_IN_PRODUCTION:
                if name not in self.model_fields_set or _text(getattr(self, name)) in ("", DEVELOPMENT_SECRET):
                    raise ValueError(f"set HOTLINE_{name.upper()}: its default is for development only")
            if not self.kms_key_id and self.wrapping_key_file is None:
                raise ValueError("set HOTLINE_WRAPPING_KEY_FILE or HOTLINE_KMS_KEY_ID: what wraps the cases' keys")
        if self.kms_key_id and not self.kms_region:
            raise ValueError("set HOTLINE_KMS_REGION: where the key of HOTLINE_KMS_KEY_ID is")
        return self

    @model_validator(mode="after")
    def _name_the_roots_of_the_time_stamps(self) -> Self:
        if self.tsa_url and not self.tsa_roots_file:
            raise ValueError("set HOTLINE_TSA_ROOTS_FILE: without it nobody knows whose time stamps these are")
        return self

    @model_validator(mode="after")
    def _complete_from_sandbox(self) -> Self:
        for name, path in _SANDBOX_PATHS.items():
            if getattr(self, name):
                continue
            setattr(self, name, self.sandbox_url + path)
        if self.smtp_status_url is None and self.env == "development":
            self.smtp_status_url = f"{self.sandbox_url}/inbox/accepted"
        if "webhook_private_networks" not in self.model_fields_set and self.env == "development":
            self.webhook_private_networks = [IPv4Network("127.0.0.0/8")]
        if not self.engine_ui_origin and self.env == "development":
            self.engine_ui_origin = f"http://127.0.0.1:{self.engine_ui_port}"
        self.public_url = self.public_url or f"http://{self.api_host}:{self.api_port}"
        return self

    @property
    def status_url(self) -> str:
        """Where a citizen follows an appeal, with `{number}`."""
        return f"{self.public_url}/my/{{number}}"

    @property
    def result_url(self) -> str:
        """Where a citizen finds an appeal's result, with `{number}` (RES-2)."""
        return f"{self.public_url}/my/{{number}}/result"

    @property
    def number_secret(self) -> bytes:
        """Keys the appeal numbers and the digests of requests."""
        return self.number_key.get_secret_value().encode()

    @property
    def index_secret(self) -> bytes:
        """Keys the digests by which a person's appeals are found."""
        return self.index_key.get_secret_value().encode()

    @property
    def code_secret(self) -> bytes:
        """Keys the confirmation codes and their digests."""
        return self.code_key.get_secret_value().encode()

    @property
    def session_secret(self) -> bytes:
        """Seals what the pages keep in browsers."""
        return self.session_key.get_secret_value().encode()

    @property
    def signing_key(self) -> Path:
        """The file of the key that signs the log; by default one in the data directory."""
        return self.signing_key_file or self.data_dir / "signing.pem"

    @property
    def published_checkpoints(self) -> Path:
        """The folder outside the database where the log's checkpoints are kept."""
        return self.data_dir / "files" / "checkpoints"

    @property
    def database(self) -> str:
        """The register's database; by default a file in the data directory."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'register.db'}"

    @property
    def keys_database(self) -> str:
        """The database of the cases' keys, never that of the register; by default a file in the data directory."""
        return self.keys_database_url or f"sqlite+aiosqlite:///{self.data_dir / 'keys.db'}"

    @property
    def files(self) -> str:
        """Where files lie: `file:///…` or `s3://bucket/…`; by default a folder in the data directory."""
        return self.files_url or (self.data_dir.absolute() / "files").as_uri()

    @property
    def wrapping_keys(self) -> Path:
        """The file of the wrapping keys, where there is no KMS; by default in the data directory."""
        return self.wrapping_key_file or self.data_dir / "wrapping-keys.json"

    @property
    def retention(self) -> timedelta:
        """How long after its end a case keeps what it tells of a person (ADR 18)."""
        return timedelta(days=365.25 * self.retention_years)
