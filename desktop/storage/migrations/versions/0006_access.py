"""Create the access log: who looked at a dossier that is not his to handle; written once, never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0003"
branch_labels = None
depends_on = None

_REFUSES = (
    "CREATE TRIGGER access_refuses_{act} BEFORE {act} ON access BEGIN "
    "SELECT RAISE(ABORT, 'the access log is never changed'); END"
)


def upgrade() -> None:
    op.create_table(
        "access",
        sa.Column("access_id", sa.Integer, primary_key=True, autoincrement=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("at", "user_id", "act", "subject", "reason")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_access_subject", "access", ["subject", "access_id"])
    for act in ("update", "delete"):
        op.execute(_REFUSES.format(act=act))


def downgrade() -> None:
    raise NotImplementedError("going back means the untouched old file")
