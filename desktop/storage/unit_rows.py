"""Keep what the unit's events say: slips, delegations, papers without a dossier, numbers, closings."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain import codec
from desktop.domain.authority import Delegation
from desktop.domain.events import Event, Fact
from desktop.domain.facts.counter import FeeTaken
from desktop.domain.facts.unit import (
    CashCounted,
    DelegationGranted,
    DelegationRevoked,
    RegisterClosed,
    SlipClosed,
    SlipMade,
    SlipPrinted,
    TurnedAway,
    UnitPaperPrinted,
)
from desktop.domain.facts.way import Apologised, Refused, WaitOpened
from desktop.domain.fold_way import close_slip
from desktop.domain.slips import Slip
from desktop.domain.way import FormNumber
from desktop.services.books import cash_key, copies_key, register_key
from desktop.storage.engine import Prepared, column_names
from desktop.storage.filing_rows import note_filing
from desktop.storage.tables import FORM_NUMBER, SLIP, TURNED_AWAY, UNIT_STATE

_number = upsert(FORM_NUMBER)
_NOTE_NUMBER = Prepared(
    _number.on_conflict_do_update(
        # A refold walks dossier by dossier: the largest number counts, not the one that comes last.
        index_elements=["form", "year", "book"],
        set_={"last": func.max(FORM_NUMBER.c.last, _number.excluded.last)},
    ),
    column_names(FORM_NUMBER),
)
_to_json = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode

#: Events about the unit that change what somebody sees.
TELLING = frozenset(
    {
        "unit.configured",
        "calendar.overlaid",
        "user.saved",
        "slip.made",
        "slip.closed",
        "slip.printed",
        "citizen.turned_away",
        "delegation.granted",
        "delegation.revoked",
        "cash.counted",
        "register.closed",
        "online.submitted",
        "online.supplied",
        "online.accepted",
        "online.supplement_asked",
        "online.declined",
    }
)
DELEGATION_KEY = "delegation:"


def note(connection: Connection, event: Event, *, is_overriding: bool = False) -> None:
    """Keep what an event says about the unit; most say nothing. Saying it twice changes nothing.

    Args:
        connection: Open write transaction.
        event: An event that counts, in the order of :mod:`desktop.storage.order`.
        is_overriding: It comes before a closing of the same slip that the feed has not shown yet, and wins.
    """
    fact = event.fact
    if isinstance(fact, SlipMade):
        values = {"slip_id": fact.slip.slip_id, **slip_values(fact.slip)}
        connection.execute(upsert(SLIP).values(values).on_conflict_do_nothing())
    elif isinstance(fact, SlipClosed):
        slip = _slip(connection, fact.slip_id)
        # A slip is closed once: of two ends given at two counters the first in the feed holds.
        if slip is not None and (slip.is_open or is_overriding):
            _change_slip(connection, close_slip(slip, fact, event.envelope))
    elif isinstance(fact, SlipPrinted):
        slip = _slip(connection, fact.slip_id)
        if slip is not None:
            _change_slip(connection, replace(slip, reprints=max(slip.reprints, fact.copy_no)))
    elif isinstance(fact, TurnedAway):
        plain = {"at": event.envelope.acted_at.isoformat(), "by": event.envelope.actor, "fact": codec.dump(fact)}
        values = {"paper_id": fact.paper_id, "value": _to_json(plain)}
        connection.execute(upsert(TURNED_AWAY).values(values).on_conflict_do_nothing())
    elif isinstance(fact, DelegationGranted):
        set_state(connection, DELEGATION_KEY + fact.delegation.delegation_id, codec.dump(fact.delegation))
    elif isinstance(fact, DelegationRevoked):
        _revoke(connection, fact.delegation_id, fact.revoked_on)
    else:
        _note_book(connection, fact)
        note_filing(connection, event)


def _note_book(connection: Connection, fact: Fact) -> None:
    if isinstance(fact, CashCounted):
        set_state(connection, cash_key(fact), codec.dump(fact))
    elif isinstance(fact, RegisterClosed):
        set_state(connection, register_key(fact.year, fact.book), codec.dump(fact))
    elif isinstance(fact, UnitPaperPrinted):
        _note_copies(connection, copies_key(fact.form, fact.reference), fact.copy_no)


def _note_copies(connection: Connection, key: str, copy_no: int) -> None:
    found = connection.execute(select(UNIT_STATE.c.value).where(UNIT_STATE.c.key == key)).scalar()
    set_state(connection, key, max(copy_no, json.loads(str(found)) if found is not None else 0))


def number_of(fact: Fact) -> FormNumber | None:
    """Return the number a fact takes from a book, None when it takes none."""
    if isinstance(fact, WaitOpened | Apologised | Refused | TurnedAway | CashCounted):
        return fact.form
    if isinstance(fact, FeeTaken):
        return fact.voucher
    return fact.slip.number if isinstance(fact, SlipMade) else None


def note_number(connection: Connection, number: FormNumber) -> None:
    """Keep the last number of a form in a year and book."""
    values = {"form": number.form, "year": number.year, "book": number.book, "last": number.number}
    _NOTE_NUMBER.run(connection, values)


def set_state(connection: Connection, key: str, plain: object) -> None:
    """Keep a fact about the unit."""
    value = _to_json(plain)
    statement = upsert(UNIT_STATE).values(key=key, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def slip_values(slip: Slip) -> Mapping[str, object]:
    """Return the columns of a slip's row, but for its id."""
    return {
        "name": slip.name,
        "state": slip.state.value,
        "made_at": int(slip.made_at.timestamp()),
        "value": _to_json(codec.dump(slip)),
    }


def read_slip(value: str) -> Slip:
    """Return the slip a row holds."""
    return codec.load(Slip, json.loads(value))


def read_delegation(value: str) -> Delegation:
    """Return the delegation the unit state holds."""
    return codec.load(Delegation, json.loads(value))


def read_turned_away(value: str) -> tuple[str, str, TurnedAway]:
    """Return instant (ISO 8601), user id and fact of a citizen who was turned away."""
    plain: dict[str, Any] = json.loads(value)
    return plain["at"], plain["by"], codec.load(TurnedAway, plain["fact"])


def _slip(connection: Connection, slip_id: str) -> Slip | None:
    """Return a slip, None when its making does not count (the city refused it)."""
    found = connection.execute(select(SLIP.c.value).where(SLIP.c.slip_id == slip_id)).scalar()
    return None if found is None else read_slip(str(found))


def _change_slip(connection: Connection, slip: Slip) -> None:
    statement = update(SLIP).where(SLIP.c.slip_id == bindparam("of")).values(**slip_values(slip))
    connection.execute(statement, {"of": slip.slip_id})


def _revoke(connection: Connection, delegation_id: str, revoked_on: date) -> None:
    key = DELEGATION_KEY + delegation_id
    found = connection.execute(select(UNIT_STATE.c.value).where(UNIT_STATE.c.key == key)).scalar()
    if found is None:
        return
    changed = replace(read_delegation(str(found)), revoked_on=revoked_on)
    set_state(connection, key, codec.dump(changed))
