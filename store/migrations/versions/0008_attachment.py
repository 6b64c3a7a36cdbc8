"""Attached files: what is known of each; they themselves lie in the store of files (ATT-1, ATT-2)."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False, comment="the true one, by the content"),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("fault", sa.String(length=40), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("personal", sa.LargeBinary(), nullable=False, comment="name, digest, sender and place, sealed"),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
    )
    op.create_index("ix_attachment_number_received_at", "attachment", ["number", "received_at"])


def downgrade() -> None:
    op.drop_index("ix_attachment_number_received_at", "attachment")
    op.drop_table("attachment")
