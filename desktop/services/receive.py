"""Receive a dossier: code, number, event, rows and print job in one act."""

from dataclasses import dataclass, replace
from datetime import datetime

from desktop.domain.acts.receiving import decide_receive, fees_of, limit_of
from desktop.domain.catalogue import Procedure
from desktop.domain.commands import Receive
from desktop.domain.deadlines import Deadline, compute
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import Conflict, UserError
from desktop.domain.events import Fact
from desktop.domain.fees import FeeLine
from desktop.domain.publications import what_changes
from desktop.domain.rule_packs import RulePack, pack_for, pack_named
from desktop.domain.rules import Allotment, Rules
from desktop.domain.units import check_paper
from desktop.domain.users import Action, User, require
from desktop.domain.vietnamese import local
from desktop.domain.way import FormNumber
from desktop.services.changes import Changes, Kind, dossier_changed
from desktop.services.ports import Act, Desk
from desktop.services.records import PrintJob

RECEIPT_FORM = "receipt"
LOOKUP_DIGITS = 10
FEE_FORM = "fee_slip"


@dataclass(frozen=True, slots=True)
class Received:
    """Hand back the dossier, its print job (None when no receipt is wanted) and what changed."""

    dossier: Dossier
    job: PrintJob | None
    changes: Changes


@dataclass(frozen=True, slots=True)
class Promise:
    """Show a promise before anything is saved."""

    deadline: Deadline
    pack: RulePack
    fees: tuple[FeeLine, ...]


def receive(desk: Desk, actor: User, command: Receive, paper: str = "") -> Received:
    """Receive a dossier and queue its receipt.

    Args:
        desk: What the use case works with.
        actor: Who acts.
        command: The dossier.
        paper: Paper of the receipt; "" for the unit's default.

    Raises:
        UserError: refused; see :func:`~desktop.domain.acts.receiving.decide_receive`; ``not_permitted``,
            ``procedure_changed``.
        EnvironmentProblem: the disk or the database failed; nothing was issued.
    """
    require(actor, Action.RECEIVE)
    with desk.ledger.act(actor) as act:
        rules = rules_at(desk, actor, act.now)
        _check_current(desk, command.procedure, act.now)
        chosen = check_paper(paper or rules.unit.paper)
        facts = decided(act, command, rules)
        dossier_id = act.new_id()
        dossier = act.record(dossier_id, facts)
        job = None if command.is_immediate else act.queue_print(dossier, RECEIPT_FORM, chosen, 0)
    return Received(dossier, job, dossier_changed(dossier_id, Kind.PRINT_JOB))


def _check_current(desk: Desk, procedure: Procedure, now: datetime) -> None:
    """Refuse an entry that the city's catalogue has changed since it was chosen: its fee or limit is no longer right.

    Raises:
        UserError: ``procedure_changed``, and those of :func:`find_procedure`.
    """
    current = find_procedure(desk, procedure.code, now)
    if current is not procedure and what_changes(procedure, current):
        raise UserError("procedure_changed", procedure=procedure.code, name=current.name)


def preview(desk: Desk, actor: User, command: Receive) -> Promise:
    """Return promise and fee of a dossier as typed so far, without checking its papers.

    Raises:
        UserError: ``calendar_not_covered``.
    """
    require(actor, Action.RECEIVE)
    rules = rules_at(desk, actor, desk.clock.now())
    deadline = compute(rules.now, limit_of(command.procedure, command.channel), rules.calendar, rules.pack.clock)
    return Promise(deadline, rules.pack, fees_of(command, rules))


def rules_at(desk: Desk, actor: User, now: datetime, pack: str = "") -> Rules:
    """Return the rules in force at an instant, or those of a named pack.

    Raises:
        UserError: ``unknown_pack``.
    """
    packs = desk.reference.packs
    chosen = pack_named(packs, pack) if pack else pack_for(packs, local(now).date())
    return Rules(now=now, actor=actor, pack=chosen, calendar=desk.reader.calendar(), unit=desk.reader.unit())


def full_rules(desk: Desk, actor: User, now: datetime, pack: str = "") -> Rules:
    """Return the rules of :func:`rules_at` with everybody who works here, for acts that name a holder."""
    return replace(rules_at(desk, actor, now, pack), users=desk.reader.users())


def find_procedure(desk: Desk, code: str, now: datetime) -> Procedure:
    """Return the published catalogue entry of a day.

    Raises:
        UserError: ``procedure_unknown``, ``procedure_not_published``.
    """
    return desk.reference.catalogue.procedure(code, local(now).date())


_DRY_RUN = Allotment("", is_provisional=False, block=0, ordinal=1, book=1, receipt_number=1, lookup_key="")


def decided(act: Act, command: Receive, rules: Rules) -> tuple[Fact, ...]:
    """Return what receiving makes happen, with code and numbers.

    A number looked up for a dossier that is refused is not used up, the act is rolled back.

    Raises:
        UserError: refused; see :func:`~desktop.domain.acts.receiving.decide_receive`.
    """
    try:
        return decide_receive(command, _allot(act, command, rules), rules)
    except Conflict:
        # Refusals that need nothing from the book are told first: the twin is asked about once nothing else is wrong.
        decide_receive(command, _DRY_RUN, rules)
        raise


def _allot(act: Act, command: Receive, rules: Rules) -> Allotment:
    twin = act.open_twin(
        owner_id=command.owner.id_number, owner_name=command.owner.name, procedure_code=command.procedure.code
    )
    today = local(rules.now).date()
    code = act.allot_code(today, rules.unit)
    book, number = (0, 0) if command.is_immediate else act.allot_number(RECEIPT_FORM, today.year)
    return Allotment(
        code=code.code,
        is_provisional=code.is_provisional,
        block=code.block,
        ordinal=code.ordinal,
        book=book,
        receipt_number=number,
        lookup_key=act.random_digits(LOOKUP_DIGITS),
        twin_code=twin,
        voucher=FormNumber(FEE_FORM, today.year, *act.allot_number(FEE_FORM, today.year)) if command.paid_vnd else None,
    )
