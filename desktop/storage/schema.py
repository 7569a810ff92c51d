"""Create and migrate the kept tables; refuse a database newer than the program."""

from collections.abc import Callable
from importlib.resources import as_file, files

from sqlalchemy import Connection, inspect, text

from desktop.domain.errors import NewerData

#: Revisions this program knows, oldest first. Append-only.
REVISIONS = ("0001", "0002", "0003", "0006", "0007", "0008")
HEAD = REVISIONS[-1]


def revision_of(connection: Connection) -> str:
    """Return the revision of a database, "" for an empty one.

    Raises:
        NewerData: ``database_newer`` when this program does not know the revision.
    """
    if not inspect(connection).has_table("alembic_version"):
        return ""
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
    if found and found not in REVISIONS:
        raise NewerData("database_newer", revision=found)
    return found


def migrate(connection: Connection, *, before: Callable[[], None]) -> bool:
    """Bring the kept tables to this program's revision; tell whether anything was done.

    Args:
        connection: Open write transaction; the caller commits.
        before: Called first when an existing database is about to change (the backup).

    Raises:
        NewerData: ``database_newer``.
    """
    found = revision_of(connection)
    if found == HEAD:
        return False
    if found:
        before()
    # alembic costs 0.1 s to import and is needed once per release.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    with as_file(files("desktop.storage") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)
    return True
