"""Return slips of the shortest, usual, longest and second-page kind, for all tests of the form."""

from dataclasses import replace

from reports.forms.return_slip import ReturnSlipForm

TITLE = "GIẤY BIÊN NHẬN TRẢ KẾT QUẢ"
CODE = "H29.26.17-250702-0015"
LONG_CODE = "000.16.27.H29-250702-00015"
BASE = "https://mc.tphcm.gov.vn/tra-cuu/"

SHORTEST = ReturnSlipForm(
    code=CODE,
    parent_agency="ỦY BAN NHÂN DÂN PHƯỜNG BẾN THÀNH",
    office="TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
    place_and_date="Bến Thành, ngày 09 tháng 07 năm 2025",
    title=TITLE,
    procedure="Cấp bản sao trích lục",
    owner="Ở",
    giver_name="Ý",
    recipient="Ở",
    relation="Chủ hồ sơ",
    result="Trích lục",
    returned_at="09 giờ 05 phút, ngày 09 tháng 07 năm 2025",
    proof="Ảnh chụp khi nhận (12)",
    qr_content=CODE,
    barcode_content=CODE,
)

USUAL = replace(
    SHORTEST,
    procedure="Đăng ký khai sinh có yếu tố nước ngoài",
    procedure_code="1.000894",
    owner="Nguyễn Thị Hồng Đường",
    promised_at="09 giờ 00 phút, ngày 09 tháng 07 năm 2025",
    ready_at="15 giờ 40 phút, ngày 08 tháng 07 năm 2025",
    giver_name="Trần Quyền Khánh",
    unit_phone="(028) 3829 1234",
    recipient="Nguyễn Thị Hồng Đường",
    id_number="079185012345",
    phone="0903 123 456",
    result="Giấy khai sinh (bản chính)",
    result_note="Số 123/2025, cấp ngày 08/07/2025",
    originals=("Giấy chứng sinh do cơ sở y tế cấp", "Giấy chứng nhận kết hôn của cha, mẹ"),
    proof="Chữ ký của người nhận (Ký trên liên lưu)",
    fee_total="75.000 đ",
    fee_in_words="Bảy mươi lăm nghìn đồng",
    fee_status="tiền mặt",
    acknowledgement="Người nhận đã kiểm tra và nhận đủ kết quả, giấy tờ ghi trên giấy này.",
    notes=("Giấy này lập thành 02 liên: 01 liên lưu cùng hồ sơ, 01 liên giao người nhận.",),
    qr_content=f"{BASE}{CODE}?k=0123456789",
    qr_caption="Quét mã để đánh giá mức độ hài lòng",
)

LONGEST = replace(
    USUAL,
    code=LONG_CODE,
    barcode_content=LONG_CODE,
    qr_content=f"{BASE}{LONG_CODE}?k=9876543210",
    parent_agency="ỦY BAN NHÂN DÂN ĐẶC KHU KINH TẾ TRƯỜNG SA VÀ CÁC ĐẢO PHỤ CẬN",
    office="TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG PHƯỜNG PHAN RANG – THÁP CHÀM",
    place_and_date="Phan Rang – Tháp Chàm, ngày 09 tháng 07 năm 2025",
    procedure=(
        "Thủ tục đăng ký, cấp Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất lần đầu "
        "đối với hộ gia đình, cá nhân đang sử dụng đất không có giấy tờ về quyền sử dụng đất"
    ),
    owner="H'Hen Niê Kđăm Nguyễn Phước Công Tằng Tôn Nữ Thị Quỳnh Nghiễng Nguyệt Ở Ẫm Ỹ Ậu Ệch",
    giver_name="Nguyễn Phước Công Tằng Tôn Nữ Nguyệt Ánh Hồng Ngọc",
    recipient="Công ty Trách nhiệm hữu hạn Một thành viên Dịch vụ Thương mại Xuất nhập khẩu Nguyễn Thị Ngọc Ở",
    relation="Người được ủy quyền",
    id_number="0312345678-001",
    email="cong.ty.trach.nhiem.huu.han.mot.thanh.vien.dich.vu@thuong.mai.xuat.nhap.khau.example.vn",
    authorisation=(
        "Hợp đồng ủy quyền số 1234/2025, quyển số 01/2025 TP/CC-SCC/HĐGD, công chứng tại Văn phòng công chứng "
        "Nguyễn Thị Ngọc Ở ngày 01/07/2025"
    ),
    without_receipt_reason="Mất giấy hẹn do cháy nhà; người nhận viết cam kết và xuất trình thẻ căn cước",
    result="Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất và thông báo nộp tiền",
    result_note=(
        "Số phát hành AA 00123456, số vào sổ CH 09876/2025, cấp ngày 08/07/2025; kèm 02 trích lục bản đồ địa chính "
        "và 01 thông báo hoàn thành nghĩa vụ tài chính"
    ),
    originals=(
        *USUAL.originals,
        (
            "Mảnh trích đo bản đồ địa chính thửa đất đối với nơi chưa có bản đồ địa chính, có xác nhận của cơ quan "
            "có thẩm quyền và chữ ký của tất cả chủ sử dụng đất liền kề theo quy định"
        ),
        "Sơ đồ nhà ở, công trình xây dựng",
    ),
    proof="Bưu gửi (EMS EE 123 456 789 VN, bưu cục Phan Rang – Tháp Chàm, gửi ngày 09/07/2025)",
    fee_total="1.325.000 đ",
    fee_in_words="Một triệu ba trăm hai mươi lăm nghìn đồng",
    fee_status="tiền mặt, chuyển khoản, phần còn lại được miễn",
    recipient_hint="(Nhận qua bưu chính)",
    reprint_mark="IN LẠI LẦN 12",
    watermark="HỌC – KHÔNG GIÁ TRỊ",
)

SECOND_PAGE = replace(
    USUAL,
    originals=tuple(
        f"Giấy tờ số {number} chứng minh quyền sử dụng đất qua các thời kỳ, bản chính có xác nhận"
        for number in range(1, 61)
    ),
)

ALL = {"shortest": SHORTEST, "usual": USUAL, "longest": LONGEST, "second_page": SECOND_PAGE}
