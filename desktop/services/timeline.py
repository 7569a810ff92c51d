"""Say what an event of a dossier's time line is about: the fields of its sentence ``timeline.<type>``.

Values that are words of ours (a kind of wait, a cause) stay as they are in the data;
:mod:`desktop.services.wording` shows them by their word.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from desktop.domain.dossiers import Change, Custodian, CustodianKind
from desktop.domain.events import Fact
from desktop.domain.facts.counter import Corrected, FeeTaken, ReceiptPrinted, Received, ResultReady, Returned
from desktop.domain.facts.hub import CodeBound, CustodyTaken
from desktop.domain.facts.way import (
    Apologised,
    Approved,
    CitizenNotified,
    CustodyAssigned,
    FileAttached,
    HandoverConfirmed,
    HandoverDropped,
    HandoverOffered,
    PaperPrinted,
    Refused,
    Rejected,
    SentBack,
    Submitted,
    WaitClosed,
    WaitOpened,
    Withdrawn,
)
from desktop.domain.vietnamese import money, screen_datetime
from desktop.domain.way import AuthorityUsed, MissingPaper

Details = tuple[tuple[str, str], ...]
#: Names a holder of papers.
NameOf = Callable[[Custodian], str]
ShownIdNumber = Callable[[str], str]


def details_of(fact: Fact, shown: ShownIdNumber, name_of: NameOf) -> Details:
    """Return the fields of an event's sentence; () for an event that no time line shows.

    Args:
        fact: What happened.
        shown: Masks an ID number as the reader's roles demand.
        name_of: Names a section or a user.
    """
    if isinstance(fact, Corrected):
        return _corrected(fact, shown)
    about = _DETAILS.get(type(fact))
    return () if about is None else about(fact, name_of)


def _corrected(fact: Corrected, shown: ShownIdNumber) -> Details:
    changes = "; ".join(_change(change, shown) for change in fact.changes)
    return (("version", str(fact.receipt_version)), ("changes", changes), ("reason", fact.reason))


def _change(change: Change, shown: ShownIdNumber) -> str:
    """Return a correction as text; an ID number stays masked in the history too."""
    old, new = change.old, change.new
    if change.field.endswith(".id_number"):
        old, new = shown(old), shown(new)
    return f"{change.field}: {old} → {new}"


def _received(fact: Received, _: NameOf) -> Details:
    return (("code", fact.code), ("promised_at", screen_datetime(fact.due_at)))


def _receipt_printed(fact: ReceiptPrinted, _: NameOf) -> Details:
    return (("copy_no", str(fact.copy_no)), ("paper", fact.paper))


def _fee_taken(fact: FeeTaken, _: NameOf) -> Details:
    return (("amount", money(fact.amount_vnd)), ("method", fact.method.value), ("reason", fact.reason))


def _result_ready(fact: ResultReady, _: NameOf) -> Details:
    return (("shelf", fact.shelf), ("note", fact.note))


def _returned(fact: Returned, _: NameOf) -> Details:
    return (("recipient", fact.recipient.name), ("proof", fact.proof.value), ("reference", fact.proof_reference))


def _handed(fact: HandoverOffered | HandoverConfirmed, name_of: NameOf) -> Details:
    return (("slip", fact.slip), ("to", name_of(fact.to)))


def _dropped(fact: HandoverDropped, _: NameOf) -> Details:
    return (("slip", fact.slip), ("outcome", fact.reason))


def _assigned(fact: CustodyAssigned, name_of: NameOf) -> Details:
    by_two = (("witness", name_of(Custodian(CustodianKind.USER, fact.witness))),) if fact.witness else ()
    return (("to", name_of(fact.to)), ("reason", fact.reason), *by_two)


def _custody_taken(fact: CustodyTaken, _: NameOf) -> Details:
    return (("reason", fact.reason),)


def _code_bound(fact: CodeBound, _: NameOf) -> Details:
    return (("code", fact.code),)


def _wait_opened(fact: WaitOpened, _: NameOf) -> Details:
    return (
        ("kind", fact.kind.value),
        ("reason", fact.reason),
        ("missing", "; ".join(_gap(paper) for paper in fact.missing)),
        ("of", fact.of),
        ("answer_due", "" if fact.answer_due is None else screen_datetime(fact.answer_due)),
        ("number", "" if fact.form is None else str(fact.form.number)),
    )


def _gap(paper: MissingPaper) -> str:
    return f"{paper.name} ({paper.note})" if paper.note else paper.name


def _wait_closed(fact: WaitClosed, _: NameOf) -> Details:
    return (
        ("kind", fact.kind.value),
        ("due_at", screen_datetime(fact.due_at)),
        ("version", str(fact.receipt_version)),
        ("answer", fact.answer),
    )


def _file_attached(fact: FileAttached, _: NameOf) -> Details:
    file = fact.attachment
    title = file.title or file.media_type.rpartition("/")[2].upper()
    return (("role", file.role.value), ("title", title), ("pages", str(file.pages)))


def _submitted(fact: Submitted, name_of: NameOf) -> Details:
    return (("to", name_of(fact.to)), ("note", fact.note))


def _approved(fact: Approved, _: NameOf) -> Details:
    return (*_authority(fact.authority), ("means", fact.means.value))


def _authority(used: AuthorityUsed) -> Details:
    return (("signer", used.signer_name), ("authority", used.form.value), ("document", used.document))


def _sent_back(fact: SentBack, _: NameOf) -> Details:
    return (("reason", fact.reason),)


def _rejected(fact: Rejected, _: NameOf) -> Details:
    return (*_authority(fact.authority), ("reason", fact.reason))


def _apologised(fact: Apologised, _: NameOf) -> Details:
    return (
        ("new_promise", screen_datetime(fact.new_promise)),
        ("cause", fact.cause.value),
        ("timing", "late" if fact.is_late else "in_time"),
        ("reason", fact.reason),
        ("number", str(fact.form.number)),
    )


def _refused(fact: Refused, _: NameOf) -> Details:
    return (
        ("reason", fact.reason),
        ("legal_basis", fact.legal_basis),
        ("number", str(fact.form.number)),
        ("originals_returned", ", ".join(fact.originals_returned)),
    )


def _withdrawn(fact: Withdrawn, _: NameOf) -> Details:
    return (("reason", fact.reason), ("originals_returned", ", ".join(fact.originals_returned)))


def _notified(fact: CitizenNotified, _: NameOf) -> Details:
    return (("channel", fact.channel), ("text", fact.text))


def _paper_printed(fact: PaperPrinted, _: NameOf) -> Details:
    return (
        ("form", fact.form),
        ("paper", fact.paper),
        ("copy", "again" if fact.copy_no else "original"),
        ("copy_no", str(fact.copy_no or "")),
    )


_DETAILS: Final[Mapping[type, Callable[[Any, NameOf], Details]]] = {  # each takes the fact it is listed under
    Received: _received,
    ReceiptPrinted: _receipt_printed,
    FeeTaken: _fee_taken,
    ResultReady: _result_ready,
    Returned: _returned,
    HandoverOffered: _handed,
    HandoverConfirmed: _handed,
    HandoverDropped: _dropped,
    CustodyAssigned: _assigned,
    WaitOpened: _wait_opened,
    WaitClosed: _wait_closed,
    FileAttached: _file_attached,
    Submitted: _submitted,
    Approved: _approved,
    SentBack: _sent_back,
    Rejected: _rejected,
    Apologised: _apologised,
    Refused: _refused,
    Withdrawn: _withdrawn,
    CitizenNotified: _notified,
    PaperPrinted: _paper_printed,
    CustodyTaken: _custody_taken,
    CodeBound: _code_bound,
}
