"""Who of the staff has which case open now (CLS-2)."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("id", sa.String(length=32), nullable=False, comment="of one open page"),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False, comment="one of the staff"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_presence"),
    )
    op.create_index("ix_presence_number", "presence", ["number"])
    op.create_index("ix_presence_until", "presence", ["until"])


def downgrade() -> None:
    op.drop_table("presence")
