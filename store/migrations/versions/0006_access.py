"""The log of looks at personal data; rows are only ever added."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "access",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False, comment="empty for the citizen of the appeal"),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("operation", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access"),
    )
    op.create_index("ix_access_number_at", "access", ["number", "at"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER access_refuses_{verb.lower()} BEFORE {verb} ON access "
                "BEGIN SELECT RAISE(ABORT, 'access is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION access_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'access is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER access_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON access "
        "FOR EACH STATEMENT EXECUTE FUNCTION access_is_append_only()"
    )


def downgrade() -> None:
    op.drop_index("ix_access_number_at", "access")
    op.drop_table("access")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION access_is_append_only()")
