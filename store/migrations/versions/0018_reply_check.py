"""Checks of replies by quality control."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "reply_check",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="of the reply in the journal"),
        sa.Column("unit", sa.String(length=20), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=False, comment="of the reply, in Moscow"),
        sa.Column("is_polite", sa.Boolean(), nullable=False),
        sa.Column("is_brief", sa.Boolean(), nullable=False),
        sa.Column("fits_question", sa.Boolean(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True, comment="sealed"),
        sa.Column("checked_by", sa.String(length=240), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", "position", name="pk_reply_check"),
    )
    op.create_index("ix_reply_check_checked_at", "reply_check", ["checked_at"])
    replies = sa.text("type IN ('CitizenTold', 'QuestionAnswered') AND hash < '1999'")
    by = ["at", "number", "position"]
    op.create_index("ix_journal_reply", "journal", by, sqlite_where=replies, postgresql_where=replies)


def downgrade() -> None:
    op.drop_index("ix_journal_reply", "journal")
    op.drop_table("reply_check")
