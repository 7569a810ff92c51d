"""Correct what a receipt says: new version, old and new value, reason; the code stays.

Source: docs/decisions/0006-two-dates.md. A later promise needs the chair.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from desktop.domain.acts.checks import need_open, need_reason, need_working_time
from desktop.domain.acts.receiving import (
    charge,
    check_components,
    check_count,
    check_exemption,
    limit_of,
    need_components,
    snapshot,
)
from desktop.domain.catalogue import Procedure
from desktop.domain.commands import Correct
from desktop.domain.deadlines import compute, due_after_wait
from desktop.domain.dossiers import (
    ApplicantKind,
    Change,
    Channel,
    ComponentLine,
    Dossier,
    Party,
    ProcedureSnapshot,
    Relation,
    ResultBy,
    Submitter,
)
from desktop.domain.errors import UserError
from desktop.domain.events import Fact
from desktop.domain.facts.counter import Corrected
from desktop.domain.limits import Limit
from desktop.domain.paper_counts import counted
from desktop.domain.rules import Rules
from desktop.domain.users import Action, require
from desktop.domain.vietnamese import local, screen_datetime

_Choice = TypeVar("_Choice", bound=StrEnum)
_PARTY_FIELDS = ("name", "id_number", "birth_date", "phone", "email", "address", "sex", "kind")

_RELATION = "submitter.relation"

#: Dotted fields that may be corrected. The code, the instants and the numbers are not among them.
CORRECTABLE = frozenset(
    {f"{who}.{field}" for who in ("applicant", "submitter") for field in _PARTY_FIELDS}
    | {"submitter.relation", "submitter.authorisation"}
    | {
        "procedure",
        "channel",
        "components",
        "documents",
        "sets",
        "note",
        "result_by",
        "exemption",
        "promised_at",
    }
)


@dataclass(frozen=True, slots=True)
class _Draft:
    """Collect the new state and the printed list of changes."""

    new: Dossier
    changes: tuple[Change, ...] = ()

    def with_change(self, new: Dossier, change: Change) -> "_Draft":
        """Return the draft with one more change; a change to the same value is none."""
        return self if change.old == change.new else _Draft(new, (*self.changes, change))


def decide_correct(state: Dossier, command: Correct, current: Procedure, rules: Rules) -> tuple[Fact, ...]:
    """Return what a correction makes happen.

    Args:
        state: The dossier.
        command: The correction.
        current: Catalogue entry the dossier was received under (for component names).
        rules: The dossier's own rule pack and calendar.

    Raises:
        UserError: ``missing_reason``, ``not_correctable`` with the field, ``nothing_to_correct``,
            ``exemption_without_reason``, ``promise_before_receipt``, ``missing_component`` when papers that came
            online are said to have been handed in, ``not_permitted`` when the promise would move later and the actor
            may not move it; see :func:`desktop.domain.acts.checks.need_working_time`.
        Conflict: ``dossier_closed``.
    """
    need_open(state)
    reason = need_reason(command.reason)
    if strangers := sorted(set(command.changes) - CORRECTABLE):
        raise UserError("not_correctable", field=", ".join(strangers))
    draft = _submitter(_texts(_Draft(state), command.changes), command.changes)
    draft = _procedure(draft, _taken(state, draft.new, command, current), command, rules)
    draft = _papers(state, draft, command, command.procedure or current)
    draft = _fees(draft, command.procedure or current, rules)
    draft = _promise(draft, command, state.due_at, rules)
    if not draft.changes:
        raise UserError("nothing_to_correct", code=state.code)
    return (_fact(state, draft, reason),)


def _fact(state: Dossier, draft: _Draft, reason: str) -> Corrected:
    new = draft.new
    return Corrected(
        owner=new.owner,
        submitter=new.submitter,
        procedure=new.procedure,
        channel=new.channel,
        components=new.components,
        sets=new.sets,
        note=new.note,
        result_by=new.result_by,
        fees=new.fees,
        due_at=new.due_at,
        changes=draft.changes,
        reason=reason,
        receipt_version=state.receipt.version + 1,
        documents=new.documents,
        exemption=new.exemption,
    )


def _texts(draft: _Draft, changes: Mapping[str, str]) -> _Draft:
    for field, value in changes.items():
        who, _, name = field.partition(".")
        if who == "applicant":
            draft = _party(draft, field, name, value)
        elif field in {"note", "sets", "result_by", "channel", "exemption"}:
            draft = _plain(draft, field, value)
    return draft


def _submitter(draft: _Draft, changes: Mapping[str, str]) -> _Draft:
    """Correct who handed in once it is known whose dossier it is: the owner who does it himself is one person."""
    told = {field: value for field, value in changes.items() if field.startswith("submitter.")}
    if not told:
        return draft
    old = draft.new
    relation = parse_choice(Relation, _RELATION, told.get(_RELATION, old.submitter.relation.value))
    if relation is Relation.OWNER:
        own = {f"submitter.{name}": str(getattr(old.owner, name)) for name in _PARTY_FIELDS}
        if _RELATION not in told and (others := [field for field in sorted(told) if told[field] != own.get(field, "")]):
            raise UserError("not_correctable", field=", ".join(others))
        told = own | {_RELATION: relation.value, "submitter.authorisation": ""}
    for field, value in told.items():
        draft = _of_submitter(draft, field, value)
    if relation is Relation.AUTHORISED:
        _need_authorisation(draft.new.submitter)
    return draft


def _need_authorisation(submitter: Submitter) -> None:
    if not submitter.authorisation.strip():
        raise UserError("missing_authorisation", field="submitter.authorisation")


def _party(draft: _Draft, field: str, name: str, value: str) -> _Draft:
    old = draft.new.owner
    new = _with(old, name, value)
    dossier = replace(draft.new, owner=new)
    if draft.new.submitter.relation is Relation.OWNER:
        dossier = replace(dossier, submitter=replace(dossier.submitter, party=new))
    return draft.with_change(dossier, Change(field, str(getattr(old, name)), value))


def _of_submitter(draft: _Draft, field: str, value: str) -> _Draft:
    old, name = draft.new.submitter, field.removeprefix("submitter.")
    if name == "relation":
        new = replace(old, relation=Relation(value))
        shown = old.relation.value
    elif name == "authorisation":
        new = replace(old, authorisation=value)
        shown = old.authorisation
    else:
        new = replace(old, party=_with(old.party, name, value))
        shown = str(getattr(old.party, name))
    return draft.with_change(replace(draft.new, submitter=new), Change(field, shown, value))


def _with(party: Party, name: str, value: str) -> Party:
    if name == "name" and not value.strip():
        raise UserError("missing_name", field="name")
    if name == "kind":
        return replace(party, kind=parse_choice(ApplicantKind, name, value))
    return replace(party, **{name: value})  # type: ignore[arg-type]  # every other field is a str


def _plain(draft: _Draft, field: str, value: str) -> _Draft:
    old = draft.new
    if field == "sets":
        if not value.isascii() or not value.isdigit():
            raise UserError("bad_count", field=field, lowest=1, highest=999)
        sets = check_count(field, int(value), lowest=1)
        new, value = replace(old, sets=sets), str(sets)
    elif field == "result_by":
        new = replace(old, result_by=parse_choice(ResultBy, field, value))
    elif field == "channel":
        new = replace(old, channel=parse_choice(Channel, field, value))
    else:
        if field == "exemption":
            check_exemption(value)
        new = replace(old, **{field: value})  # type: ignore[arg-type]  # note and exemption are str
    shown = getattr(old, field)
    return draft.with_change(new, Change(field, str(getattr(shown, "value", shown)), value))


def _taken(state: Dossier, now: Dossier, command: Correct, current: Procedure) -> ProcedureSnapshot:
    """Return the procedure as corrected: another one, or the same with the time limit of another channel."""
    if command.procedure is not None and _title(command.procedure) != _title(state.procedure):
        return snapshot(command.procedure, now.channel)
    if now.channel is state.channel:
        return state.procedure
    return replace(state.procedure, limit=limit_of(current, now.channel))


def _procedure(draft: _Draft, taken: ProcedureSnapshot, command: Correct, rules: Rules) -> _Draft:
    old = draft.new
    if taken == old.procedure:
        return draft
    due_at = _deadline(old, taken.limit, rules)
    new = replace(old, procedure=taken, due_at=due_at)
    changed = _Draft(new, draft.changes).with_change(new, Change("procedure", _title(old.procedure), _title(taken)))
    if command.promised_at is not None or due_at == old.due_at:
        return changed
    return changed.with_change(new, _moved(old.promised_at, due_at))


def _deadline(state: Dossier, limit: Limit, rules: Rules) -> datetime:
    """Return the deadline under another limit: from the day of receipt, with every wait that has ended."""
    calendar, clock = rules.calendar, rules.pack.clock
    due_at = compute(state.received_at, limit, calendar, clock).due_at
    for wait in state.waits:
        if wait.ended_at is not None:
            span = (min(wait.began_at, wait.ended_at), wait.ended_at)
            due_at = due_after_wait(wait.effect, due_at, limit, span, calendar, clock).due_at
    return due_at


def _title(procedure: object) -> str:
    return f"{getattr(procedure, 'code', '')} {getattr(procedure, 'name', '')}"


def _moved(old: datetime, new: datetime) -> Change:
    return Change("promised_at", screen_datetime(old), screen_datetime(new))


def _papers(state: Dossier, draft: _Draft, command: Correct, procedure: Procedure) -> _Draft:
    if command.documents is not None:
        old = draft.new.documents
        shown = tuple(
            "; ".join(f"{document.pages} trang × {document.copies} bản" for document in documents)
            for documents in (old, command.documents)
        )
        draft = draft.with_change(
            replace(draft.new, documents=command.documents), Change("documents", shown[0], shown[1])
        )
    if command.components is None:
        if command.procedure is not None and not _same_list(draft.new.components, procedure):
            raise UserError("components_needed", procedure=procedure.code)
        if draft.new.channel is not state.channel:
            need_components(draft.new.components, draft.new.channel)
        return draft
    lines = check_components(procedure, command.components, draft.new.channel)
    old_lines = draft.new.components
    new = replace(draft.new, components=lines)
    # Papers of the same names may have other codes in another procedure.
    return _Draft(new, draft.changes).with_change(new, Change("components", counted(old_lines), counted(lines)))


def _same_list(lines: tuple[ComponentLine, ...], procedure: Procedure) -> bool:
    """Tell whether two procedures ask for the same papers; codes repeat from procedure to procedure."""
    listed = [(line.code, line.name, line.required) for line in lines if line.code]
    return listed == [(component.code, component.name, component.required) for component in procedure.components]


def _fees(draft: _Draft, procedure: Procedure, rules: Rules) -> _Draft:
    touched = {change.field for change in draft.changes}
    if not touched & {"procedure", "documents", "sets", "exemption"}:
        return draft
    old = draft.new
    fees = charge(procedure, old.documents, old.sets, old.exemption, rules.unit)
    new = replace(old, fees=fees)
    # The same sum may be of other fees.
    return _Draft(new, draft.changes).with_change(new, Change("fee_vnd", str(old.fee_vnd), str(new.fee_vnd)))


def _promise(draft: _Draft, command: Correct, due_at: datetime, rules: Rules) -> _Draft:
    old = draft.new
    if command.promised_at is not None:
        if command.promised_at < old.received_at:
            raise UserError("promise_before_receipt")
        at = local(command.promised_at)
        if at != old.promised_at:
            need_working_time(at, rules.calendar)
        # The new state holds even where the promise stays: a right procedure alone would move it.
        draft = replace(draft, new=replace(old, due_at=at)).with_change(
            replace(old, due_at=at), _moved(old.promised_at, at)
        )
    # Against the deadline, not the promise: after an apology the promise is the later one.
    if draft.new.due_at > due_at:
        require(rules.actor, Action.MOVE_PROMISE_LATER)
    return draft


def parse_choice(kind: type[_Choice], field: str, value: str) -> _Choice:
    """Return the member of an enum a text names.

    Raises:
        UserError: ``bad_choice`` with the field and what is allowed.
    """
    try:
        return kind(value)
    except ValueError:
        raise UserError("bad_choice", field=field, allowed=[member.value for member in kind]) from None
