"""Questions about fields of forms."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "help_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False, comment="a digest of whoever asks"),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("typed", sa.LargeBinary(), nullable=False, comment="sealed"),
        sa.Column("advice", sa.LargeBinary(), nullable=True, comment="sealed; empty until somebody answers"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="when it goes away"),
        sa.PrimaryKeyConstraint("id", name="pk_help_request"),
    )
    op.create_index("ix_help_request_owner", "help_request", ["owner"])
    op.create_index("ix_help_request_until", "help_request", ["until"])


def downgrade() -> None:
    op.drop_table("help_request")
