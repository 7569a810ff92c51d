"""Create what is kept of the city's published documents: signed, dated, every version that came."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("unit_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("effective_on", "sha256", "signature", "taken_at")),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("is_told", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("going back means the untouched old file")
