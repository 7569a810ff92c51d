"""Rows that follow from a dossier's state: its counters and its payments.

Both are moved by the difference of two states, so a recount from the log gives the same (``motcua verify`` does one).
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain import codec
from desktop.domain.dossiers import Dossier
from desktop.domain.tally import Cell, contributions, difference
from desktop.domain.vietnamese import local
from desktop.storage.engine import Prepared, column_names
from desktop.storage.tables import PAYMENT, TALLY

_tally = upsert(TALLY)
_MOVE = Prepared(
    _tally.on_conflict_do_update(index_elements=["day", "field", "measure"], set_={"n": TALLY.c.n + _tally.excluded.n}),
    column_names(TALLY),
)
_PAY = Prepared(insert(PAYMENT), column_names(PAYMENT))
_to_json = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def follow(connection: Connection, before: Dossier | None, after: Dossier) -> None:
    """Write what one dossier's change moves."""
    _move(connection, difference(before, after))
    known = len(before.payments) if before else 0
    if len(after.payments) > known:
        _PAY.run_many(connection, payment_rows(after)[known:])


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
            "value": _to_json(codec.dump(payment)),
        }
        for place, payment in enumerate(dossier.payments)
    ]


def _move(connection: Connection, moved: Mapping[Cell, int]) -> None:
    rows = [
        {"day": cell.day.isoformat(), "field": cell.field, "measure": cell.measure.value, "n": n}
        for cell, n in moved.items()
    ]
    _MOVE.run_many(connection, rows)
