"""Letter-like forms of the shortest, usual, longest and second-page kind, and each form's own variants."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from reports.elements.letter import Letter
from reports.forms import apology, refusal, stop_notice, supplement
from reports.forms.apology import SIGN_AND_SEAL, ApologyForm, Paper, Signature
from reports.forms.refusal import RefusalForm
from reports.forms.stop_notice import StopNoticeForm
from reports.forms.supplement import GapRow, SupplementForm

CODE = "H29.26.17-250702-0015"
LONG_CODE = "000.16.27.H29-250702-00015"
BASE = "https://mc.tphcm.gov.vn/tra-cuu/"
LEGAL_LINE = "(Ban hành kèm theo Thông tư số 03/2025/TT-VPCP ngày 15 tháng 9 năm 2025)"
OLD_LEGAL_LINE = "(Ban hành kèm theo Thông tư số 01/2018/TT-VPCP ngày 23 tháng 11 năm 2018)"
BASIS = "Khoản 2 Điều 16 Luật Hộ tịch số 60/2014/QH13; Điều 9 Nghị định số 123/2015/NĐ-CP."
COPIES = ("Liên 1: Lưu", "Liên 2: Giao cho người nộp")
PLACE = "Bến Thành, ngày 03 tháng 7 năm 2025"
LONG_NAME = "H'Hen Niê Kđăm Nguyễn Phước Công Tằng Tôn Nữ Thị Quỳnh Nghiễng Nguyệt Ở Ẫm Ỹ Ậu Ệch"
LONG_SIGNER = "Nguyễn Phước Công Tằng Tôn Nữ Nguyệt Ánh Hồng Ngọc"
LONG_REASON = (
    "Giấy chứng nhận kết hôn của cha, mẹ nộp kèm là bản chụp không có chứng thực, họ tên người mẹ ghi trên giấy chứng "
    "sinh không khớp với cơ sở dữ liệu quốc gia về dân cư, và văn bản thỏa thuận lựa chọn quốc tịch cho con chưa có "
    "chữ ký của cả cha và mẹ theo quy định tại khoản 2 Điều 16 Luật Quốc tịch Việt Nam"
)
LONG_BASIS = (
    "Khoản 2 Điều 16, khoản 1 Điều 35 Luật Hộ tịch số 60/2014/QH13; Điều 9, Điều 15 Nghị định số 123/2015/NĐ-CP ngày "
    "15/11/2015 của Chính phủ; khoản 3 Điều 18 Nghị định số 118/2025/NĐ-CP ngày 09/6/2025 của Chính phủ."
)
MANY_REASONS = " ".join(
    f"Lý do thứ {number}: giấy tờ nộp kèm không khớp với cơ sở dữ liệu quốc gia về dân cư và cần xác minh lại."
    for number in range(1, 61)
)
GUIDE = Signature("NGƯỜI HƯỚNG DẪN", "Trần Quyền Khánh")
SUBMITTER = Signature("NGƯỜI NỘP HỒ SƠ", "Đỗ Quỳnh Ỷ")
CLERK = Signature("NGƯỜI TIẾP NHẬN HỒ SƠ", "Trần Quyền Khánh")
VICE = Signature("PHÓ CHỦ TỊCH", "Nguyễn Thị Ngọc Ở", SIGN_AND_SEAL, ("KT. CHỦ TỊCH",))
COMMITTEE_VICE = replace(VICE, name=LONG_SIGNER, above=("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"))

_HEAD: dict[str, Any] = {
    "parent_agency": "ỦY BAN NHÂN DÂN PHƯỜNG BẾN THÀNH",
    "office": "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
    "place_and_date": PLACE,
    "owner": "Ở",
    "procedure": "Cấp bản sao trích lục",
}
_CODED: dict[str, Any] = {"code": CODE, "qr_content": CODE, "barcode_content": CODE}
_COMMITTEE: dict[str, Any] = {"parent_agency": "THÀNH PHỐ HỒ CHÍ MINH", "office": "ỦY BAN NHÂN DÂN PHƯỜNG BẾN THÀNH"}
_USUAL: dict[str, Any] = {
    "legal_line": LEGAL_LINE,
    "owner": "Nguyễn Thị Ngọc Ở",
    "submitter": "Đỗ Quỳnh Ỷ",
    "address": "849/80 Hoàng Diệu, Phường Bến Thành, Thành phố Hồ Chí Minh",
    "phone": "0903 123 456",
    "email": "hongduong.1985@example.vn",
    "procedure": "Đăng ký khai sinh có yếu tố nước ngoài",
    "procedure_code": "1.000894",
}
_LONG: dict[str, Any] = {
    "code": LONG_CODE,
    "barcode_content": LONG_CODE,
    "qr_content": f"{BASE}{LONG_CODE}?k=9876543210",
    "parent_agency": "ỦY BAN NHÂN DÂN ĐẶC KHU KINH TẾ TRƯỜNG SA VÀ CÁC ĐẢO PHỤ CẬN",
    "office": "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG PHƯỜNG PHAN RANG – THÁP CHÀM",
    "place_and_date": "Phan Rang – Tháp Chàm, ngày 03 tháng 7 năm 2025",
    "owner": LONG_NAME,
    "submitter": "Công ty Trách nhiệm hữu hạn Một thành viên Dịch vụ Thương mại Xuất nhập khẩu Nguyễn Thị Ngọc Ở",
    "address": (
        "Số 1234/567/89/10 Đường Nguyễn Thị Minh Khai nối dài, Tổ dân phố số 45, Khu phố Phước Thượng, "
        "Phường Phan Rang – Tháp Chàm, Tỉnh Khánh Hòa, Việt Nam"
    ),
    "email": "cong.ty.trach.nhiem.huu.han.mot.thanh.vien.dich.vu@thuong.mai.xuat.nhap.khau.example.vn",
    "procedure": (
        "Thủ tục đăng ký, cấp Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất lần đầu "
        "đối với hộ gia đình, cá nhân đang sử dụng đất không có giấy tờ về quyền sử dụng đất"
    ),
    "copy_mark": "BẢN SAO LẦN 12",
    "watermark": "HỌC – KHÔNG GIÁ TRỊ",
}
_NO_CODE: dict[str, Any] = {"code": "", "qr_content": "", "barcode_content": ""}

_SUPPLEMENT_SHORT = SupplementForm(
    title="PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
    gaps=(GapRow("1", "Tờ khai"),),
    reason="Thiếu tờ khai.",
    signers=(replace(GUIDE, name="Ý"),),
    **_HEAD,
    **_CODED,
)
_SUPPLEMENT_USUAL = replace(
    _SUPPLEMENT_SHORT,
    **_USUAL,
    qr_content=f"{BASE}{CODE}?k=0123456789",
    form_mark="Mẫu số 02",
    number_line="Số: 05/HDHS",
    received_at="14 giờ 05 phút, ngày 02 tháng 7 năm 2025",
    promised_at="09 giờ 00 phút, ngày 09 tháng 7 năm 2025",
    gaps=(
        GapRow("1", "Giấy chứng nhận kết hôn của cha, mẹ", "01 bản chứng thực", "Bản nộp là bản chụp"),
        GapRow("2", "Văn bản thỏa thuận lựa chọn quốc tịch cho con", "01 bản chính", "Thiếu chữ ký người cha"),
        GapRow("3", "Họ, chữ đệm của trẻ ghi lại trong tờ khai", "", "Không khớp giấy chứng sinh"),
    ),
    reason="Hồ sơ chưa đủ thành phần và tờ khai chưa khớp với giấy chứng sinh.",
    legal_basis=BASIS,
    guidance=(
        "Nếu có vướng mắc khi hoàn thiện hồ sơ, Ông/Bà liên hệ Trần Quyền Khánh, số điện thoại (028) 3829 1234, "
        "để được hướng dẫn."
    ),
    time_effect="Thời hạn giải quyết được tính lại từ đầu kể từ khi nhận đủ hồ sơ bổ sung.",
    signers=(GUIDE,),
    copy_labels=COPIES,
)
_SUPPLEMENT_LONG = replace(
    _SUPPLEMENT_USUAL,
    **_LONG,
    request_mark="Yêu cầu bổ sung lần 2",
    gaps=(
        *_SUPPLEMENT_USUAL.gaps,
        GapRow(
            "4",
            "Mảnh trích đo bản đồ địa chính thửa đất đối với nơi chưa có bản đồ địa chính, có xác nhận của cơ quan "
            "có thẩm quyền và chữ ký của tất cả chủ sử dụng đất liền kề theo quy định",
            "02 bản chính, 01 bản chứng thực",
            "Bản nộp không có xác nhận và thiếu chữ ký của hai hộ liền kề",
        ),
    ),
    reason=f"{LONG_REASON}.",
    legal_basis=LONG_BASIS,
    notes=("Phiếu này lập thành 02 liên: 01 liên lưu cùng hồ sơ, 01 liên giao người nộp hồ sơ.",),
    signers=(SUBMITTER, replace(GUIDE, name=LONG_SIGNER)),
)
SUPPLEMENTS = {
    "shortest": _SUPPLEMENT_SHORT,
    "usual": _SUPPLEMENT_USUAL,
    "longest": _SUPPLEMENT_LONG,
    "second_page": replace(
        _SUPPLEMENT_USUAL,
        gaps=tuple(
            GapRow(str(number), f"Giấy tờ số {number} chứng minh quyền sử dụng đất qua các thời kỳ", "01 bản chính")
            for number in range(1, 61)
        ),
    ),
    "at_intake": replace(
        _SUPPLEMENT_USUAL,
        **_NO_CODE,
        received_at="",
        promised_at="",
        time_effect="Hồ sơ chưa được tiếp nhận; thời hạn giải quyết tính từ khi nộp đủ hồ sơ.",
    ),
}

_REFUSAL_SHORT = RefusalForm(
    title="PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
    statement="Bộ phận Một cửa thông báo không tiếp nhận hồ sơ này.",
    reason="Không thuộc thẩm quyền.",
    signers=(replace(SUBMITTER, name="Ở"), replace(CLERK, name="Ý")),
    **_HEAD,
    **_CODED,
)
_REFUSAL_USUAL = replace(
    _REFUSAL_SHORT,
    **_USUAL,
    qr_content=f"{BASE}{CODE}?k=0123456789",
    form_mark="Mẫu số 03",
    number_line="Số: 07/PTC",
    received_at="14 giờ 05 phút, ngày 02 tháng 7 năm 2025",
    statement=(
        "Qua xem xét, Trung tâm Phục vụ hành chính công phường Bến Thành thông báo không tiếp nhận, giải quyết hồ sơ "
        "này với lý do cụ thể như sau:"
    ),
    reason="Người yêu cầu cư trú tại phường khác; việc đăng ký không thuộc thẩm quyền của phường Bến Thành.",
    legal_basis=BASIS,
    originals=("Giấy chứng sinh do cơ sở y tế cấp", "Giấy chứng nhận kết hôn của cha, mẹ"),
    fee_note="trả lại 75.000 đồng (Bảy mươi lăm nghìn đồng), tiền mặt",
    guidance="Ông/Bà nộp hồ sơ tại Trung tâm Phục vụ hành chính công nơi cư trú hoặc qua Cổng Dịch vụ công quốc gia.",
    closing="Xin thông báo cho Ông/Bà được biết và thực hiện.",
    signers=(SUBMITTER, CLERK),
    copy_labels=COPIES,
)
_REFUSAL_LONG = replace(
    _REFUSAL_USUAL,
    **_LONG,
    reason=f"{LONG_REASON}.",
    legal_basis=LONG_BASIS,
    originals=(*_REFUSAL_USUAL.originals, _SUPPLEMENT_LONG.gaps[3].content, "Sơ đồ nhà ở, công trình xây dựng"),
    notes=("Phiếu này lập thành 02 liên: 01 liên lưu, 01 liên giao người nộp hồ sơ.",),
    signers=(replace(SUBMITTER, name=LONG_NAME), replace(COMMITTEE_VICE, name=LONG_SIGNER)),
)
REFUSALS = {
    "shortest": _REFUSAL_SHORT,
    "usual": _REFUSAL_USUAL,
    "longest": _REFUSAL_LONG,
    "second_page": replace(_REFUSAL_USUAL, reason=MANY_REASONS),
    "at_intake": replace(_REFUSAL_USUAL, **_NO_CODE, received_at="", originals=(), fee_note=""),
    "by_leader": replace(_REFUSAL_USUAL, **_COMMITTEE, signers=(SUBMITTER, VICE)),
}

_APOLOGY_SHORT = ApologyForm(
    title="PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
    addressee="Ông/Bà Ở",
    receipt_number="000123/TNHS",
    state="Chờ ký.",
    reason="Chờ ký.",
    old_promise="ngày 09/7/2025",
    new_promise="ngày 11/7/2025",
    apology="Xin lỗi Ông/Bà về sự chậm trễ này.",
    signer=Signature("CHỦ TỊCH", "Ý", SIGN_AND_SEAL),
    **_HEAD,
    **_CODED,
)
_APOLOGY_USUAL = replace(
    _APOLOGY_SHORT,
    **{**_USUAL, **_COMMITTEE},
    title="VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT",
    qr_content=f"{BASE}{CODE}?k=0123456789",
    form_mark="Mẫu số 04",
    number_line="Số: 05/VBXL-UBND",
    addressee="Ông/Bà Đỗ Quỳnh Ỷ",
    opening=(
        "Ngày 02 tháng 7 năm 2025, Trung tâm Phục vụ hành chính công phường Bến Thành đã tiếp nhận hồ sơ của Ông/Bà, "
        "nhưng đến nay chưa có kết quả đúng thời gian đã hẹn."
    ),
    receipt_number="000123/TNHS, ngày 02 tháng 7 năm 2025",
    section="Phòng Văn hóa – Xã hội",
    state="Đang xác minh tại cơ quan đăng ký hộ tịch nơi cư trú trước đây.",
    reason="Cơ quan được xác minh chưa trả lời; đã gửi văn bản nhắc ngày 07 tháng 7 năm 2025.",
    old_promise="09 giờ 00 phút, ngày 09 tháng 7 năm 2025",
    new_promise="09 giờ 00 phút, ngày 14 tháng 7 năm 2025",
    pickup_place="Quầy số 03, Trung tâm Phục vụ hành chính công phường Bến Thành",
    apology=(
        "Ủy ban nhân dân phường Bến Thành xin lỗi Ông/Bà về sự chậm trễ này và hẹn trả kết quả vào 09 giờ 00 phút, "
        "ngày 14 tháng 7 năm 2025."
    ),
    extension_request="Đề nghị Ông/Bà đồng ý gia hạn thời gian giải quyết đến thời điểm nêu trên.",
    legal_basis="Nghị định số 118/2025/NĐ-CP ngày 09/6/2025 của Chính phủ.",
    contact="Mọi thắc mắc, Ông/Bà gọi (028) 3829 1234 (gặp Trần Quyền Khánh).",
    closing="Trân trọng./.",
    recipients=("- Như trên;", "- Trung tâm PVHCC phường;", "- Lưu: VT."),
    signer=VICE,
)
_APOLOGY_OLD = replace(
    _APOLOGY_USUAL,
    title=_APOLOGY_SHORT.title,
    legal_line=OLD_LEGAL_LINE,
    number_line="Số: 05/PXL-UBND",
    extension_request="",
    legal_basis="",
    late_mark="Xin lỗi muộn: phiếu này được lập sau thời hạn phải thông báo.",
    signer=replace(VICE, name="H'Hen Niê Kđăm"),
)
_APOLOGY_LONG = replace(
    _APOLOGY_USUAL,
    **_LONG,
    late_mark="Xin lỗi muộn: văn bản này được lập sau thời hạn phải thông báo.",
    addressee=_LONG["submitter"],
    section="Phòng Kinh tế, Hạ tầng và Đô thị; phối hợp: Văn phòng đăng ký đất đai chi nhánh Phan Rang – Tháp Chàm",
    state=(
        "Đã thẩm định, đã chuyển thông tin địa chính, đang chờ cơ quan thuế xác định nghĩa vụ tài chính; sau đó trình "
        "Chủ tịch Ủy ban nhân dân ký giấy chứng nhận"
    ),
    reason=f"{LONG_REASON}.",
    legal_basis=LONG_BASIS,
    pickup_place="Bộ phận trả kết quả, tầng trệt, Trung tâm Phục vụ hành chính công, số 2 Nguyễn Văn Trỗi",
    recipients=(
        "- Như trên;",
        "- Chủ tịch, các Phó Chủ tịch Ủy ban nhân dân phường (để báo cáo);",
        "- Phòng Kinh tế, Hạ tầng và Đô thị;",
        "- Trung tâm Phục vụ hành chính công (để biết, liên hệ người nộp);",
        "- Cổng Dịch vụ công;",
        "- Lưu: VT, HCC.",
    ),
    signer=COMMITTEE_VICE,
)
APOLOGIES = {
    "shortest": _APOLOGY_SHORT,
    "usual": _APOLOGY_USUAL,
    "longest": _APOLOGY_LONG,
    "second_page": replace(_APOLOGY_USUAL, reason=MANY_REASONS),
    "late_2018": _APOLOGY_OLD,
}

_STOP_SHORT = StopNoticeForm(
    title="THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
    requester="Ở",
    phase="Đang xử lý",
    decision="Dừng giải quyết.",
    reason="Rút hồ sơ.",
    signer=Signature("CHỦ TỊCH", "Ý", SIGN_AND_SEAL),
    **_HEAD,
    **_CODED,
)
_STOP_USUAL = replace(
    _STOP_SHORT,
    **{**_USUAL, **_COMMITTEE},
    qr_content=f"{BASE}{CODE}?k=0123456789",
    form_mark="Mẫu số 05",
    number_line="Số: 05/TB-UBND",
    addressee="Ông/Bà Đỗ Quỳnh Ỷ",
    receipt_number="000123/TNHS, ngày 02 tháng 7 năm 2025",
    received_at="14 giờ 05 phút, ngày 02 tháng 7 năm 2025",
    promised_at="09 giờ 00 phút, ngày 09 tháng 7 năm 2025",
    requester="Nguyễn Thị Ngọc Ở (chủ hồ sơ)",
    requested_at="10 giờ 20 phút, ngày 04 tháng 7 năm 2025",
    request_paper="Đơn xin rút hồ sơ ngày 04 tháng 7 năm 2025",
    phase="Phòng Văn hóa – Xã hội đang thẩm định, chưa trình ký",
    decision="Dừng giải quyết hồ sơ kể từ 10 giờ 30 phút, ngày 04 tháng 7 năm 2025.",
    reason="Chủ hồ sơ xin rút để bổ sung yêu cầu thay đổi họ cho con.",
    legal_basis="Nghị định số 118/2025/NĐ-CP ngày 09/6/2025 của Chính phủ.",
    fee_taken="75.000 đồng",
    fee_returned="75.000 đồng",
    fee_note="trả bằng tiền mặt tại quầy số 03 khi nhận lại giấy tờ",
    originals=("Giấy chứng sinh do cơ sở y tế cấp", "Giấy chứng nhận kết hôn của cha, mẹ"),
    contact="Mọi thắc mắc, Ông/Bà gọi (028) 3829 1234 (gặp Trần Quyền Khánh).",
    closing="Xin thông báo để Ông/Bà được biết./.",
    recipients=("- Như trên;", "- Phòng Văn hóa – Xã hội;", "- Lưu: VT."),
    signer=VICE,
)
_STOP_LONG = replace(
    _STOP_USUAL,
    **_LONG,
    addressee=_LONG["submitter"],
    requester=f"{_LONG['submitter']} (người được ủy quyền của chủ hồ sơ)",
    request_paper="Văn bản số 123/2025/CV ngày 04 tháng 7 năm 2025 và giấy ủy quyền số 45/2025, công chứng cùng ngày",
    phase="Phòng Kinh tế, Hạ tầng và Đô thị đã thẩm định, đang chờ cơ quan thuế xác định nghĩa vụ tài chính",
    reason=f"{LONG_REASON}.",
    legal_basis=LONG_BASIS,
    fee_taken="1.325.000 đồng (Một triệu ba trăm hai mươi lăm nghìn đồng)",
    fee_returned="1.250.000 đồng (Một triệu hai trăm năm mươi nghìn đồng)",
    fee_note="chuyển khoản trong 03 ngày làm việc; lệ phí 75.000 đồng đã thực hiện nên không trả lại",
    originals=_REFUSAL_LONG.originals,
    recipients=_APOLOGY_LONG.recipients,
    signer=COMMITTEE_VICE,
)
STOP_NOTICES = {
    "shortest": _STOP_SHORT,
    "usual": _STOP_USUAL,
    "longest": _STOP_LONG,
    "second_page": replace(_STOP_USUAL, reason=MANY_REASONS),
}


@dataclass(frozen=True, slots=True)
class Case:
    """Hold a form to print, the name of its golden files and what prints it."""

    name: str
    form: Letter
    render: Callable[[Any, Paper], bytes]

    def printed(self, paper: Paper, **changes: object) -> bytes:
        return self.render(replace(self.form, **changes), paper)  # type: ignore[arg-type]


CASES = {
    f"{name}_{kind}": Case(f"{name}_{kind}", form, module.render)
    for name, module, forms in (
        ("supplement", supplement, SUPPLEMENTS),
        ("refusal", refusal, REFUSALS),
        ("apology", apology, APOLOGIES),
        ("stop_notice", stop_notice, STOP_NOTICES),
    )
    for kind, form in forms.items()
}
