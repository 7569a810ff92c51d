"""The register of dossiers (sổ theo dõi): print it, take it out as a worksheet, close a year.

Source: Circular 01/2018/TT-VPCP art. 10.2 and form 06, Circular 03/2025/TT-VPCP form 07: opened per year, closed and
signed at its end, entries numbered within a book; the number is the one printed on the receipt.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from desktop.domain import codec
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.errors import Conflict, UserError
from desktop.domain.facts.unit import BookExported, RegisterClosed
from desktop.domain.rule_packs import pack_for
from desktop.domain.units import Unit
from desktop.domain.users import Action, Role, User, require
from desktop.domain.vietnamese import local
from desktop.services.books import REGISTER_FORM, BookSpan, RegisterBook, RegisterEntry, register_keys_of
from desktop.services.changes import Changes, Kind
from desktop.services.ports import Desk

_ENDED = (Status.REFUSED, Status.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class RegisterYearClosed:
    """Hand back the closings of a year, one per book, and what changed."""

    closings: tuple[RegisterClosed, ...]
    changes: Changes


@dataclass(frozen=True, slots=True)
class Export:
    """Say how a book leaves the program.

    Attributes:
        file_format: ``pdf``, ``xlsx``, ``csv`` or ``json``.
        reason: Why; the window asks for it, a script may leave it out.
        rows: How many entries.
        witness: User id of the second person, "" where none is asked for.
    """

    file_format: str
    reason: str = ""
    rows: int = 0
    witness: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """Follow the numbers of a register through its span, so that those no dossier has are named once.

    Attributes:
        first: First day of the span: from the first day of a year on, its numbers begin with 1.
        last: Highest number so far, by year and book.
    """

    first: date
    last: dict[tuple[int, int], int] = field(default_factory=dict)

    def gap_before(self, place: tuple[int, int], number: int) -> range:
        """Go on to a number; return those that were passed over."""
        before = 0 if self.first <= date(place[0], 1, 1) else number - 1
        before = self.last.get(place, before)
        self.last[place] = max(number, before)
        return range(before + 1, number)


def register_book(desk: Desk, actor: User, first: date, last: date, book: int = 0) -> RegisterBook:
    """Return what cover and closing of a register say.

    Args:
        desk: What the use case works with.
        actor: Who wants it.
        first: First local day of receipt.
        last: Last local day of receipt.
        book: The one book wanted, 0 for every one.

    Raises:
        UserError: ``not_permitted``, ``bad_span`` when it ends before it begins.
    """
    require(actor, Action.EXPORT_REGISTER)
    if last < first:
        raise UserError("bad_span", first=first.isoformat(), last=last.isoformat())
    spans = desk.way.books(first, last)
    wanted = tuple(span for span in spans if span.book == book or not book)
    numbered = tuple(span for span in wanted if span.book)
    closings = _closings_of(desk, first, last, numbered)
    return RegisterBook(
        unit=desk.reader.unit(),
        pack=pack_for(desk.reference.packs, last),
        first=first,
        last=last,
        book=book,
        books=numbered,
        entries=sum(span.entries for span in wanted),
        closings=closings,
        printed_on=local(desk.clock.now()).date(),
        head=next((user.name for user in desk.reader.users() if Role.HEAD in user.roles and user.is_active), ""),
        is_training=desk.is_training,
        log=desk.way.log_end(),
        closed_by=desk.way.closing_entry(first.year) if closings else None,
    )


def register_entries(
    desk: Desk, actor: User, first: date, last: date, book: int = 0, reached: Reached | None = None
) -> Iterator[RegisterEntry]:
    """Yield the lines of a register in the order of receipt; memory stays at one page.

    Numbers that no dossier has stand as "không sử dụng" where they lack.

    Args:
        desk: What the use case works with.
        actor: Who wants them.
        first: First local day of receipt.
        last: Last local day of receipt.
        book: The one book wanted, 0 for every one.
        reached: Where the days before ended, for one who reads a span piece by piece.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.EXPORT_REGISTER)
    closings = {
        (each.year, each.book): each for year in range(first.year, last.year + 1) for each in closed(desk, year)
    }
    unit = desk.reader.unit()
    reached = Reached(first) if reached is None else reached
    used: dict[tuple[int, int], frozenset[int]] = {}
    for dossier in desk.way.dossiers(first, last):
        receipt = dossier.receipt
        if book and receipt.book != book:
            continue
        if receipt.number:
            place = (dossier.year, receipt.book)
            for number in reached.gap_before(place, receipt.number):
                # What was passed over may come later: said again, or received by a clock that was wrong.
                if place not in used:
                    used[place] = desk.way.numbers(*place)
                if number not in used[place]:
                    yield RegisterEntry(receipt.book, number, is_unused=True)
        yield _entry(dossier, unit, closings)


def register_pdf(desk: Desk, actor: User, first: date, last: date, book: int = 0, *, reason: str = "") -> bytes:
    """Return the register of some days as PDF bytes, and note that it was taken out.

    Raises:
        UserError: as :func:`register_book`.
    """
    cover = register_book(desk, actor, first, last, book)
    note_export(desk, actor, REGISTER_FORM, (first, last), Export("pdf", reason, cover.entries))
    return desk.forms.register(cover, register_entries(desk, actor, first, last, book))


def write_register_xlsx(
    desk: Desk, actor: User, first: date, last: date, target: Path, book: int = 0, *, reason: str = ""
) -> None:
    """Write the register of some days as a worksheet, and note that it was taken out.

    Raises:
        UserError: as :func:`register_book`.
        OSError: The file cannot be written.
    """
    cover = register_book(desk, actor, first, last, book)
    note_export(desk, actor, REGISTER_FORM, (first, last), Export("xlsx", reason, cover.entries))
    desk.forms.register_worksheet(cover, register_entries(desk, actor, first, last, book), target)


def note_export(desk: Desk, actor: User, book: str, span: tuple[date, date], taken: Export) -> None:
    """Write into the log who takes a book out of the program, how much of it and why. Threads: lane db.

    Args:
        desk: What the use case works with.
        actor: Who takes it.
        book: Which.
        span: First and last local day.
        taken: How, why, how much.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.EXPORT_REGISTER)
    with desk.ledger.act(actor) as act:
        why, rows = taken.reason.strip(), taken.rows
        act.record_unit((BookExported(book, *span, taken.file_format, why, rows, taken.witness),))


def close_register(desk: Desk, actor: User, year: int) -> RegisterYearClosed:
    """Close every book of a year that is over.

    A year is closed once it is over, so that receiving never numbers on in a closed book: the number's year is that of
    the day of receipt. What is corrected later stands as an adjustment in the notes of its line; what a clock that
    went back numbers later says so.

    Raises:
        UserError: ``not_permitted``, ``year_not_over``, ``register_empty``.
        Conflict: ``register_already_closed``.
    """
    require(actor, Action.CLOSE_REGISTER)
    with desk.ledger.act(actor) as act:
        if year >= local(act.now).year:
            raise UserError("year_not_over", year=year)
        done = {each.book for each in closed(desk, year)}
        spans = [span for span in desk.way.books(date(year, 1, 1), date(year, 12, 31)) if span.book]
        if not spans:
            raise UserError("register_empty", year=year)
        closings = tuple(
            RegisterClosed(year, span.book, span.entries, span.last_number, act.now)
            for span in spans
            if span.book not in done
        )
        if not closings:
            raise Conflict("register_already_closed", year=year)
        act.record_unit(closings)
    return RegisterYearClosed(closings, Changes(frozenset({Kind.BOOK})))


def closed(desk: Desk, year: int) -> tuple[RegisterClosed, ...]:
    """Return the closings of a year, by book."""
    return tuple(codec.load(RegisterClosed, json.loads(value)) for value in desk.way.unit_facts(register_keys_of(year)))


def _closings_of(desk: Desk, first: date, last: date, books: tuple[BookSpan, ...]) -> tuple[RegisterClosed, ...]:
    """Return the closings when the span is one whole year and every book of it is closed."""
    if (first, last) != (date(first.year, 1, 1), date(first.year, 12, 31)):
        return ()
    by_book = {each.book: each for each in closed(desk, first.year)}
    found = tuple(by_book[span.book] for span in books if span.book in by_book)
    return found if len(found) == len(books) else ()


def _entry(dossier: Dossier, unit: Unit, closings: Mapping[tuple[int, int], RegisterClosed]) -> RegisterEntry:
    receipt, owner = dossier.receipt, dossier.owner
    closing = closings.get((dossier.year, receipt.book)) if receipt.number else None
    given_back = dossier.returned or dossier.ending
    is_adjusted = bool(dossier.changes)
    return RegisterEntry(
        book=receipt.book if receipt.number else 0,
        number=receipt.number,
        code=dossier.code,
        procedure=dossier.procedure.name,
        sets=dossier.sets,
        owner=owner.name,
        contact="; ".join(part for part in (owner.address, owner.phone) if part),
        section=unit.section_name(dossier.procedure.section) or unit.name,
        received_on=dossier.received_on,
        promised_on=local(dossier.promised_at).date(),
        returned_on=local(given_back.at).date() if given_back else None,
        result_by=dossier.result_by,
        is_immediate=dossier.is_immediate,
        is_after_closing=closing is not None and receipt.number > closing.last_number,
        ending=dossier.status if dossier.status in _ENDED else None,
        adjusted_on=local(receipt.issued_at).date() if is_adjusted else None,
        adjustment=dossier.correction_reason if is_adjusted else "",
        is_late_adjustment=closing is not None and is_adjusted and receipt.issued_at > closing.closed_at,
    )


def months_of(first: date, last: date) -> tuple[tuple[date, date], ...]:
    """Return the days from first to last month by month: what a window reads between two other questions."""
    found = []
    while first <= last:
        end = min(date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1), last)
        found.append((first, end))
        first = end + timedelta(days=1)
    return tuple(found)


def save_register(desk: Desk, cover: RegisterBook, entries: Iterable[RegisterEntry], target: Path) -> None:
    """Write a register read before as PDF or worksheet, by the ending of the file's name. Threads: lane io.

    Raises:
        OSError: The file cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix == ".xlsx":
        desk.forms.register_worksheet(cover, entries, target)
    else:
        target.write_bytes(desk.forms.register(cover, entries))
