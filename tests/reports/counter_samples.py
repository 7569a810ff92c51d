"""Control sheet, fee voucher, cash sheet and list of dossiers, each of the shortest to the second-page kind."""

from dataclasses import replace

from reports.elements.tabular import TabularForm
from reports.forms import cash_sheet, control_sheet, dossier_list, fee_voucher
from tests.reports.handing_samples import (
    BY_MACHINE,
    CENTRE,
    CODE,
    HEAD,
    LONG_CODE,
    LONG_HEAD,
    LONG_NAME,
    NAMES,
    PROCEDURES,
    SECTION,
    VIETQR,
    code,
    grouped,
    handed,
)

# Control sheet


def hop(number: int) -> control_sheet.HopRow:
    signed = "Xác nhận trên máy" if number % 3 else ""
    return control_sheet.HopRow(
        CENTRE if number % 2 else SECTION,
        NAMES[number % 5],
        SECTION if number % 2 else CENTRE,
        NAMES[(number + 1) % 5],
        f"15 giờ {number:02d} phút, ngày 09 tháng 07 năm 2025",
        signed,
        signed,
        ("Trước hạn", "Đúng hạn", "Quá hạn")[number % 3],
        "Chậm 01 ngày do chờ xác minh" if number % 3 == 2 else "",
        f"Cho phép 08 giờ làm việc, đã dùng {('06 giờ 20 phút', '08 giờ', '16 giờ 45 phút')[number % 3]}",
    )


SHEET = control_sheet.ControlSheetForm(
    **HEAD,
    title="PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
    legal_line="Mẫu số 06, ban hành kèm theo Thông tư số 03/2025/TT-VPCP ngày 15/9/2025 của Văn phòng Chính phủ",
    code=CODE,
    owner="Nguyễn Thị Ngọc Ở",
    procedure=PROCEDURES[0],
    received_at="14 giờ 05 phút, ngày 02 tháng 07 năm 2025",
    promised_at="09 giờ 00 phút, ngày 09 tháng 07 năm 2025",
    solving_unit=SECTION,
    partners="Công an phường Bến Thành",
    hops=tuple(map(hop, range(1, 5))),
    qr_content=CODE,
    notes=(
        (
            "Thời gian cho phép của từng bước là mức chia thông thường, chưa đối chiếu với quy trình nội bộ đã được "
            "phê duyệt."
        ),
    ),
)
SHEETS: dict[str, TabularForm] = {
    "shortest": replace(
        SHEET,
        legal_line="",
        owner="Ở",
        procedure="",
        partners="",
        hops=(control_sheet.HopRow("Một cửa", "Ý", "Địa chính", "Ở", "15 giờ 20 phút, ngày 09/07/2025"),),
        notes=(),
    ),
    "usual": SHEET,
    "pack_2018": replace(
        SHEET,
        office="BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ",
        legal_line="Mẫu số 05, ban hành kèm theo Thông tư số 01/2018/TT-VPCP ngày 23/11/2018 của Văn phòng Chính phủ",
        hops=tuple(replace(each, duration="") for each in SHEET.hops),
        notes=(),
    ),
    "longest": replace(
        SHEET,
        **LONG_HEAD,
        code=LONG_CODE,
        qr_content=LONG_CODE,
        owner=LONG_NAME,
        procedure=PROCEDURES[2],
        partners="Công an phường; Chi nhánh Văn phòng đăng ký đất đai; Thuế cơ sở 1 Thành phố Hồ Chí Minh",
        hops=tuple(
            replace(
                hop(number),
                giver=LONG_NAME,
                receiver=NAMES[5],
                receiver_signed=BY_MACHINE,
                duration="Cho phép 564 giờ làm việc, đã dùng 1024 giờ 59 phút",
                note=(
                    "Quá hạn vì cơ quan phối hợp trả lời chậm; đã gửi văn bản đôn đốc hai lần, lần thứ nhất ngày "
                    "03/07, lần thứ hai ngày 07/07/2025. " * (1 if number % 2 else 9)
                ).strip(),
            )
            for number in range(1, 5)
        ),
        notes=("Phiếu này chuyển kèm hồ sơ giấy và lưu cùng hồ sơ.",),
    ),
    "second_page": replace(SHEET, hops=tuple(map(hop, range(1, 31)))),
}

# Fee voucher

VOUCHER = fee_voucher.FeeVoucherForm(
    **HEAD,
    title="PHIẾU THU (NỘI BỘ)",
    number="0123/PT",
    code=CODE,
    payer="Nguyễn Thị Ngọc Ở",
    address="849/80 Hoàng Diệu, Phường Bến Thành",
    phone="0903 123 456",
    procedure=PROCEDURES[0],
    items=(fee_voucher.FeeItem("Lệ phí đăng ký khai sinh có yếu tố nước ngoài", "75.000 đ"),),
    amount="75.000 đồng",
    amount_in_words="Bảy mươi lăm nghìn đồng",
    method="Tiền mặt",
    status="Đã thu lúc 09 giờ 05 phút, ngày 09/07/2025",
    collector="Trần Quyền Khánh",
    payer_name="Nguyễn Thị Ngọc Ở",
    notes=("Phiếu nội bộ, không thay cho biên lai thu phí, lệ phí.",),
)
VOUCHERS: dict[str, TabularForm] = {
    "shortest": replace(
        VOUCHER,
        payer="Ở",
        address="",
        phone="",
        procedure="",
        items=(),
        method="",
        status="",
        collector="Ý",
        payer_name="",
        notes=(),
    ),
    "usual": VOUCHER,
    "unpaid": replace(
        VOUCHER,
        method="Chuyển khoản",
        status="Chưa nộp",
        payment_qr=VIETQR,
        account_lines=(
            "Ngân hàng: Vietcombank – Chi nhánh Bến Thành; số tài khoản: 0012345678901",
            "Nội dung chuyển khoản: H29 26 17 250702 0015",
        ),
    ),
    "exempted": replace(
        VOUCHER,
        items=(fee_voucher.FeeItem("Lệ phí đăng ký khai sinh", "0 đ"),),
        amount="0 đồng",
        amount_in_words="Không đồng",
        method="",
        status="Được miễn",
        exemption_reason="Người thuộc gia đình có công với cách mạng (Luật Hộ tịch 2014, Điều 11 khoản 1)",
    ),
    "longest": replace(
        VOUCHER,
        **LONG_HEAD,
        code=LONG_CODE,
        payer=NAMES[5],
        owner=LONG_NAME,
        address="Số 1234/567/89/10 Đường Nguyễn Thị Minh Khai nối dài, Phường Phan Rang – Tháp Chàm, Khánh Hòa",
        procedure=PROCEDURES[2],
        items=(
            fee_voucher.FeeItem("Lệ phí đăng ký", "75.000 đ"),
            fee_voucher.FeeItem(
                "Phí thẩm định hồ sơ cấp giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản", "1.250.000 đ"
            ),
        ),
        amount="1.325.000 đồng",
        amount_in_words="Một triệu ba trăm hai mươi lăm nghìn đồng",
        method="Chuyển khoản",
        status="Chưa nộp; nộp trước khi nhận kết quả",
        payment_qr=VIETQR,
        account_lines=(
            "Ngân hàng: Ngân hàng Thương mại cổ phần Ngoại thương Việt Nam – Chi nhánh Phan Rang – Tháp Chàm",
            "Số tài khoản: 0012345678901; nội dung: 000 16 27 H29 250702 00015",
        ),
        payer_name=LONG_NAME,
        collector="Nguyễn Phước Công Tằng Tôn Nữ Nguyệt Ánh Hồng Ngọc",
    ),
    "second_page": replace(
        VOUCHER,
        items=tuple(
            fee_voucher.FeeItem(f"Phí chứng thực bản sao từ bản chính, văn bản thứ {number}", "2.000 đ")
            for number in range(1, 61)
        ),
        amount="120.000 đồng",
        amount_in_words="Một trăm hai mươi nghìn đồng",
    ),
}

# Cash sheet

FEES = (75_000, 2_000, 0, 1_250_000, 8_000)


def cash_row(number: int) -> cash_sheet.CashRow:
    amount = FEES[number % len(FEES)]
    by_transfer = number % 3 == 0
    return cash_sheet.CashRow(
        str(number),
        f"{1 + number % 2:02d}-{number:04d}/2025",
        f"{8 + number // 60:02d}:{number % 60:02d}",
        code(number),
        NAMES[number % len(NAMES)],
        "Lệ phí hộ tịch" if amount else "Miễn: người có công với cách mạng",
        "" if by_transfer else grouped(amount),
        grouped(amount) if by_transfer else "",
    )


def sheet_of(count: int, in_words: str) -> cash_sheet.CashSheetForm:
    """Return a day with that many vouchers and true sums."""
    cash = sum(FEES[number % len(FEES)] for number in range(1, count + 1) if number % 3)
    transfer = sum(FEES[number % len(FEES)] for number in range(1, count + 1) if number % 3 == 0)
    return cash_sheet.CashSheetForm(
        **HEAD,
        title="BẢNG KÊ THU PHÍ, LỆ PHÍ CUỐI NGÀY",
        number="0041/BK",
        day_line="Ngày 09 tháng 07 năm 2025",
        clerk="Trần Quyền Khánh",
        counter="Quầy số 03",
        rows=tuple(map(cash_row, range(1, count + 1))),
        total_cash=grouped(cash),
        total_transfer=grouped(transfer),
        total=f"{grouped(cash + transfer)} đồng",
        total_in_words=in_words,
        count=f"{count:02d} phiếu",
    )


CASH_SHEETS: dict[str, TabularForm] = {
    "shortest": replace(sheet_of(1, "Hai nghìn đồng"), clerk="Ý", counter=""),
    "usual": replace(
        sheet_of(10, "Hai triệu sáu trăm bảy mươi nghìn đồng"),
        exempted="Miễn thu: 02 hồ sơ",
        handed_in="Tiền mặt nộp thủ quỹ lúc 16 giờ 45 phút: 1.335.000 đồng",
        accountant="Đỗ Quỳnh Ỷ",
        head="Nguyễn Thị Ngọc Ở",
    ),
    "longest": replace(
        sheet_of(12, "Hai triệu bảy trăm bốn mươi bảy nghìn đồng"),
        **LONG_HEAD,
        clerk=LONG_NAME,
        accountant="Nguyễn Phước Công Tằng Tôn Nữ Nguyệt Ánh Hồng Ngọc",
        head="H'Hen Niê Kđăm",
        cancelled="Phiếu hủy: 0007/PT (ghi nhầm số tiền, đã lập phiếu 0008/PT thay), 0011/PT (người nộp đổi ý)",
        notes=("Tiền chuyển khoản đối chiếu theo sao kê của ngân hàng cuối ngày.",),
    ),
    "second_page": sheet_of(120, "Ba mươi hai triệu không trăm bốn mươi nghìn đồng"),
}

# List of dossiers


def listed(number: int) -> dossier_list.ListedDossier:
    return dossier_list.ListedDossier(
        **handed(number),
        procedure=PROCEDURES[1],
        components="01 bằng tốt nghiệp (bản chính); 03 bản photo",
        sets=f"{number % 3 + 1:02d}",
        promised_at="17:00, 02/07/2025",
        fee=grouped(2_000 * (number % 3 + 1)),
    )


def list_of(count: int, in_words: str) -> dossier_list.DossierListForm:
    """Return a list of that many dossiers with true sums."""
    sets = sum(number % 3 + 1 for number in range(1, count + 1))
    return dossier_list.DossierListForm(
        **HEAD,
        title="DANH SÁCH HỒ SƠ KÈM THEO",
        code=CODE,
        receipt_line="(Kèm theo Giấy tiếp nhận hồ sơ và hẹn trả kết quả số 000123/TNHS ngày 02 tháng 07 năm 2025)",
        submitter="Đỗ Quỳnh Ỷ",
        id_number="079185•••345",
        address="849/80 Hoàng Diệu, Phường Bến Thành",
        phone="0903 123 456",
        received_at="08 giờ 05 phút, ngày 02 tháng 07 năm 2025",
        rows=tuple(map(listed, range(1, count + 1))),
        total=f"{count:02d} hồ sơ",
        total_in_words=in_words,
        total_sets=str(sets),
        total_fee=grouped(2_000 * sets),
        submitter_name="Đỗ Quỳnh Ỷ",
        clerk_name="Trần Quyền Khánh",
        qr_content=f"https://mc.tphcm.gov.vn/tra-cuu/{CODE}?k=0123456789",
    )


LISTS: dict[str, TabularForm] = {
    "shortest": replace(list_of(2, ""), address="", phone="", id_number="", qr_content=CODE),
    "usual": list_of(8, "Tám hồ sơ"),
    "longest": replace(
        list_of(8, "Tám hồ sơ"),
        **LONG_HEAD,
        code=LONG_CODE,
        submitter=NAMES[5],
        submitter_name=LONG_NAME,
        rows=tuple(
            replace(
                listed(number),
                code=LONG_CODE,
                owner=LONG_NAME,
                procedure=PROCEDURES[2],
                components="Đơn đăng ký; mảnh trích đo bản đồ địa chính; giấy tờ chứng minh quyền sử dụng đất",
                note="Nộp thay theo giấy ủy quyền",
            )
            for number in range(1, 9)
        ),
        notes=("Danh sách này là một phần của Giấy tiếp nhận hồ sơ và hẹn trả kết quả.",),
    ),
    "second_page": list_of(40, "Bốn mươi hồ sơ"),
}
