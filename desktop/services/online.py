"""Answer what citizens file online: take it in, ask for what lacks, decline it, or merge it with a counter's copy.

Every answer is an event of the unit; the city hears it by the feed and tells the citizen.

Source: Decree 61/2018/NĐ-CP art. 17 s. 2; W19: eight working hours from the submission.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from desktop.domain import codec
from desktop.domain.acts.waiting import gaps_of
from desktop.domain.catalogue import Procedure
from desktop.domain.commands import ComponentCount, Receive
from desktop.domain.deadlines import working_minutes_between
from desktop.domain.dossiers import Channel, Dossier, Party, Relation, ResultBy, Submitter
from desktop.domain.errors import Conflict, UserError
from desktop.domain.events import Fact
from desktop.domain.facts.counter import Received
from desktop.domain.facts.hub import OnlineAccepted, OnlineDeclined, OnlineSubmitted, OnlineSupplementAsked
from desktop.domain.facts.way import FileAttached
from desktop.domain.identity import mask_id_number
from desktop.domain.online import Filing, answer_due, check_open, check_reason, is_answer_late
from desktop.domain.rule_packs import pack_for
from desktop.domain.users import Action, User, require
from desktop.domain.vietnamese import fold, local
from desktop.domain.way import Attachment, AttachmentRole
from desktop.domain.way_commands import Gap
from desktop.services.acting import found
from desktop.services.changes import Changes, Kind, dossier_changed
from desktop.services.ports import Desk
from desktop.services.receive import LOOKUP_DIGITS, RECEIPT_FORM, decided, find_procedure, rules_at
from desktop.services.records import PrintJob

#: Under what the unit state keeps filings: those somebody waits for, and those that are settled.
OPEN_KEY: Final = "online-open:"
SETTLED_KEY: Final = "online-settled:"
#: Settled filings shown.
_MOST_SETTLED: Final = 500


@dataclass(frozen=True, slots=True)
class OnlineRow:
    """Show one filing in the inbox.

    Attributes:
        procedure: Name of the procedure, its code where the catalogue does not know it.
        due_at: End of the ward's eight working hours.
        minutes_left: Working minutes until then, below 0 when they are over; 0 once it is answered.
        is_late: Answered too late, or not yet and already late.
        files_here: How many of its files this PC has.
        twin: Code of an open dossier of the same person and procedure, "" for none.
    """

    filing: Filing
    procedure: str
    due_at: datetime
    minutes_left: int
    is_late: bool
    files_here: int
    twin: str = ""


@dataclass(frozen=True, slots=True)
class AcceptOnline:
    """Take a filing in.

    Attributes:
        components: Papers by component; empty: one copy for each file the citizen sent for a component.
        duplicate_reason: Why an open dossier of the same person and procedure is no mistake.
    """

    components: tuple[ComponentCount, ...] = ()
    result_by: ResultBy = ResultBy.COUNTER
    note: str = ""
    duplicate_reason: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """Hand back a filing after an answer, with the dossier and receipt it got."""

    filing: Filing
    dossier: Dossier | None
    job: PrintJob | None
    changes: Changes


def inbox(desk: Desk, actor: User) -> tuple[OnlineRow, ...]:
    """Return filings that wait for an answer or for the citizen, next due first.

    Raises:
        UserError: ``not_permitted``, ``calendar_not_covered``.
    """
    require(actor, Action.VIEW_DOSSIERS)
    rows = [_row(desk, filing) for filing in _filings(desk, OPEN_KEY)]
    return tuple(sorted(rows, key=lambda row: (bool(row.filing.answered_at), row.due_at, row.filing.tracking)))


def settled(desk: Desk, actor: User) -> tuple[OnlineRow, ...]:
    """Return the newest settled filings.

    Raises:
        UserError: ``not_permitted``, ``calendar_not_covered``.
    """
    require(actor, Action.VIEW_DOSSIERS)
    newest = _filings(desk, SETTLED_KEY)[-_MOST_SETTLED:]
    return tuple(_row(desk, filing) for filing in reversed(newest))


def find_filing(desk: Desk, tracking: str) -> Filing:
    """Return a filing by its tracking code or id.

    Raises:
        UserError: ``online_unknown``.
    """
    wanted = tracking.strip()
    for prefix in (OPEN_KEY, SETTLED_KEY):
        kept = desk.way.unit_fact(prefix + wanted.lower())
        if kept is not None:
            return _read(kept)
        for filing in _filings(desk, prefix):
            if filing.tracking == wanted.upper():
                return filing
    raise UserError("online_unknown", tracking=tracking)


def accept(desk: Desk, actor: User, tracking: str, command: AcceptOnline) -> Answered:
    """Make a dossier of a filing: received online, by the citizen himself, with a link to what he filed.

    Raises:
        UserError: ``not_permitted``, ``online_unknown``, ``online_settled``; see
            :func:`desktop.domain.acts.receiving.decide_receive`.
        Conflict: ``open_twin``: merge it, or say why there are two.
    """
    require(actor, Action.RECEIVE)
    with desk.ledger.act(actor) as act:
        filing = _open_filing(desk, tracking)
        rules = rules_at(desk, actor, act.now)
        facts = _linked(decided(act, _receive(desk, filing, command, act.now), rules), filing)
        dossier_id = act.new_id()
        dossier = act.record(dossier_id, (*facts, *_attached(desk, filing)))
        act.record_unit((OnlineAccepted(filing.filing_id, dossier_id, dossier.code),))
        job = act.queue_print(dossier, RECEIPT_FORM, rules.unit.paper, 0)
    return Answered(find_filing(desk, filing.filing_id), dossier, job, _changed(dossier, Kind.PRINT_JOB))


def merge(desk: Desk, actor: User, tracking: str, code: str) -> Answered:
    """Say that a filing is the same as a dossier handed in at the counter, so that it is not done twice.

    Raises:
        UserError: ``not_permitted``, ``online_unknown``, ``online_settled``, ``dossier_unknown``,
            ``online_other_procedure``, ``online_other_person``.
        Conflict: ``dossier_closed``.
    """
    require(actor, Action.RECEIVE)
    with desk.ledger.act(actor) as act:
        filing = _open_filing(desk, tracking)
        state = found(act, code)
        _check_same(filing, state)
        files = _attached(desk, filing)
        dossier = act.record(state.dossier_id, files) if files else state
        act.record_unit((OnlineAccepted(filing.filing_id, state.dossier_id, state.code, is_merged=True),))
    return Answered(find_filing(desk, filing.filing_id), dossier, None, _changed(dossier))


def decline(desk: Desk, actor: User, tracking: str, reason: str) -> Answered:
    """Do not take a filing; the citizen reads why.

    Raises:
        UserError: ``not_permitted``, ``online_unknown``, ``online_settled``, ``reason_too_short``.
    """
    require(actor, Action.TURN_AWAY)
    said = check_reason(reason)
    with desk.ledger.act(actor) as act:
        filing = _open_filing(desk, tracking)
        act.record_unit((OnlineDeclined(filing.filing_id, said),))
    return Answered(find_filing(desk, filing.filing_id), None, None, Changes(frozenset({Kind.ONLINE})))


def ask_supplement(desk: Desk, actor: User, tracking: str, gaps: Sequence[Gap], reason: str) -> Answered:
    """Tell the citizen everything that is missing; asked a second time it needs a reason.

    Raises:
        UserError: ``not_permitted``, ``online_unknown``, ``online_settled``, ``nothing_missing``,
            ``unknown_component``, ``reason_too_short``.
    """
    require(actor, Action.REQUEST_SUPPLEMENT)
    with desk.ledger.act(actor) as act:
        filing = _open_filing(desk, tracking)
        is_again = filing.clock_from != filing.submitted_at or filing.answered_at is not None
        said = check_reason(reason) if is_again else " ".join(reason.split())
        procedure = find_procedure(desk, filing.procedure, filing.submitted_at)
        names = {component.code: component.name for component in procedure.components}
        missing = gaps_of(gaps, procedure.code, names)
        act.record_unit((OnlineSupplementAsked(filing.filing_id, missing, said),))
    return Answered(find_filing(desk, filing.filing_id), None, None, Changes(frozenset({Kind.ONLINE})))


def practise(desk: Desk, actor: User, procedure: str, applicant: Party, note: str = "", tracking: str = "") -> Filing:
    """File something as the city would, so that people can practise; in training only.

    Raises:
        UserError: ``training_only``, ``not_permitted``, ``procedure_unknown``, ``missing_name``.
    """
    require(actor, Action.RECEIVE)
    if not desk.is_training:
        raise UserError("training_only")
    if not applicant.name.strip():
        raise UserError("missing_name", field="applicant.name")
    with desk.ledger.act(actor) as act:
        find_procedure(desk, procedure, act.now)
        code = tracking.strip().upper() or f"TT-{local(act.now).strftime('%y%m%d')}-{act.random_digits(8)}"
        key = act.random_digits(LOOKUP_DIGITS)
        fact = OnlineSubmitted(act.new_id(), code, key, procedure, applicant, (), note, act.now)
        act.record_unit((fact,))
    return find_filing(desk, fact.filing_id)


def component_codes(desk: Desk, filing: Filing) -> frozenset[str]:
    """Return the codes of the components of a filing's procedure."""
    procedure = find_procedure(desk, filing.procedure, filing.submitted_at)
    return frozenset(component.code.upper() for component in procedure.components)


def masked(id_number: str) -> str:
    """Return an ID number as people see it who may not see it."""
    return mask_id_number(id_number) if id_number else ""


def wanted_files(desk: Desk) -> tuple[str, ...]:
    """Return the hashes of files of open filings that this PC does not have yet, oldest first."""
    hashes = [file.sha256 for filing in _filings(desk, OPEN_KEY) for file in filing.files]
    return tuple(each for each in dict.fromkeys(hashes) if desk.way.file(each) is None)


def _row(desk: Desk, filing: Filing) -> OnlineRow:
    now, calendar = desk.clock.now(), desk.reader.calendar()
    pack = pack_for(desk.reference.packs, local(filing.clock_from).date())
    due = answer_due(filing, calendar, pack.clock)
    is_waiting = filing.answered_at is None
    try:
        name = find_procedure(desk, filing.procedure, filing.submitted_at).name
    except UserError:
        name = filing.procedure
    return OnlineRow(
        filing=filing,
        procedure=name,
        due_at=due,
        minutes_left=working_minutes_between(now, due, calendar) if is_waiting else 0,
        is_late=is_answer_late(filing, now, due),
        files_here=sum(desk.way.file(file.sha256) is not None for file in filing.files),
        twin=_twin(desk, filing) if is_waiting else "",
    )


def _twin(desk: Desk, filing: Filing) -> str:
    number = filing.applicant.id_number
    latest = desk.reader.latest_of_person(number) if number else None
    if latest is None or latest.is_closed or latest.procedure.code != filing.procedure:
        return ""
    return latest.code


def _open_filing(desk: Desk, tracking: str) -> Filing:
    filing = find_filing(desk, tracking)
    check_open(filing)
    return filing


def _receive(desk: Desk, filing: Filing, command: AcceptOnline, now: datetime) -> Receive:
    procedure = find_procedure(desk, filing.procedure, now)
    return Receive(
        procedure=procedure,
        channel=Channel.ONLINE,
        owner=filing.applicant,
        submitter=Submitter(filing.applicant, Relation.OWNER),
        components=command.components or _copies(filing, procedure),
        note=command.note or filing.note,
        result_by=command.result_by,
        duplicate_reason=command.duplicate_reason,
    )


def _copies(filing: Filing, procedure: Procedure) -> tuple[ComponentCount, ...]:
    """Count one copy for each file sent for a component of the list."""
    known = {component.code for component in procedure.components}
    codes = [file.component for file in filing.files if file.component in known]
    return tuple(ComponentCount(code, copies=codes.count(code)) for code in dict.fromkeys(codes))


def _linked(facts: Sequence[Fact], filing: Filing) -> tuple[Fact, ...]:
    return tuple(replace(fact, online_id=filing.filing_id) if isinstance(fact, Received) else fact for fact in facts)


def _attached(desk: Desk, filing: Filing) -> tuple[FileAttached, ...]:
    """Attach the files that are here already; the others stay with the filing."""
    return tuple(
        FileAttached(Attachment(file.sha256, file.media_type, file.size, 1, AttachmentRole.PAPER, file.title))
        for file in {file.sha256: file for file in filing.files}.values()
        if desk.way.file(file.sha256) is not None
    )


def _check_same(filing: Filing, state: Dossier) -> None:
    if state.is_closed:
        raise Conflict("dossier_closed", code=state.code, status=state.status.value)
    if state.procedure.code != filing.procedure:
        raise UserError("online_other_procedure", code=state.code, tracking=filing.tracking)
    people = (state.owner, state.submitter.party)
    if not any(_is_same(filing.applicant, party) for party in people):
        raise UserError("online_other_person", code=state.code, tracking=filing.tracking)


def _is_same(one: Party, other: Party) -> bool:
    """Tell whether two parties are one person: by the ID number, by the name where neither has any."""
    if one.id_number or other.id_number:
        return one.id_number == other.id_number
    return fold(one.name) == fold(other.name)


def _changed(dossier: Dossier, *more: Kind) -> Changes:
    return dossier_changed(dossier.dossier_id, Kind.ONLINE, *more)


def _filings(desk: Desk, prefix: str) -> tuple[Filing, ...]:
    return tuple(_read(kept) for kept in desk.way.unit_facts(prefix))


def _read(kept: str) -> Filing:
    return codec.load(Filing, json.loads(kept))
