"""Let an earlier release work on with the data that a later one took over, without losing an act.

A database of this release is made anew and filled with what the later one kept: the log as it stands, bit by bit, and
of every other kept table what this release knows of it. The projections are folded from the log by this release's own
rules, and the whole must pass ``verify``. So the acts of the time in between are there, the numbers they used stay
used, and the marker agrees. When the log holds acts that this release does not know, it refuses: it would show a
dossier without them.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import inspect, select
from sqlcipher3 import dbapi2

from desktop.domain.errors import DamagedData, NewerData
from desktop.domain.events import decode_body
from desktop.storage import projections, schema
from desktop.storage.database import DATABASE_NAME
from desktop.storage.engine import connect_raw, open_engine, translated
from desktop.storage.location import check_location
from desktop.storage.process_lock import ProcessLock
from desktop.storage.renewal import checked, log_of, put_in_place, quiet, refusing, staged
from desktop.storage.tables import EVENT, KEPT, META, PROJECTIONS
from desktop.storage.verification import CheckSignature

KEPT_NAME: Final = "truoc-khi-tro-ve"
_OF_SQLITE: Final = ("sqlite_", "dossier_search", "alembic_")


@dataclass(frozen=True, slots=True)
class Return:
    """Say what going back did.

    Attributes:
        kept: Where the later release's file is.
        events: How many events were carried, all of them.
        left_behind: Tables and columns of the later release that this one does not know; they stay in ``kept``.
    """

    kept: Path
    events: int
    left_behind: tuple[str, ...]


def go_back(folder: Path, key: bytes, state_folder: Path, check_signature: CheckSignature, now: datetime) -> Return:
    """Make the database of a later release one of this release.

    Args:
        folder: Data folder; nobody else may work in it.
        key: Database key.
        state_folder: Where markers live.
        check_signature: ``(public key, hash, signature) -> bool``.
        now: Names the kept file.

    Raises:
        NewerData: ``return_would_lose`` (type): the later release wrote acts that this one does not know, or kept its
            log in another way.
        DamagedData: ``update_data_refused``: the result did not pass; the database is as it was.
        EnvironmentProblem: ``database_in_use``, ``disk_full`` …
    """
    check_location(folder)
    with ProcessLock(folder), quiet(folder, key) as database, staged(folder) as stage:
        copy = stage / DATABASE_NAME
        with refusing():
            left_behind = _filled(copy, database, key)
        log = log_of(database, key)
        checked(stage, key, state_folder, check_signature, log)
        return Return(put_in_place(copy, database, key, KEPT_NAME, now), log[0], left_behind)


def _filled(copy: Path, later: Path, key: bytes) -> tuple[str, ...]:
    """Make the database and carry everything over; return what this release does not know."""
    engine = open_engine(copy, key)
    try:
        with translated(), engine.begin() as connection:
            schema.migrate(connection, before=_nothing)
            ours = {
                name: [str(column["name"]) for column in inspect(connection).get_columns(name)]
                for name in inspect(connection).get_table_names()
                if name in KEPT.tables
            }
        left_behind = _carried(copy, later, key, ours)
        with translated(), engine.begin() as connection:
            _check_known(connection.execute(select(EVENT.c.type, EVENT.c.body).order_by(EVENT.c.position)))
            projections.create(connection)
            projections.refold_if_stale(connection)
    finally:
        engine.dispose()
    return left_behind


def _carried(copy: Path, later: Path, key: bytes, ours: dict[str, list[str]]) -> tuple[str, ...]:
    """Copy row by row what both know.

    Raises:
        NewerData: ``return_would_lose`` when the log itself is kept in another way.
    """
    left_behind: list[str] = []
    connection = connect_raw(copy, key, read_only=False)
    try:
        with translated():
            connection.execute("ATTACH DATABASE ? AS later KEY ?", (str(later), f"x'{key.hex()}'"))
            theirs = _tables(connection)
            left_behind += set(theirs) - set(ours) - set(PROJECTIONS.tables)
            connection.execute("BEGIN IMMEDIATE")
            for table, columns in ours.items():
                found = theirs.get(table, [])
                left_behind += [f"{table}.{column}" for column in found if column not in columns]
                if table == EVENT.name and set(columns) - set(found):
                    raise NewerData("return_would_lose", type=EVENT.name)
                _carry(connection, table, [column for column in columns if column in found])
            # Nothing was folded yet, whatever the later release noted.
            connection.execute(f"DELETE FROM main.{META.name} WHERE key = ?", (projections.VERSION_KEY,))
            connection.execute("COMMIT")
            connection.execute("DETACH DATABASE later")
    except dbapi2.IntegrityError as error:
        raise DamagedData("update_data_refused", finding=str(error)) from error
    finally:
        connection.close()
    return tuple(sorted(left_behind))


def _carry(connection: Any, table: str, columns: list[str]) -> None:  # noqa: ANN401 - a DBAPI connection
    if not columns:
        return
    named = ", ".join(f'"{column}"' for column in columns)
    order = " ORDER BY position" if table == EVENT.name else ""
    connection.execute(f'INSERT INTO main."{table}" ({named}) SELECT {named} FROM later."{table}"{order}')


def _tables(connection: Any) -> dict[str, list[str]]:  # noqa: ANN401 - a DBAPI connection
    names = [name for (name,) in connection.execute("SELECT name FROM later.sqlite_master WHERE type = 'table'")]
    return {
        name: [column[1] for column in connection.execute(f'PRAGMA later.table_info("{name}")')]
        for name in names
        if not name.startswith(_OF_SQLITE)
    }


def _check_known(rows: Any) -> None:  # noqa: ANN401 - a result
    """Refuse acts this release does not know.

    Raises:
        NewerData: ``return_would_lose``.
    """
    for kind, body in rows:
        try:
            decode_body(body)
        except DamagedData as damage:
            if damage.code == "event_type_unknown":
                raise NewerData("return_would_lose", type=kind) from damage


def _nothing() -> None:
    """Do nothing: a new database has nothing to keep."""
