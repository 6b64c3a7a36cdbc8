"""Where the histories of ended processes lie."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "archived",
        sa.Column("process", sa.String(length=120), nullable=False, comment="the engine's id of the process"),
        sa.Column("run_id", sa.String(length=64), nullable=False, comment="its last run"),
        sa.Column("path", sa.String(length=300), nullable=False, comment="empty where the case was erased before"),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("process", "run_id", name="pk_archived"),
    )
    op.create_index("ix_archived_closed_at", "archived", ["closed_at"])
    op.create_index("ix_archived_run_id", "archived", ["run_id"])


def downgrade() -> None:
    op.drop_index("ix_archived_run_id", "archived")
    op.drop_index("ix_archived_closed_at", "archived")
    op.drop_table("archived")
