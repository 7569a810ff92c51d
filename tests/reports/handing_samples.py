"""Papers by which lists are handed over, each of the shortest, usual, longest and second-page kind."""

from dataclasses import replace
from typing import Any

from reports.elements.tabular import TabularForm
from reports.forms import handover_record, handover_slip, result_slip

CODE = "H29.26.17-250702-0015"
LONG_CODE = "000.16.27.H29-250702-00015"
TRAINING = "HỌC – KHÔNG GIÁ TRỊ"
DIGITS = "".join(str(number * 7 % 10) for number in range(120))
VIETQR = (
    "00020101021238570010A00000072701270006970436011300123456789010208QRIBFTTA530370454067500058"
    "02VN62270823H29 26 17 250702 001563049A3B"
)
HEAD: dict[str, Any] = {
    "parent_agency": "ỦY BAN NHÂN DÂN PHƯỜNG BẾN THÀNH",
    "office": "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
    "place_and_date": "Bến Thành, ngày 09 tháng 07 năm 2025",
}
LONG_HEAD: dict[str, Any] = {
    "parent_agency": "ỦY BAN NHÂN DÂN ĐẶC KHU KINH TẾ TRƯỜNG SA VÀ CÁC ĐẢO PHỤ CẬN",
    "office": "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG PHƯỜNG PHAN RANG – THÁP CHÀM",
    "place_and_date": "Phan Rang – Tháp Chàm, ngày 09 tháng 07 năm 2025",
    "copy_mark": "IN LẠI LẦN 12",
    "watermark": TRAINING,
}
NAMES = (
    "Nguyễn Thị Ngọc Ở",
    "Đỗ Quỳnh Ỷ",
    "H'Hen Niê Kđăm",
    "Ý",
    "Trần Quyền Khánh",
    "Công ty Trách nhiệm hữu hạn Một thành viên Dịch vụ Thương mại Xuất nhập khẩu Nguyễn Thị Ngọc Ở",
)
LONG_NAME = "H'Hen Niê Kđăm Nguyễn Phước Công Tằng Tôn Nữ Thị Quỳnh Nghiễng Nguyệt Ở Ẫm Ỹ Ậu Ệch"
CENTRE = "Trung tâm Phục vụ hành chính công phường Bến Thành"
SECTION = "Phòng Kinh tế, Hạ tầng và Đô thị"
PROCEDURES = (
    "Đăng ký khai sinh có yếu tố nước ngoài",
    "Chứng thực bản sao từ bản chính giấy tờ, văn bản",
    (
        "Đăng ký, cấp Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất lần đầu đối với hộ gia "
        "đình, cá nhân đang sử dụng đất không có giấy tờ về quyền sử dụng đất"
    ),
    "Cấp bản sao trích lục hộ tịch",
)
BY_MACHINE = "Đã xác nhận trên máy lúc 15 giờ 40 phút, ngày 09/07/2025"


def code(number: int) -> str:
    """Return the code of the n-th dossier."""
    return f"H29.26.17-250709-{number:04d}"


def grouped(amount: int) -> str:
    """Write an amount as the forms get it."""
    return f"{amount:,}".replace(",", ".")


def handed(number: int) -> dict[str, Any]:
    """Return what every list of dossiers says of the n-th."""
    return {"no": str(number), "code": code(number), "owner": NAMES[number % len(NAMES)]}


# Handover slip


def slip_row(number: int) -> handover_slip.HandoverRow:
    return handover_slip.HandoverRow(
        **handed(number),
        procedure=PROCEDURES[number % len(PROCEDURES)],
        received_on="09/07/2025",
        promised_at="16/07/2025",
        note="Có 02 bản chính" if number % 7 == 0 else "",
    )


SLIP = handover_slip.HandoverSlipForm(
    **HEAD,
    title="GIẤY BÀN GIAO HỒ SƠ",
    number="0012/BG",
    giver_unit=CENTRE,
    giver="Trần Quyền Khánh",
    receiver_unit=SECTION,
    receiver="Nguyễn Thị Ngọc Ở",
    handed_at="15 giờ 20 phút, ngày 09 tháng 07 năm 2025",
    total="05 hồ sơ",
    total_in_words="Năm hồ sơ",
    rows=tuple(map(slip_row, range(1, 6))),
    due_line="chậm nhất 17 giờ 00 phút, ngày 09 tháng 07 năm 2025",
    qr_content=DIGITS,
    notes=("Giấy này lập thành 02 bản, mỗi bên giữ 01 bản.",),
)
SLIPS: dict[str, TabularForm] = {
    "shortest": replace(
        SLIP,
        giver_unit="Một cửa",
        giver="Ý",
        receiver_unit="Địa chính",
        receiver="Ở",
        rows=(handover_slip.HandoverRow("1", CODE, "Ở", "Cấp bản sao trích lục", "09/07/2025", "09/07/2025"),),
        total="01 hồ sơ",
        total_in_words="",
        due_line="",
        qr_content="0012250709",
        notes=(),
    ),
    "usual": SLIP,
    "confirmed": replace(
        SLIP,
        confirmation=handover_slip.HandoverConfirmation(
            "15 giờ 40 phút, ngày 09 tháng 07 năm 2025", "Nguyễn Thị Ngọc Ở (đăng nhập)", "05 hồ sơ"
        ),
        giver_hint=BY_MACHINE,
        receiver_hint=BY_MACHINE,
    ),
    "longest": replace(
        SLIP,
        **LONG_HEAD,
        giver=LONG_NAME,
        receiver="Nguyễn Phước Công Tằng Tôn Nữ Nguyệt Ánh Hồng Ngọc",
        receiver_unit="Trung tâm Hành chính công cấp tỉnh, bộ phận tiếp nhận hồ sơ không phụ thuộc địa giới hành chính",
        rows=tuple(
            replace(
                slip_row(number),
                code=LONG_CODE,
                owner=LONG_NAME,
                procedure=PROCEDURES[2],
                promised_at="09 giờ 00 phút, 16/07/2025",
                note="Chờ thực hiện nghĩa vụ tài chính; kèm 02 bản chính giấy chứng nhận",
            )
            for number in range(1, 9)
        ),
        total="08 hồ sơ",
        total_in_words="Tám hồ sơ",
        confirmation=handover_slip.HandoverConfirmation(
            "15 giờ 40 phút, ngày 09 tháng 07 năm 2025",
            f"{LONG_NAME} (mã PIN tại máy của bên giao)",
            "07 hồ sơ",
            (
                f"Thiếu: {LONG_CODE}, theo sổ đang ở Bộ phận Tư pháp – Hộ tịch, người giữ {LONG_NAME}",
                f"Thừa: {code(77)}, không có trong danh sách; theo sổ đang ở {CENTRE}",
            ),
            without_differences="",
        ),
    ),
    "second_page": replace(
        SLIP, rows=tuple(map(slip_row, range(1, 41))), total="40 hồ sơ", total_in_words="Bốn mươi hồ sơ"
    ),
}

# Batch record


def record_row(number: int) -> handover_record.HandoverRecordRow:
    return handover_record.HandoverRecordRow(
        str(number),
        f"{PROCEDURES[number % len(PROCEDURES)]} ({code(number)})",
        SECTION,
        "09/07/2025",
        "16/07/2025",
        "05 ngày làm việc",
        f"{number % 3 + 1:02d}",
        NAMES[number % len(NAMES)],
    )


RECORD = handover_record.HandoverRecordForm(
    **HEAD,
    title="BIÊN BẢN GIAO NHẬN HỒ SƠ",
    number="0003/BB",
    giver_unit=CENTRE,
    giver="Trần Quyền Khánh",
    receiver_unit="Văn phòng Hội đồng nhân dân và Ủy ban nhân dân phường",
    receiver="Đỗ Quỳnh Ỷ",
    handed_at="16 giờ 30 phút, ngày 09 tháng 07 năm 2025",
    total="05 hồ sơ, 11 bộ",
    total_in_words="Năm hồ sơ, mười một bộ",
    rows=tuple(map(record_row, range(1, 6))),
    qr_content=DIGITS,
)
RECORDS: dict[str, TabularForm] = {
    "shortest": replace(RECORD, rows=(record_row(3),), total="01 hồ sơ", total_in_words="", qr_content=""),
    "usual": RECORD,
    "longest": replace(
        RECORD,
        **LONG_HEAD,
        giver=LONG_NAME,
        rows=tuple(replace(record_row(2), no=str(number), name=LONG_NAME) for number in range(1, 7)),
    ),
    "second_page": replace(RECORD, rows=tuple(map(record_row, range(1, 41))), total="40 hồ sơ"),
}

# Results


def result_row(number: int) -> result_slip.ResultRow:
    return result_slip.ResultRow(
        **handed(number),
        procedure=PROCEDURES[number % len(PROCEDURES)],
        result="Giấy khai sinh (bản chính)" if number % 2 else "Văn bản từ chối, nêu rõ lý do",
        address="849/80 Hoàng Diệu, Phường Bến Thành",
        has_fee="X" if number % 3 == 0 else "",
        by_post="X" if number % 4 == 0 else "",
    )


RESULT = result_slip.ResultSlipForm(
    **HEAD,
    title="PHIẾU BÀN GIAO KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
    number="0007/KQ",
    giver_unit=SECTION,
    giver="Nguyễn Thị Ngọc Ở",
    receiver_unit=CENTRE,
    receiver="Trần Quyền Khánh",
    handed_at="09 giờ 05 phút, ngày 09 tháng 07 năm 2025",
    total="06 kết quả",
    total_in_words="Sáu kết quả",
    rows=tuple(map(result_row, range(1, 7))),
    qr_content=DIGITS,
    notes=("Phiếu này lập thành 02 bản, mỗi bên giữ 01 bản.",),
)
RESULTS: dict[str, TabularForm] = {
    "shortest": replace(RESULT, rows=(result_row(3),), total="01 kết quả", total_in_words="", qr_content="", notes=()),
    "usual": RESULT,
    "longest": replace(
        RESULT,
        **LONG_HEAD,
        receiver=LONG_NAME,
        rows=tuple(
            replace(
                result_row(2),
                no=str(number),
                code=LONG_CODE,
                owner=LONG_NAME,
                address="Số 1234/567/89/10 Đường Nguyễn Thị Minh Khai nối dài, Phường Phan Rang – Tháp Chàm, Khánh Hòa",
            )
            for number in range(1, 7)
        ),
        receiver_hint=BY_MACHINE,
    ),
    "second_page": replace(RESULT, rows=tuple(map(result_row, range(1, 41))), total="40 kết quả"),
}
