"""Create the log, the replica, accounts, drafts and print jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REFUSE = (
    "CREATE TRIGGER event_refuses_{act} BEFORE {act} ON event BEGIN "
    "SELECT RAISE(ABORT, 'events are never changed'); END"
)


def upgrade() -> None:
    op.create_table("meta", sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False))
    op.create_table(
        "replica",
        sa.Column("replica_id", sa.Text, primary_key=True),
        sa.Column("unit_id", sa.Text, nullable=False),
        sa.Column("private_key", sa.LargeBinary, nullable=False),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("counter", sa.Integer, nullable=False),
        sa.Column("is_training", sa.Integer, nullable=False),
    )
    op.create_table(
        "event",
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.Text, nullable=False, unique=True),
        sa.Column("replica_id", sa.Text, nullable=False),
        sa.Column("epoch", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("sig", sa.LargeBinary, nullable=False),
        sa.Column("dossier_id", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("acted_at", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("replica_id", "epoch", "seq", name="uq_event_place"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_dossier", "event", ["dossier_id", "position"])
    for act in ("UPDATE", "DELETE"):
        op.execute(_REFUSE.format(act=act))
    op.create_table(
        "account",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("login", sa.Text, nullable=False, unique=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("is_one_time", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("last_failed_at", sa.Text, nullable=False),
    )
    op.create_table(
        "draft",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("page", sa.Text, primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("saved_at", sa.Text, nullable=False),
    )
    op.create_table(
        "print_job",
        sa.Column("job_id", sa.Text, primary_key=True),
        sa.Column("dossier_id", sa.Text, nullable=False),
        sa.Column("dossier_version", sa.Integer, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("paper", sa.Text, nullable=False),
        sa.Column("copy_no", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_print_job_state", "print_job", ["state", "created_at"])


def downgrade() -> None:
    raise NotImplementedError("going back means the untouched old file")
