"""The log of looks at personal data; rows are only ever added."""

import sqlalchemy as sa
from alembic import op

from store.append_only import let_only_grow

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "access",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False, comment="or what else names a key"),
        sa.Column("subject", sa.String(length=200), nullable=False, comment="empty for the citizen of the appeal"),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("operation", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access"),
    )
    op.create_index("ix_access_number_at", "access", ["number", "at"])
    op.create_index("ix_access_hash", "access", ["hash"])
    let_only_grow("access", ["id"])


def downgrade() -> None:
    op.drop_index("ix_access_hash", "access")
    op.drop_index("ix_access_number_at", "access")
    op.drop_table("access")
