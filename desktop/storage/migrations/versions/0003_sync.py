"""Create what sync keeps: the feed, the standing with the city, attention, reconciliation, events set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("gseq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, nullable=False, unique=True),
        _text("kind"),
        _text("code"),
        _text("blocked_by"),
        sa.Column("feed_hash", sa.LargeBinary, nullable=False),
    )
    op.create_table("sync_state", sa.Column("key", sa.Text, primary_key=True), _text("value"), sqlite_with_rowid=False)
    settled = ("opened_at", "closed_at", "closed_by", "resolution")
    op.create_table(
        "attention",
        sa.Column("event_id", sa.Text, primary_key=True),
        *(_text(name) for name in ("kind", "code", "blocked_by", *settled)),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reconciliation",
        sa.Column("dossier_id", sa.Text, primary_key=True),
        *(_text(name) for name in ("code", "kind", *settled)),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lost",
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        *(_number(name) for name in ("gseq", "is_dropped")),
    )
    op.create_table(
        "offered", sa.Column("position", sa.Integer, primary_key=True, autoincrement=False), _number("gseq")
    )
    op.create_table("superseded", sa.Column("position", sa.Integer, primary_key=True, autoincrement=False), _text("by"))


def downgrade() -> None:
    raise NotImplementedError("going back means the untouched old file")
