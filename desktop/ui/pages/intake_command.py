"""Read what was typed: one command, or one sentence for every field that must be mended.

The rules are the domain's; here text becomes data, once, and each refusal is tied to its field.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from desktop.domain.acts.checks import MIN_REASON
from desktop.domain.acts.receiving import check_components, check_count, check_parties
from desktop.domain.catalogue import FeeKind, PaperKind, Procedure
from desktop.domain.commands import ComponentCount, Receive
from desktop.domain.dossiers import CertifiedDocument, ComponentLine, FeeMethod, Party, Relation, Submitter
from desktop.domain.errors import AppError, UserError
from desktop.domain.fees import certified_copy_fee_vnd
from desktop.domain.identity import check_id_number, normalise_phone
from desktop.domain.vietnamese import nfc
from desktop.ui.pages.intake_person import parse_birth
from desktop.ui.pages.intake_state import CountText, IntakeState, Payment, PersonText

T = TypeVar("T")

OWNER: Final = "applicant"
PROXY: Final = "submitter"
COMPONENTS: Final = "components"
DOCUMENTS: Final = "documents"
PROCEDURE: Final = "procedure"

#: Codes of refusals that name no field themselves.
_FIELDS: Final = {
    "missing_component": COMPONENTS,
    "extra_paper_without_reason": COMPONENTS,
    "unknown_component": COMPONENTS,
    "component_twice": COMPONENTS,
    "bad_page_count": DOCUMENTS,
    "bad_copy_count": DOCUMENTS,
    "not_received_here": PROCEDURE,
    "procedure_unknown": PROCEDURE,
    "procedure_not_published": PROCEDURE,
    "procedure_changed": PROCEDURE,
    "immediate_not_allowed": "immediate",
    "bad_amount": "payment",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Tie a refusal to the field it is about.

    Attributes:
        field: ``applicant.phone``, ``components``, …; "" when it is about the whole page.
    """

    field: str
    error: AppError


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold a command, or why there is none."""

    command: Receive | None
    problems: tuple[Problem, ...] = ()


class _Reader:
    """Collect the problems while reading field after field."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def take(self, field: str, read: Callable[[], T], fallback: T) -> T:
        try:
            return read()
        except UserError as error:
            self.problems.append(Problem(field, error))
            return fallback

    def has(self, field: str) -> bool:
        """Tell whether a field has a problem already."""
        return any(problem.field == field for problem in self.problems)


def field_of(error: AppError) -> str:
    """Return the field a refusal is about, "" when it names none."""
    told = error.details.get("field", "")
    return str(told) if told else _FIELDS.get(error.code, "")


def has_page_fee(procedure: Procedure) -> bool:
    """Tell whether documents to certify are counted for the fee."""
    return any(rule.kind is FeeKind.PAGES for rule in procedure.fees)


def all_papers(procedure: Procedure) -> tuple[CountText, ...]:
    """Return one paper of its usual kind for every required component."""
    return tuple(
        CountText(
            component.code,
            originals=int(component.kind_hint is PaperKind.ORIGINAL),
            certified=int(component.kind_hint is PaperKind.CERTIFIED),
            copies=int(component.kind_hint is PaperKind.COPY),
        )
        for component in procedure.components
        if component.required
    )


def read(
    state: IntakeState, procedure: Procedure | None, today: date, fee_vnd: int, duplicate_reason: str = ""
) -> Reading:
    """Read the page.

    Args:
        state: What was typed.
        procedure: The chosen procedure.
        today: Local day.
        fee_vnd: The whole fee as shown, for "đã thu".
        duplicate_reason: Why an open dossier of the same person is no mistake.
    """
    if procedure is None:
        return Reading(None, (Problem(PROCEDURE, UserError("procedure_not_chosen")),))
    reader = _Reader()
    command = _command(reader, state, procedure, today, fee_vnd, duplicate_reason)
    nothing: tuple[ComponentLine, ...] = ()
    reader.take(COMPONENTS, lambda: check_components(procedure, command.components, command.channel), nothing)
    if has_page_fee(procedure) and not command.documents and not reader.has(DOCUMENTS):
        reader.problems.append(Problem(DOCUMENTS, UserError("documents_not_counted")))
    reader.take("", lambda: check_parties(command), None)
    problems = tuple(Problem(problem.field or field_of(problem.error), problem.error) for problem in reader.problems)
    return Reading(None if problems else command, problems)


def read_for_promise(state: IntakeState, procedure: Procedure, today: date) -> Receive:
    """Return a command that is good enough for promise and fee; what cannot be read yet is left out."""
    return _command(_Reader(), state, procedure, today, 0, "")


def _command(
    reader: _Reader, state: IntakeState, procedure: Procedure, today: date, fee_vnd: int, duplicate_reason: str
) -> Receive:
    owner = _party(reader, OWNER, state.owner, today)
    is_paid = state.payment in (Payment.CASH, Payment.TRANSFER)
    return Receive(
        procedure=procedure,
        channel=state.channel,
        owner=owner,
        submitter=_submitter(reader, state, owner, today),
        components=tuple(_count(count) for count in state.counts if count.total or not count.code),
        sets=reader.take("sets", lambda: check_count("sets", _whole("sets", state.sets), lowest=1), 1),
        note=nfc(state.note).strip(),
        result_by=state.result_by,
        documents=_documents(reader, state) if has_page_fee(procedure) else (),
        exemption=reader.take("exemption", lambda: _exemption(state), ""),
        paid_vnd=fee_vnd if is_paid else 0,
        paid_method=FeeMethod.TRANSFER if state.payment is Payment.TRANSFER else FeeMethod.CASH,
        is_immediate=state.is_immediate and procedure.immediate_allowed,
        duplicate_reason=nfc(duplicate_reason).strip(),
    )


def _party(reader: _Reader, who: str, typed: PersonText, today: date) -> Party:
    return Party(
        name=" ".join(nfc(typed.name).split()),
        kind=typed.kind,
        id_number=reader.take(f"{who}.id_number", lambda: _id_number(typed.id_number), ""),
        birth_date=reader.take(f"{who}.birth_date", lambda: parse_birth(typed.birth, today), ""),
        phone=reader.take(f"{who}.phone", lambda: _phone(typed.phone), ""),
        email=nfc(typed.email).strip(),
        address=" ".join(nfc(typed.address).split()),
        sex=typed.sex,
    )


def _submitter(reader: _Reader, state: IntakeState, owner: Party, today: date) -> Submitter:
    if not state.has_proxy:
        return Submitter(owner, Relation.OWNER)
    proxy = _party(reader, PROXY, state.proxy, today)
    return Submitter(proxy, Relation.AUTHORISED, nfc(state.authorisation).strip())


def _id_number(text: str) -> str:
    return check_id_number(text).value if text.strip() else ""


def _phone(text: str) -> str:
    return normalise_phone(text) if text.strip() else ""


def _whole(field: str, text: str) -> int:
    """Read a number as typed, with or without dots between its groups."""
    digits = "".join(text.split()).replace(".", "")
    if not (digits.isascii() and digits.isdigit()):
        raise UserError("not_a_number", field=field)
    return int(digits)


def _documents(reader: _Reader, state: IntakeState) -> tuple[CertifiedDocument, ...]:
    found = []
    for line in state.documents:
        if not line.is_blank:
            read_line = reader.take(DOCUMENTS, lambda line=line: _document(line.pages, line.copies), None)  # type: ignore[misc] # mypy does not see the default
            found += [read_line] if read_line is not None else []
    return tuple(found)


def _document(pages: str, copies: str) -> CertifiedDocument:
    document = CertifiedDocument(_whole(DOCUMENTS, pages), _whole(DOCUMENTS, copies or "1"))
    certified_copy_fee_vnd(document.pages, document.copies)
    return document


def _exemption(state: IntakeState) -> str:
    if state.payment is not Payment.EXEMPT:
        return ""
    reason = nfc(state.exemption).strip()
    if len(reason) < MIN_REASON:
        raise UserError("exemption_without_reason", least=MIN_REASON)
    return reason


def _count(count: CountText) -> ComponentCount:
    return ComponentCount(
        count.code, count.originals, count.certified, count.copies, nfc(count.name).strip(), nfc(count.reason).strip()
    )
