"""What lists of appeals and tasks are filtered and ordered by (ADR 20)."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

LISTED_BY = ("status", "category", "channel", "unit", "portal", "owner", "is_breached")
TASK_INDEXES = {
    "ix_task_role_urgent_at_number_expectation_id": ["role", "urgent_at", "number", "expectation_id"],
    "ix_task_urgent_at_number_expectation_id_role": ["urgent_at", "number", "expectation_id", "role"],
    "ix_task_unit_urgent_at_number_expectation_id_role": ["unit", "urgent_at", "number", "expectation_id", "role"],
    "ix_task_number": ["number"],
}


def upgrade() -> None:
    op.add_column(
        "appeal",
        sa.Column(
            "owner",
            sa.String(length=64),
            nullable=True,
            comment="keyed digest of the citizen, whatever the portal",
        ),
    )
    op.add_column(
        "appeal",
        sa.Column(
            "unit",
            sa.String(length=20),
            nullable=True,
            comment="the profile unit that the appeal was handed to",
        ),
    )
    op.add_column(
        "appeal",
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True, comment="the nearest of the running terms"),
    )
    op.add_column(
        "appeal",
        sa.Column(
            "is_breached",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="some term was missed",
        ),
    )
    op.create_index("ix_appeal_due_at_number", "appeal", ["due_at", "number"])
    op.create_index("ix_appeal_registered_at_number", "appeal", ["registered_at", "number"])
    for filtered in LISTED_BY:
        op.create_index(f"ix_appeal_{filtered}_registered_at_number", "appeal", [filtered, "registered_at", "number"])
    op.drop_index("ix_task_role_due_at", "task")
    with op.batch_alter_table("task") as task:
        task.add_column(sa.Column("urgent_at", sa.DateTime(timezone=True), nullable=True))
        task.add_column(sa.Column("unit", sa.String(length=20), nullable=True, comment="that of the case"))
    op.execute("UPDATE task SET urgent_at = coalesce(due_at, '9999-01-01 00:00:00.000000')")
    with op.batch_alter_table("task") as task:
        task.alter_column(
            "urgent_at",
            existing_type=sa.DateTime(timezone=True),
            nullable=False,
            comment="when it is due; after all others without a term",
        )
    for name, columns in TASK_INDEXES.items():
        op.create_index(name, "task", columns)
    op.create_table(
        "desk",
        sa.Column(
            "role",
            sa.String(length=30),
            nullable=False,
            comment="of the units that have had the case, or are awaited",
        ),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["appeal.number"], name="fk_desk_number"),
        sa.PrimaryKeyConstraint("role", "number", name="pk_desk"),
    )
    op.create_index("ix_desk_role_registered_at_number", "desk", ["role", "registered_at", "number"])
    op.create_index("ix_desk_number", "desk", ["number"])


def downgrade() -> None:
    op.drop_table("desk")
    for name in TASK_INDEXES:
        op.drop_index(name, "task")
    with op.batch_alter_table("task") as task:
        task.drop_column("urgent_at")
        task.drop_column("unit")
    op.create_index("ix_task_role_due_at", "task", ["role", "due_at"])
    for filtered in (*LISTED_BY, ""):
        op.drop_index("_".join(filter(None, ("ix_appeal", filtered, "registered_at_number"))), "appeal")
    op.drop_index("ix_appeal_due_at_number", "appeal")
    for column in ("is_breached", "due_at", "unit", "owner"):
        op.drop_column("appeal", column)
