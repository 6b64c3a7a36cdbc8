"""The feed of all journals, and webhooks to portals (ADR 22)."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_LARGE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "feed_queue",
        sa.Column("id", _LARGE, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed_queue"),
    )
    op.create_table(
        "feed",
        sa.Column("place", _LARGE, autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_feed"),
    )
    reader = op.create_table(
        "feed_reader",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False, comment="the last one that was read"),
        sa.PrimaryKeyConstraint("name", name="pk_feed_reader"),
    )
    op.bulk_insert(reader, [{"name": "webhooks", "place": 0}])
    _webhooks()


def _webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("portal", sa.String(length=100), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_because", sa.String(length=20), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "noticed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when somebody was told that it was switched off",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhook"),
    )
    op.create_index("ix_webhook_portal", "webhook", ["portal"])
    op.create_table(
        "webhook_secret",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("portal", sa.String(length=100), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "valid_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="of a former one; the present one has no end",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_secret"),
    )
    op.create_index("ix_webhook_secret_portal", "webhook_secret", ["portal"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("portal", sa.String(length=100), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False, comment="tells of no person"),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=True, comment="the last HTTP status"),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "handed_at", sa.DateTime(timezone=True), nullable=True, comment="when the engine was told to deliver it"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
    )
    op.create_index("ix_webhook_delivery_portal_made_at_id", "webhook_delivery", ["portal", "made_at", "id"])
    op.create_index("ix_webhook_delivery_made_at", "webhook_delivery", ["made_at"])
    op.create_index("ix_webhook_delivery_handed_at", "webhook_delivery", ["handed_at"])


def downgrade() -> None:
    for table in ("webhook_delivery", "webhook_secret", "webhook", "feed_reader"):
        op.drop_table(table)
    op.drop_table("feed")
    op.drop_table("feed_queue")
