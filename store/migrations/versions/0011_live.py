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


def downgrade() -> None:
    op.drop_table("feed")
    op.drop_table("feed_queue")
