"""A correction as typed: pure data, the command it makes, and the words of its changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from desktop.domain.catalogue import Procedure, PublishedCatalogue
from desktop.domain.commands import ComponentCount, Correct
from desktop.domain.dossiers import (
    CertifiedDocument,
    Change,
    ComponentLine,
    Dossier,
    Party,
    Relation,
)
from desktop.domain.errors import UserError
from desktop.domain.identity import check_id_number, normalise_phone
from desktop.domain.paper_counts import differing
from desktop.domain.units import Unit
from desktop.domain.vietnamese import money
from desktop.services.ports import Desk
from desktop.services.receive import find_procedure
from desktop.ui.pages.dossiers_words import CHANNELS, FIELDS, RELATIONS, RESULTS_BY, counts
from desktop.ui.pages.intake_command import has_page_fee
from desktop.ui.pages.intake_person import parse_birth, shown_birth
from desktop.ui.pages.intake_state import CountText, DocumentText
from desktop.ui.pages.intake_words import APPLICANT_KINDS
from desktop.ui.words import tr

#: Fields of a person that a correction asks for; the submitter's others follow from who he is.
OWNER_FIELDS: Final = ("name", "id_number", "birth_date", "sex", "kind", "phone", "email", "address")
SUBMITTER_FIELDS: Final = ("name", "id_number", "phone")


#: A paper in the list of a change, as the domain writes it: name, originals, certified copies, plain copies.


@dataclass(frozen=True, slots=True)
class Basis:
    """Hold what a correction chooses from.

    Attributes:
        unit: Its favourites and local fees.
        published: The catalogue of the day of receipt.
        procedure: The dossier's entry in it.
    """

    unit: Unit
    published: PublishedCatalogue
    procedure: Procedure


@dataclass(frozen=True, slots=True)
class CorrectForm:
    """Hold what stands in the dialog.

    Attributes:
        texts: Value as typed by dotted field; of a choice its key.
        procedure: The one chosen, the dossier's own while none was.
        counts: Papers counted.
        documents: Documents to certify as typed.
        promised_at: The promise as typed, local; None where it was not touched.
        reason: As typed.
    """

    texts: Mapping[str, str]
    procedure: Procedure
    counts: tuple[CountText, ...]
    documents: tuple[DocumentText, ...]
    promised_at: datetime | None
    reason: str


def basis_of(desk: Desk, dossier: Dossier) -> Basis:
    """Read what a correction of a dossier chooses from; on lane read.

    Raises:
        UserError: ``procedure_unknown``, ``procedure_not_published``.
    """
    procedure = find_procedure(desk, dossier.procedure.code, dossier.received_at)
    return Basis(desk.reader.unit(), desk.reference.catalogue.on(dossier.received_on), procedure)


def old_texts(dossier: Dossier) -> dict[str, str]:
    """Return the present values as the editors show them."""
    submitter = dossier.submitter
    is_other = submitter.relation is Relation.AUTHORISED
    found = {f"applicant.{field}": _shown(dossier.owner, field) for field in OWNER_FIELDS}
    found |= {f"submitter.{field}": _shown(submitter.party, field) if is_other else "" for field in SUBMITTER_FIELDS}
    return found | {
        "submitter.relation": submitter.relation.value,
        "submitter.authorisation": submitter.authorisation,
        "channel": dossier.channel.value,
        "result_by": dossier.result_by.value,
        "sets": str(dossier.sets),
        "note": dossier.note,
    }


def old_counts(dossier: Dossier) -> tuple[CountText, ...]:
    """Return the papers handed in; why a paper outside the list was taken stands in the log."""
    reason = tr("đã nhận cùng hồ sơ")
    return tuple(_count(line, line.code, reason) for line in dossier.components if line.total or not line.code)


def counts_for(dossier: Dossier, procedure: Procedure) -> tuple[CountText, ...]:
    """Return the papers handed in as another procedure lists them: by name, since codes mean other papers there."""
    if procedure.code == dossier.procedure.code:
        return old_counts(dossier)
    handed_in = {line.name: line for line in dossier.components if line.code and line.total}
    kept = [_count(handed_in[part.name], part.code, "") for part in procedure.components if part.name in handed_in]
    return (*kept, *(count for count in old_counts(dossier) if not count.code))


def old_documents(dossier: Dossier) -> tuple[DocumentText, ...]:
    """Return the documents to certify as the editors show them."""
    return tuple(DocumentText(str(each.pages), str(each.copies)) for each in dossier.documents)


def command_of(dossier: Dossier, form: CorrectForm, today: date) -> Correct:
    """Make the command; it may change nothing.

    Raises:
        UserError: something typed cannot be read: ``bad_id_number``, ``bad_phone``, ``bad_birth_date``,
            ``not_a_number`` …
    """
    is_other = form.procedure.code != dossier.procedure.code
    documents = _documents(form)
    return Correct(
        changes=_plain_changes(dossier, form.texts, today) | _submitter_changes(dossier, form.texts, today),
        reason=form.reason,
        procedure=form.procedure if is_other else None,
        promised_at=form.promised_at,
        components=tuple(map(_component, form.counts)) if is_other or form.counts != old_counts(dossier) else None,
        documents=documents if documents != dossier.documents else None,
    )


def change_words(change: Change) -> tuple[str, str, str]:
    """Return field, old and new value of a change as people read them."""
    if change.field == "components":
        return _component_words(change)
    read = _READ.get(change.field, _READ.get(change.field.partition(".")[2], str))
    return tr(FIELDS.get(change.field, change.field)), read(change.old) or "–", read(change.new) or "–"


def _component_words(change: Change) -> tuple[str, str, str]:
    """Tell only the papers whose counts differ."""
    gone, come = (
        "; ".join(f"{line.name} ({counts(line)})" for line in part) for part in differing(change.old, change.new)
    )
    return tr(FIELDS[change.field]), gone or "–", come or "–"


def _plain_changes(dossier: Dossier, texts: Mapping[str, str], today: date) -> dict[str, str]:
    old = old_texts(dossier)
    typed = {key: text for key, text in texts.items() if not key.startswith("submitter.") and text != old[key]}
    return {key: _parsed(key.rpartition(".")[2], text, today) for key, text in typed.items()}


def _submitter_changes(dossier: Dossier, texts: Mapping[str, str], today: date) -> dict[str, str]:
    """Return the changes of who handed in; whoever becomes the owner, or stops being him, is told in full."""
    old = dossier.submitter
    relation = Relation(texts["submitter.relation"])
    if relation is Relation.OWNER and old.relation is Relation.OWNER:
        return {}
    if relation is Relation.OWNER:
        wanted = {field: _parsed(field, texts[f"applicant.{field}"], today) for field in OWNER_FIELDS}
    else:
        wanted = {field: _parsed(field, texts[f"submitter.{field}"], today) for field in SUBMITTER_FIELDS}
    if relation is not old.relation:
        stranger = {field: str(getattr(Party(""), field)) for field in OWNER_FIELDS}
        return {
            **{f"submitter.{field}": value for field, value in (stranger | wanted).items()},
            "submitter.relation": relation.value,
            "submitter.authorisation": "" if relation is Relation.OWNER else texts["submitter.authorisation"],
        }
    changes = {f"submitter.{field}": value for field, value in wanted.items() if value != getattr(old.party, field)}
    if texts["submitter.authorisation"] != old.authorisation:
        changes["submitter.authorisation"] = texts["submitter.authorisation"]
    return changes


def _documents(form: CorrectForm) -> tuple[CertifiedDocument, ...]:
    if not has_page_fee(form.procedure):
        return ()
    lines = (line for line in form.documents if not line.is_blank)
    return tuple(CertifiedDocument(_whole(line.pages), _whole(line.copies or "1")) for line in lines)


def _whole(text: str) -> int:
    digits = "".join(text.split()).replace(".", "")
    if not (digits.isascii() and digits.isdigit()):
        raise UserError("not_a_number", field="documents")
    return int(digits)


def _count(line: ComponentLine, code: str, reason: str) -> CountText:
    is_listed = bool(code)
    return CountText(
        code, line.originals, line.certified, line.copies, "" if is_listed else line.name, "" if is_listed else reason
    )


def _component(count: CountText) -> ComponentCount:
    return ComponentCount(count.code, count.originals, count.certified, count.copies, count.name, count.reason)


def _shown(party: Party, field: str) -> str:
    value = str(getattr(party, field))
    return shown_birth(value) if field == "birth_date" else value


def _parsed(field: str, text: str, today: date) -> str:
    """Return a text in the form it is stored."""
    if not text:
        return text
    if field == "id_number":
        return check_id_number(text).value
    if field == "phone":
        return normalise_phone(text)
    return parse_birth(text, today) if field == "birth_date" else text


def _word(choices: Mapping[str, str]) -> Callable[[str], str]:
    return lambda value: tr(choices[value]) if value in choices else value


#: How values of a change are written for people, by field or by the field of a person.
_READ: Final[Mapping[str, Callable[[str], str]]] = {
    "channel": _word({channel.value: text for channel, text in CHANNELS.items()}),
    "result_by": _word({way.value: text for way, text in RESULTS_BY.items()}),
    "relation": _word({relation.value: text for relation, text in RELATIONS.items()}),
    "kind": _word({kind.value: text for kind, text in APPLICANT_KINDS}),
    "birth_date": shown_birth,
    "fee_vnd": lambda value: money(int(value)) if value.isdigit() else value,
}
