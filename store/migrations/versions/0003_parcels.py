"""The encrypted files that are on their way to citizens."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "parcel",
        sa.Column("parcel_id", sa.String(length=60), nullable=False),
        sa.Column(
            "content",
            sa.LargeBinary(),
            nullable=True,
            comment="encrypted by a code that is not here; gone after delivery or expiry",
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("parcel_id", name="pk_parcel"),
    )
    op.create_index("ix_parcel_expires_at", "parcel", ["expires_at"])


def downgrade() -> None:
    op.drop_index("ix_parcel_expires_at", "parcel")
    op.drop_table("parcel")
