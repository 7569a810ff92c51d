"""Read the deadline board from counters and partial indexes, in one transaction: all its figures are of one moment.

It must equal :func:`desktop.domain.board_count.board_of` over the refolded log, figure by figure and name by name.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from desktop.domain.board import (
    COUNTED,
    ApologyMark,
    Board,
    DayFigures,
    FieldFigures,
    Name,
    Wanted,
    apology_mark,
    is_promise_broken,
)
from desktop.domain.dossiers import Custodian, CustodianKind, Status
from desktop.domain.limits import LimitUnit
from desktop.domain.tally import RECEIVED, SOLVED, Measure
from desktop.domain.vietnamese import VIETNAM

#: Apologies are rare: the state is parsed only where it holds one.
_APOLOGIES: Final = (
    "CASE WHEN instr(state, '\"apologies\":[]') THEN '' "
    "ELSE json_extract(state, '$.apologies', '$.procedure.limit.unit') END"
)
_NAMES: Final = (
    "SELECT late_from, dossier_id, code, applicant, procedure, field, status, custodian_kind, custodian, received_at, "
    f"promised_at, due_at, solved_at, seen_at, {_APOLOGIES} FROM dossier WHERE "
)
#: A deadline comes before the instant from which it is missed, and there is an index on it.
_RUNNING: Final = "is_open AND due_at < :before AND late_from < :before AND :field IN ('', field) ORDER BY due_at, code"
_WAITING: Final = "is_open AND is_waiting AND :field IN ('', field) ORDER BY seen_at, code"
_SOLVED_LATE: Final = (
    "is_solved_late AND solved_at >= :first AND solved_at < :after AND :field IN ('', field) "
    "ORDER BY solved_at DESC, code"
)
_OPEN_BY_FIELD: Final = (
    "SELECT field, count(*), sum(late_from <= :now), sum(is_waiting), "
    "sum(late_from <= :now AND received_at >= :first AND received_at < :after) "
    "FROM dossier WHERE is_open GROUP BY field"
)
_LATE_OF_RECEIVED: Final = (
    "SELECT field, count(*) FROM dossier WHERE is_solved_late AND received_at >= :first AND received_at < :after "
    "GROUP BY field"
)
_BY_FIELD: Final = (
    "SELECT field, measure, sum(n) FROM tally WHERE day BETWEEN :first_day AND :last_day "
    "GROUP BY field, measure HAVING sum(n)"
)
_RECEIVED: Final = ", ".join(f"'{measure.value}'" for measure in sorted(RECEIVED))
_SOLVED: Final = ", ".join(f"'{measure.value}'" for measure in sorted(SOLVED))
_BY_DAY: Final = (
    f"SELECT day, sum(CASE WHEN measure IN ({_RECEIVED}) THEN n ELSE 0 END) AS received, "
    f"sum(CASE WHEN measure IN ({_SOLVED}) THEN n ELSE 0 END) AS solved, "
    f"sum(CASE WHEN measure = '{Measure.SOLVED_LATE.value}' THEN n ELSE 0 END) "
    "FROM tally WHERE day BETWEEN :first_day AND :last_day AND :field IN ('', field) "
    "GROUP BY day HAVING received OR solved ORDER BY day"
)

_STATUSES: Final = {status.value: status for status in Status}
_KINDS: Final = {kind.value: kind for kind in CustodianKind}
_PLACES: Final = {
    **{measure.value: "received" for measure in RECEIVED},
    **{measure.value: "solved" for measure in SOLVED},
}


def read_board(cursor: Any, wanted: Wanted, next_day: date) -> Board:  # noqa: ANN401 - a DBAPI cursor
    """Return the board.

    Args:
        cursor: Of an open read transaction.
        wanted: Which board.
        next_day: The working day after the instant's own.
    """
    period = wanted.period
    now, today = _seconds(wanted.as_of), wanted.as_of.astimezone(VIETNAM).date()
    # Days are missed at the midnight after them; that midnight itself belongs to them.
    after_today, after_next = (_midnight(day) + 1 for day in (today, next_day))
    asked = {
        "now": now,
        "before": after_next,
        "field": wanted.field,
        "first": _midnight(period.first - timedelta(days=1)),
        "after": _midnight(period.last),
        "first_day": period.first.isoformat(),
        "last_day": period.last.isoformat(),
    }
    running = cursor.execute(_NAMES + _RUNNING, asked).fetchall()
    waiting = cursor.execute(_NAMES + _WAITING, asked).fetchall()
    solved_late = cursor.execute(_NAMES + _SOLVED_LATE, asked).fetchall()
    by_field, days = _counted(cursor, asked, wanted)

    def names(rows: Sequence[Any]) -> tuple[Name, ...]:
        return tuple(_name(row, wanted.as_of) for row in rows)

    return Board(
        as_of=wanted.as_of,
        period=period,
        field=wanted.field,
        denominator=wanted.denominator,
        next_day=next_day,
        late=names([row for row in running if row[0] <= now]),
        today=names([row for row in running if now < row[0] < after_today]),
        tomorrow=names([row for row in running if row[0] > now and row[0] >= after_today]),
        waiting=names(waiting),
        solved_late=names(solved_late),
        total=wanted.total(by_field),
        by_field=by_field,
        days=days,
    )


def _counted(
    cursor: Any,  # noqa: ANN401 - a DBAPI cursor
    asked: dict[str, Any],
    wanted: Wanted,
) -> tuple[tuple[FieldFigures, ...], tuple[DayFigures, ...]]:
    fields: dict[str, Counter[str]] = defaultdict(Counter)
    for line in wanted.targets:
        fields[line.field] = Counter()
    for field, measure, n in cursor.execute(_BY_FIELD, asked):
        fields[field][_PLACES.get(measure, measure)] += n
        if measure == Measure.SOLVED_LATE:
            fields[field][measure] += n
    for field, *counts in cursor.execute(_OPEN_BY_FIELD, asked):
        fields[field].update(dict(zip(("open", "late_open", "waiting", "received_late"), counts, strict=True)))
    for field, n in cursor.execute(_LATE_OF_RECEIVED, asked):
        fields[field]["received_late"] += n
    by_field = tuple(wanted.figures(code, **{name: fields[code][name] for name in COUNTED}) for code in sorted(fields))
    days = tuple(DayFigures(date.fromisoformat(day), *counts) for day, *counts in cursor.execute(_BY_DAY, asked))
    return by_field, days


def _name(row: Sequence[Any], as_of: datetime) -> Name:
    """Build a name of the columns in ``_NAMES``: unpacked by place, a board has hundreds."""
    (
        _,
        dossier_id,
        code,
        applicant,
        procedure,
        field,
        status,
        custodian_kind,
        custodian,
        received_at,
        promised_at,
        due_at,
        solved_at,
        seen_at,
        apologies,
    ) = row
    solved = None if solved_at is None else _instant(solved_at)
    promised = _instant(promised_at)
    mark, is_broken = _apologies(apologies, promised, solved or as_of)
    return Name(
        dossier_id,
        code,
        applicant,
        procedure,
        field,
        _STATUSES[status],
        Custodian(_KINDS[custodian_kind], custodian),
        _instant(received_at),
        promised,
        _instant(due_at),
        solved,
        _instant(seen_at),
        mark,
        is_broken,
    )


def _apologies(found: str, promised_at: datetime, end: datetime) -> tuple[ApologyMark, bool]:
    if not found:
        return ApologyMark.NONE, False
    apologies, unit = json.loads(found)
    mark = apology_mark([not apology["is_late"] for apology in apologies])
    return mark, is_promise_broken(end, promised_at, LimitUnit(unit), mark)


def _seconds(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp())


def _midnight(on: date) -> int:
    """Return the midnight at the end of a day."""
    return int(datetime.combine(on + timedelta(days=1), time(), VIETNAM).timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
