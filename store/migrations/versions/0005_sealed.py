"""What tells of a person is sealed by the key of its case; what figures need of it stands in columns of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_SEALED = ("appeal", "journal", "message", "parcel", "credential")


def upgrade() -> None:
    _refuse_what_is_not_empty()
    # Added one by one and never rebuilt: SQLite can't replace a table that others refer to, or that has triggers.
    op.drop_column("appeal", "view")
    op.add_column(
        "appeal",
        sa.Column(
            "view", sa.LargeBinary(), nullable=True, comment="the fold of the journal, sealed; gone with an erasure"
        ),
    )
    op.add_column("appeal", sa.Column("relation", sa.String(length=20), comment="how it follows the earlier one"))
    op.add_column("appeal", sa.Column("erased_at", sa.DateTime(timezone=True)))
    op.add_column("appeal", sa.Column("score", sa.Integer(), comment="the citizen's rating"))
    op.add_column("appeal", sa.Column("failure", sa.JSON(), comment="the log entry of a failure; tells of no person"))
    op.add_column(
        "appeal",
        sa.Column("term_calendars", sa.JSON(), comment="by which open terms in working days are counted"),
    )
    op.drop_column("journal", "personal")
    op.drop_column("journal", "salt")
    op.add_column(
        "journal",
        sa.Column("personal", sa.LargeBinary(), comment="personal data and the salt of their digest, sealed"),
    )
    for column in ("context", "reason"):
        op.drop_column("message", column)
        op.add_column("message", sa.Column(column, sa.LargeBinary(), comment="sealed"))
    op.create_table(
        "erasure",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("ground", sa.String(length=30), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "done_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the key was gone and the register knew it",
        ),
        sa.PrimaryKeyConstraint("number", name="pk_erasure"),
    )


def downgrade() -> None:
    # What was sealed is lost: this schema has no place for it.
    op.drop_table("erasure")
    for column, kind in (("context", sa.JSON()), ("reason", sa.String(length=500))):
        op.drop_column("message", column)
        op.add_column("message", sa.Column(column, kind, nullable=column == "reason", server_default=_empty(column)))
    op.drop_column("journal", "personal")
    op.add_column("journal", sa.Column("personal", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("journal", sa.Column("salt", sa.String(length=32), nullable=False, server_default=""))
    for column in ("term_calendars", "failure", "score", "erased_at", "relation", "view"):
        op.drop_column("appeal", column)
    op.add_column("appeal", sa.Column("view", sa.JSON(), nullable=False, server_default="{}"))


def _empty(column: str) -> str | None:
    return "{}" if column == "context" else None


def _refuse_what_is_not_empty() -> None:
    connection = op.get_bind()
    for table in _SEALED:
        if connection.execute(sa.text(f"SELECT 1 FROM {table} LIMIT 1")).first():  # noqa: S608 - names of our own
            raise RuntimeError(
                f"The register is not empty ({table}): it was written before its contents were sealed, and its"
                " backups are in clear. Begin with a new database, or finish the open cases with the version before."
            )
