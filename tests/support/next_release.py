"""Be the release after this one: a kept table more, a column more, and an act nobody knows yet.

For tests of taking data over and of going back; what a real next release changes is not known before it is there.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import pytest

from desktop.storage import schema

REVISION = "9001"
MIGRATION = f"""
import sqlalchemy as sa
from alembic import op

revision = "{REVISION}"
down_revision = "{schema.HEAD}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("wish", sa.Column("wish_id", sa.Text, primary_key=True), sa.Column("text", sa.Text, nullable=False))
    op.execute("INSERT INTO wish VALUES ('1', 'nhanh hơn')")
    op.add_column("draft", sa.Column("colour", sa.Text, nullable=False, server_default="xanh"))
"""


def write_migrations(folder: Path, migration: str = MIGRATION) -> Path:
    """Write the migrations of the next release into a folder; return it."""
    target = folder / "migrations"
    if not target.exists():
        # Whole or not at all: who writes it may be killed.
        folder.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=folder)) / "migrations"
        shutil.copytree(str(files("desktop.storage") / "migrations"), beside)
        (beside / "versions" / f"{REVISION}_next.py").write_text(migration, "utf-8")
        beside.rename(target)
    return folder


@contextmanager
def next_release(folder: Path, migration: str = MIGRATION) -> Iterator[None]:
    """Run a block as the next release.

    Args:
        folder: Where its migrations go.
        migration: Its migration.
    """
    place = write_migrations(folder, migration)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "REVISIONS", (*schema.REVISIONS, REVISION))
        patch.setattr(schema, "HEAD", REVISION)
        patch.setattr(schema, "files", lambda _package: place)
        yield
