"""From several dossiers to the finished texts of the list with one person's receipts and of the slip of results."""

from textwrap import shorten

from desktop.domain.acts.listing import list_key
from desktop.domain.amount_words import count_in_words
from desktop.domain.dossiers import CustodianKind, Dossier, ResultBy
from desktop.domain.errors import UserError
from desktop.domain.facts.counter import ResultReady
from desktop.domain.identity import mask_id_number
from desktop.domain.vietnamese import local, money, number, paper_date, paper_datetime, screen_datetime
from desktop.printing.words import reprint_mark
from desktop.services.ports import Listed, PaperRequest
from reports.forms.dossier_list import DossierListForm, ListedDossier
from reports.forms.result_slip import ResultRow, ResultSlipForm

_MARK_DIGITS = 6
#: The receipt names each paper in full; here whole names would make two dossiers a page.
_LONGEST_NAME = 40
_X = "X"


def list_form(request: PaperRequest, watermark: str) -> DossierListForm:
    """Return the list of what one person handed in on one day.

    Raises:
        UserError: ``unknown_form`` without dossiers.
    """
    dossiers, first = _dossiers(request)
    on = first.received_on
    heading, rule = request.unit.heading(on), request.pack.form(request.form)
    submitter, n = first.submitter.party, len(dossiers)
    fee_vnd = sum(_fee_vnd(dossier) for dossier in dossiers)
    return DossierListForm(
        parent_agency=heading.agency,
        office=heading.office,
        place_and_date=f"{request.unit.place}, {paper_date(on)}",
        title=rule.title,
        form_mark=rule.number,
        legal_line=rule.basis,
        copy_mark=reprint_mark(request.copy_no),
        watermark=watermark,
        code=first.code if n == 1 else f"{first.code} và {n - 1} hồ sơ khác",
        receipt_line=_receipt_line(dossiers),
        submitter=submitter.name,
        address=submitter.address or first.owner.address,
        phone=submitter.phone or first.owner.phone,
        id_number=mask_id_number(submitter.id_number),
        received_at=paper_datetime(first.received_at),
        rows=tuple(_listed_row(place, dossier) for place, dossier in enumerate(dossiers, 1)),
        total=f"{n:02d} hồ sơ",
        total_in_words=count_in_words(n, southern=request.unit.southern_words),
        total_sets=f"{sum(dossier.sets for dossier in dossiers):02d}",
        total_fee=money(fee_vnd) if fee_vnd else "Không thu",
        submitter_name=submitter.name,
        clerk_name=request.names.get(first.received_by, ""),
    )


def result_form(request: PaperRequest, watermark: str) -> ResultSlipForm:
    """Return the slip by which results go from who solved them to the counter.

    Raises:
        UserError: ``unknown_form`` without dossiers.
    """
    dossiers, _ = _dossiers(request)
    printed = request.listed[0].history[-1].envelope
    on = local(printed.acted_at).date()
    heading, rule = request.unit.heading(on), request.pack.form(request.form)
    n = len(dossiers)
    units, people = zip(*(_giver(each, request) for each in request.listed), strict=True)
    return ResultSlipForm(
        parent_agency=heading.agency,
        office=heading.office,
        place_and_date=f"{request.unit.place}, {paper_date(on)}",
        title=rule.title,
        form_mark=rule.number,
        legal_line=rule.basis,
        copy_mark=reprint_mark(request.copy_no),
        watermark=watermark,
        number=f"KQ-{on:%Y%m%d}-{list_key(dossier.code for dossier in dossiers)[:_MARK_DIGITS].upper()}",
        number_label="Ký hiệu:",
        giver_unit=_joined(units),
        giver=_joined(people),
        receiver_unit=request.unit.section_name(request.unit.counter_section),
        receiver="",
        handed_at=paper_datetime(printed.acted_at),
        total=f"{n:02d} hồ sơ",
        total_in_words=count_in_words(n, southern=request.unit.southern_words),
        rows=tuple(_result_row(place, dossier) for place, dossier in enumerate(dossiers, 1)),
    )


def _dossiers(request: PaperRequest) -> tuple[tuple[Dossier, ...], Dossier]:
    """Return the dossiers of a list, and its first one."""
    if not request.listed:
        raise UserError("unknown_form", form=request.form)
    dossiers = tuple(each.dossier for each in request.listed)
    return dossiers, dossiers[0]


def _receipt_line(dossiers: tuple[Dossier, ...]) -> str:
    first = dossiers[0]
    name = "Kèm theo Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
    which = f"số {first.receipt.number:02d}" if len(dossiers) == 1 else "của từng hồ sơ"
    return f"({name} {which}, {paper_date(first.received_on)})"


def _listed_row(place: int, dossier: Dossier) -> ListedDossier:
    fee_vnd = _fee_vnd(dossier)
    return ListedDossier(
        no=str(place),
        code=dossier.code,
        procedure=dossier.procedure.name,
        owner=dossier.owner.name,
        components=_papers(dossier),
        sets=f"{dossier.sets:02d}",
        promised_at=screen_datetime(dossier.promised_at),
        fee=number(fee_vnd) if fee_vnd else "Miễn thu" if dossier.is_exempt else "Không thu",
        note=f"Giấy số {dossier.receipt.number:02d}",
    )


def _papers(dossier: Dossier) -> str:
    """Say what was handed in: how many papers of each kind, and pages and copies of what is to be certified."""
    lines = [line for line in dossier.components if line.total]
    papers = [f"{line.total:02d} {shorten(line.name, _LONGEST_NAME, placeholder=' …')}" for line in lines]
    documents = [
        f"văn bản {place}: {document.pages} trang, {document.copies} bản"
        for place, document in enumerate(dossier.documents, 1)
    ]
    return "; ".join((*papers, *documents))


def _fee_vnd(dossier: Dossier) -> int:
    return 0 if dossier.is_exempt else dossier.fee_vnd


def _result_row(place: int, dossier: Dossier) -> ResultRow:
    return ResultRow(
        no=str(place),
        code=dossier.code,
        procedure=dossier.procedure.name,
        result=dossier.procedure.result_name,
        owner=dossier.owner.name,
        address=dossier.owner.address,
        has_fee=_X if _fee_vnd(dossier) else "",
        by_post=_X if dossier.result_by is ResultBy.POST else "",
    )


def _giver(listed: Listed, request: PaperRequest) -> tuple[str, str]:
    """Return unit and person who give a result: who put it at the counter, or who holds what was approved."""
    ready = [event.envelope.actor for event in listed.history if isinstance(event.fact, ResultReady)]
    custodian = listed.dossier.custodian
    if not ready and custodian.kind is CustodianKind.SECTION:
        return request.unit.section_name(custodian.holder), ""
    user = ready[-1] if ready else custodian.holder
    section = request.unit.section_name(request.sections.get(user, ""))
    return section or request.titles.get(user, "") or request.unit.name, request.names.get(user, "")


def _joined(texts: tuple[str, ...]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))
