"""Make every paper but the receipt and the return slip: which form, which size, which texts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.domain.errors import UserError
from desktop.printing import cash_sheets, handing, letters, lists, vouchers
from desktop.services.ports import PaperRequest
from reports.elements.page import Paper
from reports.forms import (
    apology,
    cash_sheet,
    control_sheet,
    dossier_list,
    fee_voucher,
    handover_record,
    handover_slip,
    refusal,
    result_slip,
    stop_notice,
    supplement,
)

_LETTER = (Paper.A5, Paper.A4, Paper.A4X2)
_TABLE = (Paper.A5, Paper.A4)
_ACROSS = (Paper.A4,)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Pair what fills a form with what draws it, and the papers it is drawn on."""

    fill: Callable[[PaperRequest, str], Any]
    render: Callable[[Any, Paper], bytes]
    papers: tuple[Paper, ...]


_MAKERS: Mapping[str, _Maker] = {
    "supplement": _Maker(letters.supplement_form, supplement.render, _LETTER),
    "refusal": _Maker(letters.refusal_form, refusal.render, _LETTER),
    "apology": _Maker(letters.apology_form, apology.render, _LETTER),
    "stop": _Maker(letters.stop_form, stop_notice.render, _LETTER),
    "control_sheet": _Maker(handing.control_form, control_sheet.render, _TABLE),
    "handover_slip": _Maker(handing.slip_form, handover_slip.render, _TABLE),
    "handover_record": _Maker(handing.record_form, handover_record.render, _ACROSS),
    "result_slip": _Maker(lists.result_form, result_slip.render, _ACROSS),
    "dossier_list": _Maker(lists.list_form, dossier_list.render, _ACROSS),
    "cash_sheet": _Maker(cash_sheets.cash_form, cash_sheet.render, _ACROSS),
    "fee_slip": _Maker(vouchers.voucher_form, fee_voucher.render, _TABLE),
}


def make_paper(request: PaperRequest, watermark: str) -> bytes:
    """Return a paper as PDF bytes.

    Raises:
        UserError: ``unknown_form``; ``unknown_paper`` with the sizes this form is drawn on; ``form_not_in_pack``;
            ``no_such_paper``.
    """
    allowed = sizes_of(request.form)
    if request.paper not in allowed:
        raise UserError("unknown_paper", paper=request.paper, allowed=list(allowed))
    maker = _MAKERS[request.form]
    return maker.render(maker.fill(request, watermark), Paper(request.paper))


def sizes_of(form: str) -> tuple[str, ...]:
    """Return the paper sizes a form is drawn on.

    Raises:
        UserError: ``unknown_form``.
    """
    maker = _MAKERS.get(form)
    if maker is None:
        raise UserError("unknown_form", form=form)
    return tuple(paper.value for paper in maker.papers)
