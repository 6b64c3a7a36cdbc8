"""Sessions of people that were ended before their time."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "ended_session",
        sa.Column("digest", sa.String(length=64), nullable=False, comment="of its token"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="when it would have ended by itself"),
        sa.PrimaryKeyConstraint("digest", name="pk_ended_session"),
    )
    op.create_index("ix_ended_session_until", "ended_session", ["until"])


def downgrade() -> None:
    op.drop_table("ended_session")
