"""Rows that follow from a dossier's state: its counters and its payments.

Both are moved by the difference of two states, so a recount from the log gives the same (``motcua verify`` does one).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import Connection, Table, delete, insert
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain import codec
from desktop.domain.dossiers import Dossier
from desktop.domain.tally import Cell, contributions, difference
from desktop.domain.vietnamese import local
from desktop.protocol.json_text import written
from desktop.storage.engine import Prepared, column_names
from desktop.storage.tables import PAYMENT, TALLY, TALLY_DAY, TALLY_MONTH

Key = tuple[str, ...]

#: Tables of counters, each with the key a cell is counted under.
_COUNTERS: Final[Mapping[Table, Callable[[Cell], Key]]] = {
    TALLY: lambda cell: (cell.day.isoformat(), cell.field, cell.measure.value),
    TALLY_MONTH: lambda cell: (month_of(cell.day), cell.field, cell.measure.value),
    TALLY_DAY: lambda cell: (cell.day.isoformat(), cell.measure.value),
}


def _mover(table: Table) -> Prepared:
    added = upsert(table)
    keys = [column.name for column in table.primary_key]
    return Prepared(
        added.on_conflict_do_update(index_elements=keys, set_={"n": table.c.n + added.excluded.n}), column_names(table)
    )


_MOVES: Final = {table: _mover(table) for table in _COUNTERS}
_PAY = Prepared(insert(PAYMENT), column_names(PAYMENT))


def follow(connection: Connection, before: Dossier | None, after: Dossier) -> None:
    """Write what one dossier's change moves."""
    _move(connection, difference(before, after))
    known = len(before.payments) if before else 0
    if len(after.payments) > known:
        _PAY.run_many(connection, payment_rows(after)[known:])


def follow_many(connection: Connection, changed: Sequence[tuple[Dossier, Dossier]]) -> None:
    """Write what the changes of many dossiers move."""
    moved: Counter[Cell] = Counter()
    paid: list[dict[str, object]] = []
    for before, after in changed:
        moved.update(difference(before, after))
        if len(after.payments) > len(before.payments):
            paid += payment_rows(after)[len(before.payments) :]
    _move(connection, {cell: n for cell, n in moved.items() if n})
    _PAY.run_many(connection, paid)


def follow_new(connection: Connection, dossiers: Sequence[Dossier]) -> None:
    """Write what many new dossiers contribute."""
    moved: Counter[Cell] = Counter()
    for dossier in dossiers:
        moved.update(contributions(dossier))
    _move(connection, moved)
    _PAY.run_many(connection, [row for dossier in dossiers for row in payment_rows(dossier)])


def unfollow(connection: Connection, before: Dossier) -> None:
    """Take back what a dossier's state had moved: it is folded anew in another order."""
    _move(connection, {cell: -n for cell, n in Counter(contributions(before)).items()})
    connection.execute(delete(PAYMENT).where(PAYMENT.c.dossier_id == before.dossier_id))


def payment_rows(dossier: Dossier) -> list[dict[str, object]]:
    """Return the rows of a dossier's payments, in their order."""
    return [
        {
            "dossier_id": dossier.dossier_id,
            "place": place,
            "day": local(payment.at).date().isoformat(),
            "collector": payment.by,
            "value": written(codec.dump(payment)),
        }
        for place, payment in enumerate(dossier.payments)
    ]


def month_of(on: date) -> str:
    """Return the key of a day's month."""
    return on.isoformat()[:7]


def counters(counts: Mapping[Cell, int]) -> Iterator[tuple[Table, dict[Key, int]]]:
    """Yield every table of counters with what the cells amount to there; sums of nothing are left out."""
    for table, key_of in _COUNTERS.items():
        summed: Counter[Key] = Counter()
        for cell, n in counts.items():
            summed[key_of(cell)] += n
        yield table, {key: n for key, n in summed.items() if n}


def _move(connection: Connection, moved: Mapping[Cell, int]) -> None:
    if not moved:
        return
    for table, summed in counters(moved):
        names = column_names(table)
        _MOVES[table].run_many(connection, [dict(zip(names, (*key, n), strict=True)) for key, n in summed.items()])
