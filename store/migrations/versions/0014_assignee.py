"""Who of the staff has taken a case (CLS-2): nobody had before. And the cases with a running term, newest first."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

WITH_TERM = sa.text("due_at IS NOT NULL")
TAKEN = sa.text("assignee IS NOT NULL")
COMMENTS = {"appeal": "who of the staff has taken the case", "task": "that of the case"}
INDEXES = {
    "appeal": ["assignee", "registered_at", "number"],
    "task": ["assignee", "urgent_at", "number", "expectation_id", "role"],
}


def upgrade() -> None:
    for table, columns in INDEXES.items():
        op.add_column(table, sa.Column("assignee", sa.String(length=200), nullable=True, comment=COMMENTS[table]))
        op.create_index(f"ix_{table}_assignee", table, columns, sqlite_where=TAKEN, postgresql_where=TAKEN)
    op.create_index(
        "ix_appeal_with_term",
        "appeal",
        ["registered_at", "number"],
        sqlite_where=WITH_TERM,
        postgresql_where=WITH_TERM,
    )


def downgrade() -> None:
    op.drop_index("ix_appeal_with_term", "appeal")
    for table in INDEXES:
        op.drop_index(f"ix_{table}_assignee", table)
        op.drop_column(table, "assignee")
