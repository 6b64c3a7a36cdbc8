"""Of an appeal its service and the earlier appeal it follows; of a task what it is about."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # Added one by one and never rebuilt: SQLite can't replace a table that others refer to.
    op.add_column("appeal", sa.Column("service", sa.String(length=200), nullable=True))
    op.add_column(
        "appeal",
        sa.Column(
            "previous", sa.String(length=32), nullable=True, comment="the earlier appeal that this one follows"
        ),
    )
    op.create_index("ix_appeal_previous", "appeal", ["previous"])
    op.create_index("ix_appeal_portal_citizen", "appeal", ["portal", "citizen"])
    op.add_column("task", sa.Column("subject", sa.String(length=200), nullable=True))


def downgrade() -> None:
    op.drop_column("task", "subject")
    op.drop_index("ix_appeal_portal_citizen", "appeal")
    op.drop_index("ix_appeal_previous", "appeal")
    op.drop_column("appeal", "previous")
    op.drop_column("appeal", "service")
