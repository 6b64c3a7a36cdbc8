"""The register, the journal, the ledger of messages and the sealed credentials."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "appeal",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("portal", sa.String(length=100), nullable=False),
        sa.Column("citizen", sa.String(length=100), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_position", sa.Integer(), nullable=False),
        sa.Column("view", sa.JSON(), nullable=False, comment="the fold of the journal; personal data"),
        sa.PrimaryKeyConstraint("number", name="pk_appeal"),
    )
    op.create_table(
        "credential",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=True,
            comment="gone when its letter is accepted by the mail gateway",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_credential"),
    )
    op.create_table(
        "journal",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("actor", sa.JSON(), nullable=False),
        sa.Column("event", sa.JSON(), nullable=False, comment="without personal data"),
        sa.Column("personal", sa.JSON(none_as_null=True), nullable=True, comment="personal data"),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("personal_digest", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", "position", name="pk_journal"),
    )
    op.create_table(
        "message",
        sa.Column("key", sa.String(length=120), nullable=False, comment="its identity, up to the gateway"),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("credential_id", sa.String(length=60), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_message"),
    )
    op.create_index("ix_message_number_sequence", "message", ["number", "sequence"], unique=False)
    op.create_table(
        "identifier",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column(
            "digest",
            sa.String(length=64),
            nullable=False,
            comment="keyed digest, so that a person can be found unseen",
        ),
        sa.ForeignKeyConstraint(["number"], ["appeal.number"], name="fk_identifier_number"),
        sa.PrimaryKeyConstraint("number", "kind", name="pk_identifier"),
    )
    op.create_index("ix_identifier_digest", "identifier", ["digest"], unique=False)
    op.create_table(
        "task",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("expectation_id", sa.String(length=80), nullable=False),
        sa.Column("command", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["appeal.number"], name="fk_task_number"),
        sa.PrimaryKeyConstraint("number", "expectation_id", "role", name="pk_task"),
    )
    op.create_index("ix_task_role_due_at", "task", ["role", "due_at"], unique=False)


def downgrade() -> None:

    op.drop_index("ix_task_role_due_at", table_name="task")
    op.drop_table("task")
    op.drop_index("ix_identifier_digest", table_name="identifier")
    op.drop_table("identifier")
    op.drop_index("ix_message_number_sequence", table_name="message")
    op.drop_table("message")
    op.drop_table("journal")
    op.drop_table("credential")
    op.drop_table("appeal")
