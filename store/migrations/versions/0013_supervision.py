"""What a supervisor reads: the open appeals, and the categories that people have named (CLS-3)."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

OPEN, CLASSIFIED = sa.text("closed_at IS NULL"), sa.text("type = 'AppealClassified'")


def upgrade() -> None:
    op.create_index("ix_appeal_open", "appeal", ["registered_at", "number"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_journal_classified", "journal", ["at"], sqlite_where=CLASSIFIED, postgresql_where=CLASSIFIED)


def downgrade() -> None:
    op.drop_index("ix_journal_classified", "journal")
    op.drop_index("ix_appeal_open", "appeal")
