"""The tables. Times are UTC; JSON is canonical text, the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from domain.quality import DUE_BELOW, REPLIES

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant; SQLite keeps none of its zone, so it is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive time does not say when")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        instant: datetime | None = value
        return instant.replace(tzinfo=UTC) if instant and instant.tzinfo is None else instant


# SQLite gives numbers of its own to the type INTEGER alone, which there is as large.
_Large = BigInteger().with_variant(Integer(), "sqlite")


def _only(condition: str) -> dict[str, Any]:
    """An index of the rows alone of which this is true."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


LISTED_BY = ("status", "category", "channel", "unit", "portal", "owner", "is_breached")

appeal = Table(
    "appeal",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("portal", String(100), nullable=False),
    Column("citizen", String(100)),  # keyed digest of the portal's id of the citizen
    Column("owner", String(64), comment="keyed digest of the citizen, whatever the portal"),
    Column("channel", String(20), nullable=False),
    Column("category", String(40), nullable=False),
    Column("service", String(200)),
    Column("unit", String(20), comment="the profile unit that the appeal was handed to"),
    Column("assignee", String(200), comment="who of the staff has taken the case"),
    Column("previous", String(32), comment="the earlier appeal that this one follows"),
    Column("relation", String(20), comment="how it follows the earlier one"),
    Column("status", String(20), nullable=False),
    Column("registered_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("erased_at", UtcDateTime),
    Column("due_at", UtcDateTime, comment="the nearest of the running terms"),
    Column("is_breached", Boolean, nullable=False, server_default=false(), comment="some term was missed"),
    Column("last_position", Integer, nullable=False),
    Column("score", Integer, comment="the citizen's rating"),
    Column("failure", JSON(none_as_null=True), comment="the log entry of a failure; tells of no person"),
    Column("term_calendars", JSON(none_as_null=True), comment="by which open terms in working days are counted"),
    Column("view", LargeBinary, comment="the fold of the journal, sealed; gone with an erasure"),
    Index(None, "previous"),
    Index(None, "portal", "citizen"),
    Index(None, "due_at", "number"),
    Index(None, "registered_at", "number"),
    *(Index(None, filtered, "registered_at", "number") for filtered in LISTED_BY),
    Index("ix_appeal_assignee", "assignee", "registered_at", "number", **_only("assignee IS NOT NULL")),
    Index("ix_appeal_with_term", "registered_at", "number", **_only("due_at IS NOT NULL")),
    Index("ix_appeal_open", "registered_at", "number", **_only("closed_at IS NULL")),
)

desk = Table(
    "desk",
    metadata,
    Column("role", String(30), primary_key=True, comment="of the units that have had the case, or are awaited"),
    Column("number", String(32), ForeignKey("appeal.number"), primary_key=True),
    Column("registered_at", UtcDateTime, nullable=False),
    Index(None, "role", "registered_at", "number"),
    Index(None, "number"),
)

identifier = Table(
    "identifier",
    metadata,
    Column("number", String(32), ForeignKey("appeal.number"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("digest", String(64), nullable=False, comment="keyed digest, so that a person can be found unseen"),
    Index(None, "digest"),
)

journal = Table(
    "journal",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("type", String(60), nullable=False),
    Column("actor", JSON, nullable=False),
    Column("event", JSON, nullable=False, comment="without personal data"),
    Column("personal", LargeBinary, comment="personal data and the salt of their digest, sealed"),
    Column("personal_digest", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "hash"),
    Index("ix_journal_classified", "at", **_only("type = 'AppealClassified'")),
    Index(
        "ix_journal_reply",
        *("at", "number", "position"),
        **_only(f"type IN {REPLIES} AND hash < '{DUE_BELOW}'"),
    ),
)

_BY_ASSIGNEE = ("assignee", "urgent_at", "number", "expectation_id", "role")

task = Table(
    "task",
    metadata,
    Column("number", String(32), ForeignKey("appeal.number"), primary_key=True),
    Column("expectation_id", String(80), primary_key=True),
    Column("command", String(60), nullable=False),
    Column("role", String(30), primary_key=True),
    Column("subject", String(200)),
    Column("unit", String(20), comment="that of the case"),
    Column("assignee", String(200), comment="that of the case"),
    Column("since", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("urgent_at", UtcDateTime, nullable=False, comment="when it is due; after all others without a term"),
    Index(None, "role", "urgent_at", "number", "expectation_id"),
    Index(None, "unit", "urgent_at", "number", "expectation_id", "role"),
    Index("ix_task_assignee", *_BY_ASSIGNEE, **_only("assignee IS NOT NULL")),
    Index(None, "urgent_at", "number", "expectation_id", "role"),
    Index(None, "number"),
)

message = Table(
    "message",
    metadata,
    Column("key", String(120), primary_key=True, comment="its identity, up to the gateway"),
    Column("number", String(32), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("template", String(40), nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("recipient", String(20), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("context", LargeBinary, comment="sealed"),
    Column("credential_id", String(60)),
    Column("state", String(10), nullable=False),
    Column("reason", LargeBinary, comment="sealed"),
    Column("attempts", Integer, nullable=False),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index(None, "number", "sequence"),
)

credential = Table(
    "credential",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("sealed", LargeBinary, comment="gone when its letter is accepted by the mail gateway"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("destroyed", Boolean, nullable=False),
)

parcel = Table(
    "parcel",
    metadata,
    Column("parcel_id", String(60), primary_key=True),
    Column("content", LargeBinary, comment="encrypted by a code that is not here; gone after delivery or expiry"),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index(None, "expires_at"),
)

access = Table(
    "access",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("number", String(64), nullable=False, comment="or what else names a key"),
    Column("subject", String(200), nullable=False, comment="empty for the citizen of the appeal"),
    Column("role", String(30), nullable=False),
    Column("operation", String(40), nullable=False),
    Column("ground", String(20), nullable=False),
    Column("request_id", String(40), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "hash"),
    Index(None, "number", "at"),
)

log_queue = Table(
    "log_queue",
    metadata,
    Column("id", _Large, primary_key=True, autoincrement=True),
    Column("hash", String(64), nullable=False),
)

log_leaf = Table(
    "log_leaf",
    metadata,
    Column("index", _Large, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Index(None, "hash"),
)

log_node = Table(
    "log_node",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("size", _Large, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False, comment="signed; holds the root"),
    Column("at", UtcDateTime, nullable=False),
)

time_stamp = Table(
    "time_stamp",
    metadata,
    Column("size", _Large, ForeignKey("checkpoint.size"), primary_key=True, autoincrement=False),
    Column("token", LargeBinary, nullable=False, comment="RFC 3161 answer about the checkpoint's note"),
    Column("at", UtcDateTime, nullable=False),
)

log_key = Table(
    "log_key",
    metadata,
    Column("key", String(300), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

archived = Table(
    "archived",
    metadata,
    Column("process", String(120), primary_key=True, comment="the engine's id of the process"),
    Column("run_id", String(64), primary_key=True, comment="its last run"),
    Column("path", String(300), nullable=False, comment="empty where the case was erased before"),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("closed_at", UtcDateTime, nullable=False),
    Index(None, "closed_at"),
    Index(None, "run_id"),
)

erasure = Table(
    "erasure",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("ground", String(30), nullable=False),
    Column("requested_by", String(200)),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("approved_by", String(200)),
    Column("approved_at", UtcDateTime),
    Column("done_at", UtcDateTime, comment="when the key was gone and the register knew it"),
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("number", String(32), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("format", String(10), nullable=False, comment="the true one, by the content"),
    Column("size_bytes", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("fault", String(40)),
    Column("received_at", UtcDateTime, nullable=False),
    Column("checked_at", UtcDateTime),
    Column("personal", LargeBinary, nullable=False, comment="name, digest, sender and place, sealed"),
    Index(None, "number", "received_at"),
)

feed_queue = Table(
    "feed_queue",
    metadata,
    Column("id", _Large, primary_key=True, autoincrement=True),
    Column("number", String(32), nullable=False),
    Column("position", Integer, nullable=False),
)

feed = Table(
    "feed",
    metadata,
    Column("place", _Large, primary_key=True, autoincrement=False),
    Column("number", String(32), nullable=False),
    Column("position", Integer, nullable=False),
)

answer = Table(
    "answer",
    metadata,
    Column("id", String(64), primary_key=True, comment="keyed digest of caller, address and idempotency key"),
    Column("body", String(64), nullable=False, comment="keyed digest of what was sent"),
    Column("at", UtcDateTime, nullable=False, comment="when its turn began"),
    Column("status", Integer, comment="empty while it is being worked on"),
    Column("content", LargeBinary, comment="sealed"),
    Index(None, "at"),
)

batch = Table(
    "batch",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("command", String(60), nullable=False),
    Column("ordered_by", String(200), nullable=False),
    Column("ordered_at", UtcDateTime, nullable=False),
    Column("total", Integer, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("cancelled_by", String(200)),
    Column("forgotten_at", UtcDateTime, comment="when the key of what it said was destroyed"),
)

batch_item = Table(
    "batch_item",
    metadata,
    Column("batch_id", String(36), ForeignKey("batch.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False, comment="in the order of the batch, from 1"),
    Column("number", String(32), nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("code", String(40), comment="why it was refused, for programs"),
    Column("reason", String(500), comment="the same for people; our own words, of nobody in particular"),
    Column("at", UtcDateTime),
    Index(None, "batch_id", "outcome", "position"),
)

feed_reader = Table(
    "feed_reader",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("place", BigInteger, nullable=False, comment="the last one that was read"),
)

webhook = Table(
    "webhook",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("portal", String(100), nullable=False),
    Column("url", String(500), nullable=False),
    Column("types", JSON, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("disabled_because", String(20)),
    Column("made_at", UtcDateTime, nullable=False),
    Column("last_delivered_at", UtcDateTime),
    Column("noticed_at", UtcDateTime, comment="when somebody was told that it was switched off"),
    Index(None, "portal"),
)

webhook_secret = Table(
    "webhook_secret",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("portal", String(100), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("valid_until", UtcDateTime, comment="of a former one; the present one has no end"),
    Index(None, "portal"),
)

webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("endpoint_id", String(32), nullable=False),
    Column("portal", String(100), nullable=False),
    Column("number", String(32), nullable=False),
    Column("position", Integer, nullable=False),
    Column("type", String(40), nullable=False),
    Column("payload", Text, nullable=False, comment="tells of no person"),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("answered", Integer, comment="the last HTTP status"),
    Column("fault", String(20)),
    Column("made_at", UtcDateTime, nullable=False),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("handed_at", UtcDateTime, comment="when the engine was told to deliver it"),
    Index(None, "portal", "made_at", "id"),
    Index(None, "made_at"),
    Index(None, "handed_at"),
)

ended_session = Table(
    "ended_session",
    metadata,
    Column("digest", String(64), primary_key=True, comment="of its token"),
    Column("until", UtcDateTime, nullable=False, comment="when it would have ended by itself"),
    Index(None, "until"),
)

presence = Table(
    "presence",
    metadata,
    Column("id", String(32), primary_key=True, comment="of one open page"),
    Column("number", String(32), nullable=False),
    Column("role", String(20), nullable=False),
    Column("subject", String(200), nullable=False, comment="one of the staff"),
    Column("until", UtcDateTime, nullable=False),
    Index(None, "number"),
    Index(None, "until"),
)

help_request = Table(
    "help_request",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(64), nullable=False, comment="a digest of whoever asks"),
    Column("field", String(60), nullable=False),
    Column("typed", LargeBinary, nullable=False, comment="sealed"),
    Column("advice", LargeBinary, comment="sealed; empty until somebody answers"),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False, comment="when it goes away"),
    Index(None, "owner"),
    Index(None, "until"),
)

reply_check = Table(
    "reply_check",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("position", Integer, primary_key=True, comment="of the reply in the journal"),
    Column("unit", String(20)),
    Column("month", String(7), nullable=False, comment="of the reply, in Moscow"),
    Column("is_polite", Boolean, nullable=False),
    Column("is_brief", Boolean, nullable=False),
    Column("fits_question", Boolean, nullable=False),
    Column("note", LargeBinary, comment="sealed"),
    Column("checked_by", String(240), nullable=False),
    Column("checked_at", UtcDateTime, nullable=False),
    Index(None, "checked_at"),
)
