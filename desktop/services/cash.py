"""Close a collector's day: what he took, what he counted, and what came after the sheet was closed.

Every payment stands on exactly one sheet. A sheet takes all payments up to its day that stand on none yet, so what
comes after a day was closed, or was forgotten on an earlier day, is on the next sheet, marked "bổ sung".
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.domain import codec
from desktop.domain.dossiers import FeeMethod
from desktop.domain.errors import Conflict, UserError
from desktop.domain.facts.unit import CashCounted, UnitPaperPrinted
from desktop.domain.users import Action, User, may, require
from desktop.domain.vietnamese import local
from desktop.services.acting import next_number
from desktop.services.books import CASH_FORM, CashSheet, cash_key, cash_keys_of, copies_key, is_among, payment_key
from desktop.services.changes import Changes, Kind
from desktop.services.ports import Desk
from desktop.services.receive import rules_at
from desktop.services.records import PaymentLine, PrintJob

#: A payment that stood on no sheet for longer than this would need a clock that was wrong for a year.
LOOK_BACK = timedelta(days=366)
MIN_NOTE = 5


@dataclass(frozen=True, slots=True)
class Takings:
    """Sum payments up.

    Attributes:
        vouchers: Payments and waivers.
        exempted: Waivers among them.
    """

    vouchers: int
    cash_vnd: int
    transfer_vnd: int
    exempted: int

    @property
    def total_vnd(self) -> int:
        """Return cash and transfers together."""
        return self.cash_vnd + self.transfer_vnd


@dataclass(frozen=True, slots=True)
class CashDay:
    """Show a collector's day.

    Attributes:
        open_lines: Payments up to the day that stand on no sheet yet.
        sheets: Closed sheets of the day, in their order.
    """

    day: date
    collector: str
    collector_name: str
    open_lines: tuple[PaymentLine, ...]
    sheets: tuple[CashCounted, ...]

    @property
    def takings(self) -> Takings:
        """Return the sums of what stands on no sheet yet."""
        return takings_of(self.open_lines)

    def is_supplement(self, line: PaymentLine) -> bool:
        """Tell whether a payment comes late for its own day's sheet."""
        return bool(self.sheets) or local(line.payment.at).date() != self.day


@dataclass(frozen=True, slots=True)
class CashClosed:
    """Hand back a closed sheet, its print job and what changed."""

    counted: CashCounted
    job: PrintJob
    changes: Changes


def takings_of(lines: Iterable[PaymentLine]) -> Takings:
    """Return the sums of payments."""
    paid = [line.payment for line in lines]
    by_method = {
        method: sum(payment.amount_vnd for payment in paid if payment.method is method) for method in FeeMethod
    }
    exempted = sum(payment.method is FeeMethod.EXEMPT for payment in paid)
    return Takings(len(paid), by_method[FeeMethod.CASH], by_method[FeeMethod.TRANSFER], exempted)


def day_of(desk: Desk, actor: User, day: date, collector: str = "") -> CashDay:
    """Return a collector's day: what stands on no sheet yet, and the sheets closed for it.

    One's own day needs the right to count cash; another's the right to take the books out of the program, which
    leaders, the head of the counter, inspectors and the counter have.

    Args:
        desk: What the use case works with.
        actor: Who looks.
        day: Local day.
        collector: User id, "" for the actor.

    Raises:
        UserError: ``not_permitted``, ``user_unknown``.
    """
    chosen = _collector(desk, actor, collector, Action.EXPORT_REGISTER)
    return _day_of(desk, chosen, day)


def close_day(desk: Desk, actor: User, day: date, counted_vnd: int, note: str = "", collector: str = "") -> CashClosed:
    """Close a day: number a sheet over everything that stands on none yet, and queue its paper.

    Another's day, of somebody who is ill or has left, is closed by whoever may close the register.

    Args:
        desk: What the use case works with.
        actor: Who closes.
        day: Local day, today or earlier.
        counted_vnd: Cash in the drawer.
        note: Why it differs from what was taken; at least 5 characters then.
        collector: User id, "" for the actor.

    Raises:
        UserError: ``not_permitted``, ``user_unknown``, ``day_ahead``, ``nothing_to_count``.
        Conflict: ``cash_differs`` when it does and no note says why.
    """
    chosen = _collector(desk, actor, collector, Action.CLOSE_REGISTER)
    with desk.ledger.act(actor) as act:
        if day > local(act.now).date():
            raise UserError("day_ahead", day=day.isoformat())
        found = _day_of(desk, chosen, day)
        if not found.open_lines:
            raise UserError("nothing_to_count", day=day.isoformat(), collector=chosen.name)
        takings = found.takings
        if counted_vnd != takings.cash_vnd and len(note.strip()) < MIN_NOTE:
            raise Conflict("cash_differs", counted_vnd=counted_vnd, cash_vnd=takings.cash_vnd)
        counted = CashCounted(
            form=next_number(act, CASH_FORM),
            day=day,
            since=min(local(line.payment.at).date() for line in found.open_lines),
            sheet=1 + len(found.sheets),
            collector=chosen.user_id,
            counted_at=act.now,
            payments=tuple(payment_key(line) for line in found.open_lines),
            cash_vnd=takings.cash_vnd,
            transfer_vnd=takings.transfer_vnd,
            counted_vnd=counted_vnd,
            note=note.strip(),
        )
        act.record_unit((counted,))
        size = rules_at(desk, actor, act.now).pack.form(CASH_FORM).paper
        job = act.queue_print(None, CASH_FORM, size, 0, reference=cash_key(counted))
    return CashClosed(counted, job, Changes(frozenset({Kind.BOOK, Kind.PRINT_JOB})))


def print_sheet(desk: Desk, actor: User, key: str) -> CashClosed:
    """Queue one more copy of a closed sheet, marked "IN LẠI LẦN n".

    Raises:
        UserError: ``not_permitted``, ``no_such_sheet``.
    """
    counted = sheet_of(desk, key).counted
    _collector(desk, actor, counted.collector, Action.EXPORT_REGISTER)
    with desk.ledger.act(actor) as act:
        copy_no = 1 + int(desk.way.unit_fact(copies_key(CASH_FORM, key)) or 0)
        act.record_unit((UnitPaperPrinted(CASH_FORM, key, copy_no),))
        size = rules_at(desk, actor, act.now).pack.form(CASH_FORM).paper
        job = act.queue_print(None, CASH_FORM, size, copy_no, reference=key)
    return CashClosed(counted, job, Changes(frozenset({Kind.PRINT_JOB})))


def sheet_of(desk: Desk, key: str) -> CashSheet:
    """Return a closed sheet with its payments.

    Raises:
        UserError: ``no_such_sheet``.
    """
    found = desk.way.unit_fact(key) if key.startswith(cash_keys_of("")[:-1]) else None
    if found is None:
        raise UserError("no_such_sheet", sheet=key)
    counted = codec.load(CashCounted, json.loads(found))
    # A clock that went back may have put a payment behind the day of its sheet, never before its first.
    lines = desk.way.payments(counted.since, counted.day, counted.collector)
    wanted = frozenset(counted.payments)
    return CashSheet(counted, tuple(line for line in lines if is_among(line, wanted)))


def collectors(desk: Desk, actor: User) -> tuple[User, ...]:
    """Return whose days the actor may look at, himself first where he takes money.

    Raises:
        UserError: ``not_permitted``.
    """
    if not may(actor.roles, Action.EXPORT_REGISTER):
        require(actor, Action.COUNT_CASH)
        return (actor,)
    others = [
        user for user in desk.reader.users() if user.user_id != actor.user_id and may(user.roles, Action.TAKE_FEE)
    ]
    return (*((actor,) if may(actor.roles, Action.COUNT_CASH) else ()), *others)


def _collector(desk: Desk, actor: User, collector: str, for_others: Action) -> User:
    if collector in ("", actor.user_id):
        require(actor, Action.COUNT_CASH)
        return actor
    require(actor, for_others)
    found = next((user for user in desk.reader.users() if user.user_id == collector), None)
    if found is None:
        raise UserError("user_unknown", login=collector)
    return found


def _day_of(desk: Desk, collector: User, day: date) -> CashDay:
    first = day - LOOK_BACK
    prefix = cash_keys_of(collector.user_id)
    kept = desk.way.unit_facts(prefix, f"{prefix}{first.isoformat()}")
    closed = [codec.load(CashCounted, json.loads(value)) for value in kept]
    done = {payment for counted in closed for payment in counted.payments}
    lines = desk.way.payments(first, day, collector.user_id)
    return CashDay(
        day=day,
        collector=collector.user_id,
        collector_name=collector.name,
        open_lines=tuple(line for line in lines if not is_among(line, done)),
        sheets=tuple(counted for counted in closed if counted.day == day),
    )
