"""Read the deadline board from counters and partial indexes, in one transaction: all its figures are of one moment.

It must equal :func:`desktop.domain.board_count.board_of` over the refolded log, figure by figure and name by name.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from desktop.domain.board import (
    COUNTED,
    ApologyMark,
    Board,
    DayFigures,
    FieldFigures,
    Name,
    Period,
    Wanted,
    is_promise_broken,
)
from desktop.domain.dossiers import Custodian, CustodianKind, Status
from desktop.domain.limits import LimitUnit
from desktop.domain.tally import RECEIVED, SOLVED, Measure
from desktop.domain.vietnamese import VIETNAM
from desktop.storage.followers import month_of

_NAMES: Final = (
    "SELECT late_from, is_waiting, dossier_id, code, applicant, procedure, field, status, custodian_kind, custodian, "
    "received_at, promised_at, due_at, solved_at, seen_at, apology, limit_unit FROM dossier WHERE "
)
_OPEN_NAMES: Final = "is_open AND (is_waiting OR late_from < :before) AND :field IN ('', field)"
_SOLVED_LATE: Final = (
    "is_solved_late AND solved_at >= :first AND solved_at < :after AND :field IN ('', field) "
    "ORDER BY solved_at DESC, code"
)
_OPEN: Final = (
    "SELECT field, count(*), sum(late_from <= :now), sum(is_waiting), "
    "sum(late_from <= :now AND received_at >= :first AND received_at < :after) "
    "FROM dossier WHERE is_open GROUP BY field"
)
_LATE_OF_RECEIVED: Final = (
    "SELECT field, count(*) FROM dossier WHERE is_solved_late AND received_at >= :first AND received_at < :after "
    "GROUP BY field"
)
#: Whole months, and the days before and after them.
_BY_FIELD: Final = (
    "SELECT field, measure, sum(n) FROM ("
    "SELECT field, measure, n FROM tally_month WHERE month BETWEEN :first_month AND :last_month "
    "UNION ALL SELECT field, measure, n FROM tally WHERE day >= :first_day AND day < :months_begin "
    "UNION ALL SELECT field, measure, n FROM tally WHERE day >= :months_end AND day <= :last_day"
    ") GROUP BY field, measure HAVING sum(n)"
)
_RECEIVED: Final = ", ".join(f"'{measure.value}'" for measure in sorted(RECEIVED))
_SOLVED: Final = ", ".join(f"'{measure.value}'" for measure in sorted(SOLVED))
_BY_DAY: Final = (
    f"SELECT day, sum(CASE WHEN measure IN ({_RECEIVED}) THEN n ELSE 0 END) AS received, "
    f"sum(CASE WHEN measure IN ({_SOLVED}) THEN n ELSE 0 END) AS solved, "
    f"sum(CASE WHEN measure = '{Measure.SOLVED_LATE.value}' THEN n ELSE 0 END) "
    "FROM {table} WHERE day BETWEEN :first_day AND :last_day GROUP BY day HAVING received OR solved ORDER BY day"
)
_BY_DAY_OF_ALL: Final = _BY_DAY.format(table="tally_day")
_BY_DAY_OF_FIELD: Final = _BY_DAY.format(table="(SELECT day, measure, n FROM tally WHERE field = :field)")

_MONTH: Final = timedelta(days=31)
_APOLOGIES: Final = {mark.value: mark for mark in ApologyMark}
_STATUSES: Final = {status.value: status for status in Status}
#: As which figure a measure is counted.
_PLACES: Final = {
    **{measure.value: "received" for measure in RECEIVED},
    **{measure.value: "solved" for measure in SOLVED},
}
#: Places of columns in ``_NAMES``.
_WAITING, _CODE, _DUE_AT, _SEEN_AT = 1, 3, 12, 14
_BY_DUE: Final = itemgetter(_DUE_AT, _CODE)
_BY_SEEN: Final = itemgetter(_SEEN_AT, _CODE)


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
        **_spans(period),
    }
    found = cursor.execute(_NAMES + _OPEN_NAMES, asked).fetchall()
    running = sorted((row for row in found if not row[_WAITING]), key=_BY_DUE)
    waiting = sorted((row for row in found if row[_WAITING]), key=_BY_SEEN)
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
    for field, *counts in cursor.execute(_OPEN, asked):
        fields[field].update(dict(zip(("open", "late_open", "waiting", "received_late"), counts, strict=True)))
    for field, n in cursor.execute(_LATE_OF_RECEIVED, asked):
        fields[field]["received_late"] += n
    by_field = tuple(wanted.figures(code, **{name: fields[code][name] for name in COUNTED}) for code in sorted(fields))
    by_day = _BY_DAY_OF_FIELD if wanted.field else _BY_DAY_OF_ALL
    days = tuple(DayFigures(date.fromisoformat(day), *counts) for day, *counts in cursor.execute(by_day, asked))
    return by_field, days


def _spans(period: Period) -> dict[str, str]:
    """Divide a period into whole months and the days around them; without a whole month all days come before."""
    begin, end = period.first, period.last + timedelta(days=1)
    months_begin = begin if begin.day == 1 else (begin.replace(day=1) + _MONTH).replace(day=1)
    months_end = end.replace(day=1)
    if months_begin >= months_end:
        months_begin = months_end = end
    return {
        "first_day": begin.isoformat(),
        "last_day": period.last.isoformat(),
        "months_begin": months_begin.isoformat(),
        "months_end": months_end.isoformat(),
        "first_month": month_of(months_begin),
        "last_month": month_of(months_end - timedelta(days=1)) if months_begin < months_end else "",
    }


def _name(row: Sequence[Any], as_of: datetime) -> Name:
    """Build a name of the columns in ``_NAMES``: unpacked by place, a board has hundreds."""
    (
        _,
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
        apology,
        limit_unit,
    ) = row
    solved = None if solved_at is None else _instant(solved_at)
    promised = _instant(promised_at)
    mark, is_broken = ApologyMark.NONE, False
    if apology != mark:
        mark = _APOLOGIES[apology]
        is_broken = is_promise_broken(solved or as_of, promised, LimitUnit(limit_unit), mark)
    return Name(
        dossier_id,
        code,
        applicant,
        procedure,
        field,
        _STATUSES[status],
        _custodian(custodian_kind, custodian),
        _instant(received_at),
        promised,
        promised if due_at == promised_at else _instant(due_at),
        solved,
        solved if solved is not None and seen_at == solved_at else _instant(seen_at),
        mark,
        is_broken,
    )


@lru_cache(256)
def _custodian(kind: str, holder: str) -> Custodian:
    return Custodian(CustodianKind(kind), holder)


def _seconds(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp())


def _midnight(on: date) -> int:
    """Return the midnight at the end of a day."""
    return int(datetime.combine(on + timedelta(days=1), time(), VIETNAM).timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
