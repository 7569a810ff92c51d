"""Find the papers that were given to somebody by order by their time alone: a handful among all events of a ward."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_event_assigned", "event", ["acted_at"], sqlite_where=sa.text("type = 'custody.assigned'"))


def downgrade() -> None:
    raise NotImplementedError("going back means the untouched old file")
