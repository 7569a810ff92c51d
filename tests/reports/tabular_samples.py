"""All papers that are mainly tables, with their papers and pictures, for the tests they share."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from reports.elements.page import Paper
from reports.elements.tabular import TabularForm
from reports.forms import (
    cash_sheet,
    control_sheet,
    dossier_list,
    fee_voucher,
    handover_record,
    handover_slip,
    quarter_report,
    result_slip,
)
from tests.reports.counter_samples import CASH_SHEETS, LISTS, SHEETS, VOUCHERS
from tests.reports.handing_samples import RECORDS, RESULTS, SLIPS
from tests.reports.register_samples import BOOKS, print_book
from tests.reports.report_samples import DUE, TABLES


@dataclass(frozen=True, slots=True)
class Kind:
    """Hold a form's module, its samples, the papers it is printed on, and what its pictures show.

    Attributes:
        render: The module's function.
        samples: By kind.
        papers: What it can be printed on.
        pictured: Sample, paper and page of each golden picture.
        last: What must stand on the last page only: titles of signatures.
        qr: What the QR code of a sample says.
    """

    render: Callable[[Any, Paper], bytes]
    samples: dict[str, TabularForm]
    papers: tuple[Paper, ...]
    pictured: tuple[tuple[str, Paper, int], ...]
    last: tuple[str, ...]
    qr: Callable[[Any], str]


UPRIGHT = (Paper.A5, Paper.A4, Paper.A4X2)
ACROSS = (Paper.A4,)
HANDED = ("NGƯỜI GIAO", "NGƯỜI NHẬN")


def _across(*more: tuple[str, Paper, int]) -> tuple[tuple[str, Paper, int], ...]:
    pages = (("usual", Paper.A4, 0), ("shortest", Paper.A4, 0), ("longest", Paper.A4, 0), ("second_page", Paper.A4, 1))
    return (*pages, *more)


KINDS: dict[str, Kind] = {
    "handover_slip": Kind(
        handover_slip.render,
        SLIPS,
        (Paper.A4, Paper.A5, Paper.A4X2),
        _across(
            ("usual", Paper.A5, 0),
            ("confirmed", Paper.A4, 0),
            ("longest", Paper.A4, 1),
            ("longest", Paper.A5, 1),
            ("usual", Paper.A4X2, 0),
        ),
        HANDED,
        lambda form: form.qr_content,
    ),
    "handover_record": Kind(handover_record.render, RECORDS, ACROSS, _across(), HANDED, lambda form: form.qr_content),
    "result_slip": Kind(result_slip.render, RESULTS, ACROSS, _across(), HANDED, lambda form: form.qr_content),
    "control_sheet": Kind(
        control_sheet.render,
        SHEETS,
        UPRIGHT,
        _across(
            ("usual", Paper.A5, 0),
            ("pack_2018", Paper.A5, 0),
            ("longest", Paper.A5, 0),
            ("longest", Paper.A5, 1),
            ("second_page", Paper.A5, 2),
        ),
        (),
        lambda form: form.qr_content,
    ),
    "fee_voucher": Kind(
        fee_voucher.render,
        {**VOUCHERS, "due": DUE},
        (Paper.A5, Paper.A4, Paper.A4X2),
        _across(
            ("usual", Paper.A5, 0),
            ("shortest", Paper.A5, 0),
            ("unpaid", Paper.A5, 0),
            ("due", Paper.A5, 0),
            ("due", Paper.A4, 0),
            ("exempted", Paper.A5, 0),
            ("longest", Paper.A5, 0),
            ("second_page", Paper.A5, 1),
            ("usual", Paper.A4X2, 0),
        ),
        ("NGƯỜI NỘP TIỀN", "NGƯỜI THU TIỀN"),
        lambda form: form.payment_qr,
    ),
    "cash_sheet": Kind(
        cash_sheet.render,
        CASH_SHEETS,
        ACROSS,
        _across(("second_page", Paper.A4, 3), ("longest", Paper.A4, 1)),
        ("NGƯỜI THU", "KẾ TOÁN – THỦ QUỸ", "LÃNH ĐẠO ĐƠN VỊ"),
        lambda form: "",  # noqa: ARG005 - the sheet has none
    ),
    "dossier_list": Kind(
        dossier_list.render,
        LISTS,
        ACROSS,
        _across(),
        ("NGƯỜI NỘP HỒ SƠ", "NGƯỜI TIẾP NHẬN HỒ SƠ"),
        lambda form: form.qr_content,
    ),
    "quarter_report": Kind(
        quarter_report.render,
        TABLES,
        ACROSS,
        _across(),
        (),
        lambda form: "",  # noqa: ARG005 - the table has none
    ),
    "register": Kind(
        print_book,
        BOOKS,
        ACROSS,
        _across(
            ("usual", Paper.A4, 1),
            ("usual", Paper.A4, 2),
            ("longest", Paper.A4, 1),
            ("longest", Paper.A4, 4),
            ("shortest", Paper.A4, 1),
        ),
        (),
        lambda form: "",  # noqa: ARG005 - a book has none
    ),
}

CASES = tuple((name, sample, paper) for name, kind in KINDS.items() for sample in kind.samples for paper in kind.papers)
"""Each form, sample and paper."""


def printed(name: str, sample: str, paper: Paper, **changes: Any) -> bytes:
    """Print a sample, with some texts changed."""
    kind = KINDS[name]
    return kind.render(replace(kind.samples[sample], **changes), paper)
