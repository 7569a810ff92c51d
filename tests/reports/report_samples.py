"""Samples of the quarterly table II.06a, and of the paper that says what is still to be paid."""

from dataclasses import replace

from reports.elements.tabular import TabularForm
from reports.forms import quarter_report
from reports.forms.fee_voucher import FeeItem
from tests.reports.counter_samples import VOUCHER
from tests.reports.handing_samples import HEAD, LONG_HEAD, LONG_NAME, PROCEDURES, VIETQR

FIELDS = (
    "Hộ tịch",
    "Chứng thực",
    "Bảo trợ xã hội",
    "Đất đai",
    "Hoạt động xây dựng",
    "Thành lập và hoạt động hộ kinh doanh",
)


def grouped(n: int) -> str:
    """Write a number as the table does."""
    return f"{n:,}".replace(",", ".")


def figures(direct: int) -> tuple[int, ...]:
    """Return figures of columns 3 to 13 whose sums agree."""
    online, carried, late, open_late = direct // 3, direct // 9, direct // 100, direct // 300
    received = online + direct + carried
    in_progress = received // 10
    solved = received - in_progress
    early = (solved - late) // 2
    on_time, in_time = solved - late - early, in_progress - open_late
    return received, online, direct, carried, solved, early, on_time, late, in_progress, in_time, open_late


def table_of(fields: tuple[str, ...], direct: int = 320) -> quarter_report.QuarterReportForm:
    """Return the table of some fields with true sums."""
    lines = [figures(direct * place) for place in range(1, len(fields) + 1)]
    total = [sum(column) for column in zip(*lines, strict=True)] if lines else [0] * 11
    rows = zip(fields, lines, strict=True)
    return quarter_report.QuarterReportForm(
        **HEAD,
        title="TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
        form_mark="Biểu số II.06a/VPCP/KSTT",
        period_line="Từ ngày 01 tháng 07 năm 2025 đến ngày 30 tháng 09 năm 2025",
        unit_line="Đơn vị tính: Số hồ sơ TTHC",
        rows=tuple((str(place), name, *map(grouped, line)) for place, (name, line) in enumerate(rows, 1)),
        total=tuple(map(grouped, total)),
        notes=(
            "Cột 9 gồm cả hồ sơ người nộp xin rút; hồ sơ chờ bổ sung tính ở cột 12.",
            "Cột 3 = cột 4 + cột 5 + cột 6 = cột 7 + cột 11.",
        ),
        writer="Trần Quyền Khánh",
        signer_titles=("TL. CHỦ TỊCH", "GIÁM ĐỐC"),
        signer="Đỗ Quỳnh Ỷ",
    )


TABLES: dict[str, TabularForm] = {
    "shortest": replace(table_of(()), notes=(), signer_titles=("GIÁM ĐỐC",), signer=""),
    "usual": table_of(FIELDS),
    "longest": replace(
        table_of(tuple(f"{name}: {PROCEDURES[2]}" for name in FIELDS), 71_234), **LONG_HEAD, writer=LONG_NAME
    ),
    "second_page": table_of(tuple(f"{FIELDS[n % len(FIELDS)]} ({n})" for n in range(1, 61))),
}

DUE: TabularForm = replace(
    VOUCHER,
    title="PHIẾU BÁO NỘP PHÍ, LỆ PHÍ",
    number="",
    items=(
        FeeItem("Phí chứng thực bản sao từ bản chính", "20.000 đ"),
        FeeItem("Phí chứng thực bản sao từ bản chính, từ trang thứ ba", "5.000 đ"),
    ),
    amount="15.000 đ",
    amount_in_words="Mười lăm nghìn đồng",
    method="Tiền mặt tại quầy hoặc chuyển khoản",
    status="Đã nộp 10.000 đ, còn phải nộp 15.000 đ",
    collector="",
    account_lines=(
        "Số tài khoản: 0012345678901 – Ngân hàng Ngoại thương Việt Nam",
        "Tên tài khoản: TRUNG TAM PHUC VU HANH CHINH CONG",
        "Nội dung chuyển khoản: MC 000 16 27 H29 250702 0015",
    ),
    payment_qr=VIETQR,
    notes=(
        "Sau khi chuyển khoản, báo cho quầy để nhận phiếu thu.",
        "Phiếu nội bộ, không thay biên lai thu phí, lệ phí.",
    ),
)
