"""Show the deadline board of a half-year: counters and partial indexes against DuckDB, one thread, on the same rows.

Run as ``python tests/bench/bench_board.py [--dossiers 3000]``. The ward is a city ward's half-year: every dossier went
its whole way (``tests/support/ways.py``). Before anything is timed the board must equal the recomputation from the log,
and the board made of DuckDB's answers must equal it too. DuckDB is no dependency of ours: without it the row says so.
"""

import importlib.util
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from common import CACHE, QUICK, ROUNDS, Result, arguments, interleaved, report, use_state

from desktop import wiring
from desktop.domain.board import (
    COUNTED,
    ApologyMark,
    Board,
    DayFigures,
    Denominator,
    Name,
    Wanted,
    apology_mark,
    is_promise_broken,
)
from desktop.domain.board_count import board_of
from desktop.domain.dossiers import Custodian, CustodianKind, Status
from desktop.domain.limits import LimitUnit
from desktop.domain.units import LateTarget
from desktop.domain.vietnamese import VIETNAM, local
from desktop.services import accounts
from desktop.services.board import show_board
from desktop.services.ports import Desk
from desktop.storage.database import DATABASE_NAME
from desktop.storage.engine import connect_raw
from desktop.storage.reference.calendars import load_calendar
from desktop.storage.reference.units import sample_provisioning
from desktop.storage.tables import DOSSIER, PROJECTION_VERSION
from tests.support.ways import Span, fill

WARD = 62_000
UNTIL = datetime.fromisoformat("2026-06-30T10:00:00+07:00")
#: 31.942 of 10.3 million: what the city counted in six months (and what waits add to it).
LATE_SHARE = 0.003
GOAL = 0.5
RUNS = 20
_NAME = "board, every name and figure of a half-year"
_COLUMNS = [column.name for column in DOSSIER.columns if column.name not in ("state", "search_text")]


def ward_of(dossiers: int) -> Path:
    """Return the folder of a ward whose dossiers went every way, made on first use."""
    folder = CACHE / f"ways-{dossiers}"
    done = folder / f"done-{PROJECTION_VERSION}-{LATE_SHARE}"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        use_state(folder / "state")
        data = folder / "data"
        wiring.create_ward(data, sample_provisioning(), is_training=True)
        span = Span(date(2026, 1, 2), UNTIL, LATE_SHARE)
        fill(data, wiring.read_key(data), wiring.load_reference(), load_calendar(), dossiers, span)
        done.write_text("", encoding="ascii")
    return folder


def bench(dossiers: int, rounds: int = ROUNDS) -> Iterator[Result]:
    """Yield the row of the table; a ward's half-year has 62,000 dossiers, however many others there are."""
    dossiers = WARD if dossiers >= QUICK else dossiers
    folder = ward_of(dossiers)
    use_state(folder / "state")
    with wiring.opened_ward(folder / "data", auto_checkpoint=False) as ward:
        ward.clock.set(UNTIL)
        desk, chair = ward.desk, accounts.user_of(ward.desk, "chutich")
        board = show_board(desk, chair)
        assert board == recomputed(desk, board)
        names = sum(len(each) for each in (board.late, board.today, board.tomorrow, board.waiting, board.solved_late))
        facts = f"{dossiers:,} dossiers, {names:,} names, {len(board.by_field)} fields, {len(board.days)} days"
        if importlib.util.find_spec("duckdb") is None:
            yield Result(_NAME, "DuckDB, one thread", None, GOAL, "duckdb is not installed: uv pip install duckdb")
            return
        peer = Peer(folder / "data", board)
        assert peer.board() == board
        ours, theirs = interleaved(rounds, RUNS, lambda *_: show_board(desk, chair), lambda *_: peer.board())
        detail = f"{facts}; {ours.text()}"
        yield Result(_NAME, f"DuckDB, one thread: {theirs.text()}", ours.p50() / theirs.p50(), GOAL, detail)


def recomputed(desk: Desk, shown: Board) -> Board:
    """Compute a board anew from the log."""
    wanted = Wanted(shown.as_of, shown.period, "", Denominator.SOLVED, desk.reader.unit().late_targets)
    return board_of(desk.way.all_dossiers_at(shown.as_of), wanted, desk.reader.calendar())


class Peer:
    """Ask DuckDB for the same board: the same rows in memory, one thread."""

    def __init__(self, data: Path, board: Board) -> None:
        """Copy the rows of a ward."""
        import duckdb  # noqa: PLC0415 - perhaps not installed

        source = connect_raw(data / DATABASE_NAME, wiring.read_key(data), read_only=True)
        withdrawn = (
            "CASE WHEN status = 'withdrawn' THEN "
            "CAST(strftime('%s', json_extract(state, '$.ending.at')) AS INTEGER) END"
        )
        apologies = "json_extract(state, '$.apologies'), json_extract(state, '$.procedure.limit.unit')"
        rows = source.execute(
            f"SELECT {', '.join(_COLUMNS)}, {withdrawn}, {apologies} FROM dossier ORDER BY position"
        ).fetchall()
        source.close()
        types = {name: "VARCHAR" if str(DOSSIER.c[name].type) in ("TEXT", "VARCHAR") else "BIGINT" for name in _COLUMNS}
        self._db = duckdb.connect(config={"threads": 1})
        columns = ", ".join(f"{name} {kind}" for name, kind in types.items())
        self._db.execute(f"CREATE TABLE dossier({columns}, withdrawn_at BIGINT, apologies VARCHAR, unit VARCHAR)")
        self._insert(rows)
        self._asked = self._times(board)
        targets = [(each.field, each.below_per_mille) for each in board.by_field]
        self._wanted = Wanted(
            board.as_of,
            board.period,
            targets=tuple(LateTarget(field, below) for field, below in targets if below is not None),
        )
        self._next_day = board.next_day

    def _insert(self, rows: list[tuple[Any, ...]]) -> None:
        step = 1_000
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            marks = ", ".join("(" + ", ".join("?" * len(part[0])) + ")" for _ in part)
            self._db.execute(f"INSERT INTO dossier VALUES {marks}", [value for row in part for value in row])

    def _times(self, board: Board) -> dict[str, int]:
        def midnight(on: date) -> int:
            return int(datetime(on.year, on.month, on.day, tzinfo=VIETNAM).timestamp())

        day = timedelta(days=1)
        return {
            "now": int(board.as_of.timestamp()),
            "today": midnight(local(board.as_of).date() + day),
            "next": midnight(board.next_day + day),
            "first": midnight(board.period.first),
            "after": midnight(board.period.last + day),
        }

    def board(self) -> Board:
        """Return the same board, made of DuckDB's answers."""
        fields, days = self._figures()
        by_field = tuple(self._wanted.figures(row[0], **dict(zip(COUNTED, row[1:], strict=True))) for row in fields)
        lists = self._names()
        return Board(
            self._wanted.as_of,
            self._wanted.period,
            "",
            self._wanted.denominator,
            self._next_day,
            *lists,
            total=self._wanted.total(by_field),
            by_field=by_field,
            days=tuple(DayFigures(*row) for row in days),
        )

    def _figures(self) -> tuple[list[Any], list[Any]]:
        asked = self._asked
        by_field = self._db.execute(
            "SELECT field, count(*) FILTER (received_at >= $first AND received_at < $after) AS received, "
            "count(*) FILTER (solved_at >= $first AND solved_at < $after) AS solved, "
            "count(*) FILTER (is_solved_late = 1 AND solved_at >= $first AND solved_at < $after) AS late, "
            "count(*) FILTER (withdrawn_at >= $first AND withdrawn_at < $after) AS withdrawn, "
            "count(*) FILTER (is_open = 1) AS open, count(*) FILTER (is_open = 1 AND late_from <= $now) AS late_open, "
            "count(*) FILTER (is_open = 1 AND is_waiting = 1) AS waiting, "
            "count(*) FILTER (received_at >= $first AND received_at < $after AND (is_solved_late = 1 "
            "OR (is_open = 1 AND late_from <= $now))) AS received_late "
            "FROM dossier GROUP BY field ORDER BY field",
            {"first": asked["first"], "after": asked["after"], "now": asked["now"]},
        ).fetchall()
        known, targets = {row[0] for row in by_field}, [line.field for line in self._wanted.targets]
        fields = sorted([*by_field, *((code, *[0] * 8) for code in targets if code not in known)])
        days = self._db.execute(
            "SELECT day, CAST(sum(r) AS INT), CAST(sum(s) AS INT), CAST(sum(l) AS INT) FROM ("
            "SELECT (received_at + 25200) // 86400 AS day, 1 AS r, 0 AS s, 0 AS l FROM dossier "
            "WHERE received_at >= $first AND received_at < $after UNION ALL "
            "SELECT (solved_at + 25200) // 86400, 0, 1, is_solved_late FROM dossier "
            "WHERE solved_at >= $first AND solved_at < $after) GROUP BY day ORDER BY day",
            {"first": asked["first"], "after": asked["after"]},
        ).fetchall()
        epoch = date(1970, 1, 1)
        return fields, [(epoch + timedelta(days=day), *counts) for day, *counts in days]

    def _names(self) -> list[tuple[Name, ...]]:
        asked = self._asked
        columns = (
            "dossier_id, code, applicant, procedure, field, status, custodian_kind, custodian, received_at, "
            "promised_at, due_at, solved_at, seen_at, apologies, unit"
        )
        lists: list[tuple[str, dict[str, int]]] = [
            ("is_open = 1 AND late_from <= $now ORDER BY due_at, code", {"now": asked["now"]}),
            (
                "is_open = 1 AND late_from > $now AND late_from <= $today ORDER BY due_at, code",
                {"now": asked["now"], "today": asked["today"]},
            ),
            (
                "is_open = 1 AND late_from > $today AND late_from <= $next ORDER BY due_at, code",
                {"today": asked["today"], "next": asked["next"]},
            ),
            ("is_open = 1 AND is_waiting = 1 ORDER BY seen_at, code", {}),
            (
                "is_solved_late = 1 AND solved_at >= $first AND solved_at < $after ORDER BY solved_at DESC, code",
                {"first": asked["first"], "after": asked["after"]},
            ),
        ]
        found = []
        for condition, values in lists:
            rows = self._db.execute(f"SELECT {columns} FROM dossier WHERE {condition}", values).fetchall()
            found.append(tuple(self._name(row) for row in rows))
        return found

    def _name(self, row: tuple[Any, ...]) -> Name:
        kind, holder = row[6], row[7]
        received, promised, due, solved, seen = (at and datetime.fromtimestamp(at, UTC) for at in row[8:13])
        end = solved or self._wanted.as_of
        mark = ApologyMark.NONE
        if row[13] != "[]":
            mark = apology_mark([not apology["is_late"] for apology in json.loads(row[13])])
        is_broken = is_promise_broken(end, promised, LimitUnit(row[14]), mark)
        holder = Custodian(CustodianKind(kind), holder)
        return Name(*row[:5], Status(row[5]), holder, received, promised, due, solved, seen, mark, is_broken)


def main() -> None:
    """Print the row."""
    given = arguments(__doc__)
    report(bench(given.dossiers, given.rounds))


if __name__ == "__main__":
    main()
