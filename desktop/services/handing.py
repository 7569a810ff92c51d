"""Hand papers over: make a slip, confirm it, take it back; say as a leader who holds a paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from desktop.domain.acts.checks import each_or_all, holds, need_reason
from desktop.domain.acts.custody import (
    Handed,
    NewSlip,
    check_slip,
    decide_assign,
    decide_confirm_slip,
    decide_make_slip,
    decide_withdraw_slip,
)
from desktop.domain.dossiers import Custodian, CustodianKind, Dossier
from desktop.domain.errors import AppError, UserError
from desktop.domain.facts.unit import SlipPrinted, UnitPaperPrinted
from desktop.domain.rule_packs import pack_for
from desktop.domain.slips import QR_LENGTH, Slip, SlipState, codes_hash, read_slip_qr, signed_message
from desktop.domain.users import Action, User, require
from desktop.domain.vietnamese import local
from desktop.domain.way_commands import AssignCustody, MakeSlip
from desktop.services import witnessing
from desktop.services.acting import Acted, act_on, next_number
from desktop.services.books import copies_key
from desktop.services.changes import NOTHING, Changes, Kind, dossiers_changed
from desktop.services.ports import Act, Desk
from desktop.services.receive import full_rules
from desktop.services.records import PrintJob
from desktop.services.sizes import size_of
from desktop.services.witnessing import Witness

SLIP_FORM = "handover_slip"
#: The same dossiers as a record with columns for unit and time limit, where they go to several units at once.
RECORD_FORM = "handover_record"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Hand back a slip as it stands now, its paper (None when none is printed) and what changed."""

    slip: Slip
    job: PrintJob | None
    changes: Changes


@dataclass(frozen=True, slots=True)
class AssignedAll:
    """Say how far it came: an act per dossier, so that one refusal undoes no other."""

    dossiers: int
    changes: Changes
    refused: AppError | None = None


@dataclass(frozen=True, slots=True)
class SlipsOf:
    """List the open slips that concern a user.

    Attributes:
        incoming: He may confirm them.
        outgoing: He or his section gave them.
    """

    incoming: tuple[Slip, ...]
    outgoing: tuple[Slip, ...]


def make_slip(desk: Desk, actor: User, command: MakeSlip, paper: str = "") -> HandedOver:
    """Put dossiers on a slip and queue its two copies; custody stays until the receiver confirms.

    Raises:
        UserError: ``not_permitted``, ``unknown_paper``; see :func:`desktop.domain.acts.custody.check_slip`.
    """
    require(actor, Action.HAND_OVER)
    with desk.ledger.act(actor) as act:
        rules = full_rules(desk, actor, act.now)
        size = size_of(desk, rules.pack, SLIP_FORM, paper)
        codes = _tidy(command.codes)
        wanted = MakeSlip(command.to, codes, command.note)
        dossiers = check_slip({code: act.find(code) for code in codes}, wanted, rules)
        slip_id = act.new_id()
        signature = act.sign(signed_message(slip_id, (state.code for state in dossiers)))
        new = NewSlip(slip_id, next_number(act, SLIP_FORM), signature)
        _record(act, handed := decide_make_slip(dossiers, wanted, new, rules), dossiers)
        job = act.queue_print(None, SLIP_FORM, size, 0, reference=slip_id)
    slip = desk.way.slip(slip_id)
    if slip is None:
        raise RuntimeError("a slip that was committed is found again")
    return HandedOver(slip, job, dossiers_changed(handed.dossiers, Kind.SLIP, Kind.PRINT_JOB))


def confirm_slip(desk: Desk, actor: User, name: str, scanned: Sequence[str]) -> HandedOver:
    """Confirm what came of a slip; what did not come and what was not on it is named.

    Args:
        desk: What the use case works with.
        actor: Who receives.
        name: Name of the slip, its id, or the digits of its QR.
        scanned: Codes of the dossiers that are there.

    Raises:
        UserError: ``not_permitted``, ``slip_unknown``, ``bad_slip_code``; see
            :func:`desktop.domain.acts.custody.decide_confirm_slip`.
    """
    require(actor, Action.HAND_OVER)
    with desk.ledger.act(actor) as act:
        slip = _found(act, name)
        states = _states(act, (*slip.codes, *scanned))
        names = _names_on(slip, states)
        came = [names[code] for code in _tidy(scanned)]
        by_name = {names[code]: state for code, state in states.items()}
        handed = decide_confirm_slip(slip, came, by_name, full_rules(desk, actor, act.now))
        _record(act, handed, _known(states))
    return _after(desk, slip, handed)


def withdraw_slip(desk: Desk, actor: User, name: str, reason: str) -> HandedOver:
    """Take a slip back before anybody confirmed it: every paper stays where it is.

    Raises:
        UserError: ``not_permitted``, ``slip_unknown``; see
            :func:`desktop.domain.acts.custody.decide_withdraw_slip`.
    """
    require(actor, Action.HAND_OVER)
    with desk.ledger.act(actor) as act:
        slip = _found(act, name)
        states = _states(act, slip.codes)
        handed = decide_withdraw_slip(slip, states, reason, full_rules(desk, actor, act.now))
        _record(act, handed, _known(states))
    return _after(desk, slip, handed)


def print_slip(desk: Desk, actor: User, name: str, paper: str = "", form: str = SLIP_FORM) -> HandedOver:
    """Queue a slip once more, marked "IN LẠI LẦN n", or its dossiers as a record.

    Args:
        desk: What the use case works with.
        actor: Who prints.
        name: Name of the slip, its id, or the digits of its QR.
        paper: Paper size, "" for the form's own.
        form: ``SLIP_FORM`` or ``RECORD_FORM``.

    Raises:
        UserError: ``not_permitted``, ``slip_unknown``, ``unknown_form``, ``unknown_paper``.
    """
    require(actor, Action.PRINT_PAPER)
    if form not in (SLIP_FORM, RECORD_FORM):
        raise UserError("unknown_form", form=form)
    with desk.ledger.act(actor) as act:
        slip = _found(act, name)
        pack = pack_for(desk.reference.packs, local(slip.made_at).date())
        size = size_of(desk, pack, form, paper)
        if form == SLIP_FORM:
            copy_no = slip.reprints + 1
            act.record_unit((SlipPrinted(slip.slip_id, copy_no),))
        else:
            # The first record is an original: it did not come with the slip.
            kept = desk.way.unit_fact(copies_key(form, slip.slip_id))
            copy_no = 0 if kept is None else int(kept) + 1
            act.record_unit((UnitPaperPrinted(form, slip.slip_id, copy_no),))
        job = act.queue_print(None, form, size, copy_no, reference=slip.slip_id)
    return HandedOver(slip, job, Changes(frozenset({Kind.SLIP, Kind.PRINT_JOB})))


def assign_custody(desk: Desk, actor: User, code: str, command: AssignCustody, witness: Witness | None = None) -> Acted:
    """Say as a leader who holds a paper from now on, whether its holder gave it or not: a second person stands by it.

    Args:
        desk: What the use case works with.
        actor: The leader.
        code: Of the dossier.
        command: Who holds it, and why.
        witness: The second person, None when he was not asked yet.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``; see :func:`desktop.domain.acts.custody.decide_assign` and
            :func:`desktop.services.witnessing.proven`.
    """
    return _assign(desk, actor, code, _stood_by(desk, actor, command, witness))


def assign_all(
    desk: Desk, actor: User, codes: Sequence[str], command: AssignCustody, witness: Witness | None = None
) -> AssignedAll:
    """Say it of several papers, an act for each, until one is refused; the second person proves himself once.

    Raises:
        UserError: ``not_permitted``; see :func:`desktop.services.witnessing.proven`.
    """
    wanted, changes = _stood_by(desk, actor, command, witness), NOTHING
    for n, code in enumerate(codes):
        try:
            changes |= _assign(desk, actor, code, wanted).changes
        except AppError as error:
            return AssignedAll(n, changes, error)
    return AssignedAll(len(codes), changes)


def find_slip(desk: Desk, actor: User, name: str) -> Slip:
    """Return a slip by its name, its id, or the digits of its QR.

    A QR whose hash does not fit the codes of the slip known here is refused: one of the two was altered.

    Raises:
        UserError: ``not_permitted``, ``slip_unknown``, ``bad_slip_code``.
    """
    require(actor, Action.HAND_OVER)
    slip = desk.way.slip(_key(name))
    if slip is None:
        raise UserError("slip_unknown", slip=name[:40])
    _check_qr(slip, name)
    return slip


def open_slips(desk: Desk, actor: User) -> SlipsOf:
    """Return the open slips the user may confirm, and those he or his section gave.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.HAND_OVER)
    slips = desk.way.slips(SlipState.OPEN)
    return SlipsOf(
        incoming=tuple(slip for slip in slips if holds(actor, slip.to) and slip.made_by != actor.user_id),
        outgoing=tuple(slip for slip in slips if slip.made_by == actor.user_id or holds(actor, slip.giver)),
    )


def recent_slips(desk: Desk, actor: User, limit: int = 50) -> tuple[Slip, ...]:
    """Return the newest slips of any state that concern the user's side, to look up and print again.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.HAND_OVER)
    slips = desk.way.slips(*SlipState, limit=limit)
    return tuple(
        slip for slip in slips if slip.made_by == actor.user_id or holds(actor, slip.giver) or holds(actor, slip.to)
    )


def holders(desk: Desk, actor: User) -> tuple[tuple[Custodian, str], ...]:
    """Return everybody who can take papers with his name: sections first, then people other than the actor.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.HAND_OVER)
    unit = desk.reader.unit()
    sections = [(Custodian(CustodianKind.SECTION, section.code), section.name) for section in unit.sections]
    people = [
        (Custodian(CustodianKind.USER, user.user_id), user.name)
        for user in desk.reader.users()
        if user.is_active and user.section and user.user_id != actor.user_id
    ]
    return (*sections, *people)


def parse_holder(desk: Desk, text: str) -> Custodian:
    """Return the section or user a text names: a section code, or a log-in name.

    Raises:
        UserError: ``unknown_holder``.
    """
    wanted = text.strip()
    if any(section.code == wanted for section in desk.reader.unit().sections):
        return Custodian(CustodianKind.SECTION, wanted)
    for user in desk.reader.users():
        if user.login == wanted.lower():
            return Custodian(CustodianKind.USER, user.user_id)
    raise UserError("unknown_holder", to=text)


def _stood_by(desk: Desk, actor: User, command: AssignCustody, witness: Witness | None) -> AssignCustody:
    """Return a command with the second person who stands by it; he is not asked for what is refused anyway."""
    require(actor, Action.ASSIGN_CUSTODY)
    need_reason(command.reason)
    return replace(command, witness=witnessing.proven(desk, actor, witness))


def _assign(desk: Desk, actor: User, code: str, command: AssignCustody) -> Acted:
    return act_on(
        desk, actor, Action.ASSIGN_CUSTODY, code, lambda _, state, rules: decide_assign(state, command, rules)
    )


def _record(act: Act, handed: Handed, states: Iterable[Dossier]) -> None:
    """Record what became of a slip and its dossiers: all of them or, naming each that another PC holds, none."""
    act.record_unit((handed.slip,))
    codes = {state.dossier_id: state.code for state in states}
    facts = {codes[dossier_id]: (dossier_id, what) for dossier_id, what in handed.dossiers.items()}

    def record(code: str) -> None:
        act.record(*facts[code])

    each_or_all(tuple(facts), record)


def _after(desk: Desk, slip: Slip, handed: Handed) -> HandedOver:
    now = desk.way.slip(slip.slip_id) or slip
    return HandedOver(now, None, dossiers_changed(handed.dossiers, Kind.SLIP))


def _states(act: Act, codes: Sequence[str]) -> dict[str, Dossier | None]:
    return {code: act.find(code) for code in _tidy(codes)}


def _tidy(codes: Sequence[str]) -> tuple[str, ...]:
    """Return codes as the storage knows them, each once."""
    return tuple(dict.fromkeys(each.strip().upper() for each in codes if each.strip()))


def _known(states: Mapping[str, Dossier | None]) -> list[Dossier]:
    return [state for state in states.values() if state is not None]


def _names_on(slip: Slip, states: Mapping[str, Dossier | None]) -> dict[str, str]:
    """Return what each code is called beside a slip: as it stands there, though it was replaced since; else by now."""
    on_slip = {line.dossier_id: line.code for line in slip.lines}
    return {
        code: code if state is None else on_slip.get(state.dossier_id, state.code) for code, state in states.items()
    }


def _key(name: str) -> str:
    """Return what the storage finds a slip by."""
    wanted = name.strip()
    if wanted.isascii() and wanted.isdigit() and len(wanted) == QR_LENGTH:
        return read_slip_qr(wanted).slip_id
    return wanted.upper() if wanted.upper().startswith("BG-") else wanted


def _check_qr(slip: Slip, name: str) -> None:
    wanted = name.strip()
    if len(wanted) == QR_LENGTH and wanted.isdigit() and read_slip_qr(wanted).hash != codes_hash(slip.codes):
        raise UserError("bad_slip_code")


def _found(act: Act, name: str) -> Slip:
    slip = act.slip(_key(name))
    if slip is None:
        raise UserError("slip_unknown", slip=name[:40])
    _check_qr(slip, name)
    return slip
