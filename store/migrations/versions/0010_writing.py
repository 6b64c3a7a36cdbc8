"""Answers that were given under idempotency keys, for a day; batches, and what became of their appeals (ADR 21)."""

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
    op.create_table(
        "batch",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("command", sa.String(length=60), nullable=False),
        sa.Column("ordered_by", sa.String(length=200), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(length=200), nullable=True),
        sa.Column(
            "forgotten_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the key of what it said was destroyed",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
    )
    op.create_table(
        "batch_item",
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column(
            "position",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="in the order of the batch, from 1",
        ),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True, comment="why it was refused, for programs"),
        sa.Column(
            "reason",
            sa.String(length=500),
            nullable=True,
            comment="the same for people; our own words, of nobody in particular",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_batch_item_batch_id"),
        sa.PrimaryKeyConstraint("batch_id", "position", name="pk_batch_item"),
    )
    op.create_index("ix_batch_item_batch_id_outcome_position", "batch_item", ["batch_id", "outcome", "position"])


def downgrade() -> None:
    op.drop_index("ix_batch_item_batch_id_outcome_position", "batch_item")
    op.drop_table("batch_item")
    op.drop_table("batch")
    op.drop_index("ix_answer_at", "answer")
    op.drop_table("answer")
