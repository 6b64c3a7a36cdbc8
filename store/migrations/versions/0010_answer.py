"""Answers that were given under idempotency keys, for a day (ADR 21)."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column(
            "id",
            sa.String(length=64),
            nullable=False,
            comment="keyed digest of caller, address and idempotency key",
        ),
        sa.Column("body", sa.String(length=64), nullable=False, comment="keyed digest of what was sent"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="when its turn began"),
        sa.Column("status", sa.Integer(), nullable=True, comment="empty while it is being worked on"),
        sa.Column("content", sa.LargeBinary(), nullable=True, comment="sealed"),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
    )
    op.create_index("ix_answer_at", "answer", ["at"])


def downgrade() -> None:
    op.drop_index("ix_answer_at", "answer")
    op.drop_table("answer")
