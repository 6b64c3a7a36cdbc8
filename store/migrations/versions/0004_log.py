"""The append-only log of all journal hashes, its checkpoints, and a journal that the database itself protects."""

import sqlalchemy as sa
from alembic import op

from store.append_only import begin_refusing, end_refusing, let_change_again, let_only_grow, let_shrink_into_log

revision = "0004"
down_revision = "0003"

_LARGE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "log_queue",
        sa.Column("id", _LARGE, autoincrement=True, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_queue"),
    )
    op.create_table(
        "log_leaf",
        sa.Column("index", _LARGE, autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("index", name="pk_log_leaf"),
    )
    op.create_index("ix_log_leaf_hash", "log_leaf", ["hash"])
    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name="pk_log_node"),
    )
    op.create_table(
        "checkpoint",
        sa.Column("size", _LARGE, autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False, comment="signed; holds the root"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoint"),
    )
    op.create_table(
        "time_stamp",
        sa.Column("size", _LARGE, autoincrement=False, nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False, comment="RFC 3161 answer about the checkpoint's note"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["size"], ["checkpoint.size"], name="fk_time_stamp_size"),
        sa.PrimaryKeyConstraint("size", name="pk_time_stamp"),
    )
    op.create_table(
        "log_key",
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_log_key"),
    )
    op.create_index("ix_journal_hash", "journal", ["hash"])
    op.execute("INSERT INTO log_queue (hash) SELECT hash FROM journal ORDER BY number, position")
    begin_refusing()
    let_only_grow("journal", ["number", "position"])
    let_only_grow("log_leaf", ["index"])
    let_only_grow("log_node", ["level", "index"])
    let_only_grow("checkpoint", ["size"])
    let_only_grow("time_stamp", ["size"])
    let_only_grow("log_key", ["key"])
    let_shrink_into_log("log_queue", ["id"])


def downgrade() -> None:
    let_change_again("journal")
    op.drop_index("ix_journal_hash", "journal")
    for table in ("log_queue", "log_key", "time_stamp", "checkpoint", "log_node"):
        op.drop_table(table)
    op.drop_index("ix_log_leaf_hash", "log_leaf")
    op.drop_table("log_leaf")
    end_refusing()
