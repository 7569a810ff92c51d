"""Receipts of the shortest, usual, longest and second-page kind, for all tests of the form."""

from dataclasses import replace

from reports.forms.receipt import CertificationRow, ChangeRow, ComponentRow, FeeRow, ReceiptForm

TITLE = "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"
CODE = "H29.26.17-250702-0015"
LONG_CODE = "000.16.27.H29-250702-00015"
BASE = "https://mc.tphcm.gov.vn/tra-cuu/"

SHORTEST = ReceiptForm(
    code=CODE,
    parent_agency="ỦY BAN NHÂN DÂN PHƯỜNG BẾN THÀNH",
    office="TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
    place_and_date="Bến Thành, ngày 02 tháng 7 năm 2025",
    title=TITLE,
    owner="Ở",
    procedure="Cấp bản sao trích lục",
    limit_text="Trong ngày",
    received_at="07 giờ 30 phút, ngày 02 tháng 7 năm 2025",
    promised_at="11 giờ 30 phút, ngày 02 tháng 7 năm 2025",
    pickup_place="Quầy số 3",
    clerk_name="Ý",
    qr_content=CODE,
    barcode_content=CODE,
)

USUAL = replace(
    SHORTEST,
    place_and_date="Bến Thành, ngày 02 tháng 7 năm 2025",
    form_mark="Mẫu số 01",
    legal_line="(Ban hành kèm theo Thông tư số 03/2025/TT-VPCP ngày 15 tháng 9 năm 2025)",
    receipt_number="Số: 000123/TNHS",
    book_line="Quyển số: 01, Số thứ tự: 000123",
    owner="Nguyễn Thị Hồng Đường",
    submitter="Đỗ Quỳnh Ỷ",
    address="849/80 Hoàng Diệu, Phường Bến Thành, Thành phố Hồ Chí Minh",
    phone="0903 123 456",
    email="hongduong.1985@example.vn",
    id_number="079185•••345",
    procedure="Đăng ký khai sinh có yếu tố nước ngoài",
    procedure_code="1.000894",
    components=(
        ComponentRow("1", "Tờ khai đăng ký khai sinh theo mẫu", "1", "", ""),
        ComponentRow("2", "Giấy chứng sinh do cơ sở y tế cấp", "1", "", ""),
        ComponentRow("3", "Giấy chứng nhận kết hôn của cha, mẹ", "", "1", ""),
        ComponentRow("4", "Văn bản thỏa thuận lựa chọn quốc tịch cho con", "1", "", ""),
        ComponentRow("5", "Hộ chiếu hoặc giấy tờ tùy thân của người đi đăng ký", "", "", "1"),
    ),
    sets="01 (bộ)",
    limit_text="05 ngày làm việc",
    received_at="14 giờ 05 phút, ngày 02 tháng 7 năm 2025",
    promised_at="09 giờ 00 phút, ngày 09 tháng 7 năm 2025",
    pickup_place="Quầy số 03, Trung tâm Phục vụ hành chính công phường Bến Thành",
    result_by="Trực tiếp",
    fees=(FeeRow("Lệ phí đăng ký khai sinh có yếu tố nước ngoài", "75.000 đồng"),),
    fee_total="75.000 đồng",
    fee_in_words="Bảy mươi lăm nghìn đồng",
    fee_status="Đã nộp",
    notes=(
        "Giấy này lập thành 02 liên: một liên lưu tại Trung tâm, một liên giao cho người nộp hồ sơ.",
        "Khi nhận kết quả, xin mang theo giấy này, thẻ căn cước và giấy ủy quyền (nếu nhận thay).",
    ),
    unit_phone="(028) 3829 1234",
    submitter_name="Đỗ Quỳnh Ỷ",
    clerk_name="Trần Quyền Khánh",
    qr_content=f"{BASE}{CODE}?k=0123456789",
)

LONGEST = replace(
    USUAL,
    code=LONG_CODE,
    barcode_content=LONG_CODE,
    qr_content=f"{BASE}{LONG_CODE}?k=9876543210",
    parent_agency="ỦY BAN NHÂN DÂN ĐẶC KHU KINH TẾ TRƯỜNG SA VÀ CÁC ĐẢO PHỤ CẬN",
    office="TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG PHƯỜNG PHAN RANG – THÁP CHÀM",
    place_and_date="Phan Rang – Tháp Chàm, ngày 02 tháng 7 năm 2025",
    owner="H'Hen Niê Kđăm Nguyễn Phước Công Tằng Tôn Nữ Thị Quỳnh Nghiễng Nguyệt Ở Ẫm Ỹ Ậu Ệch",
    submitter="Công ty Trách nhiệm hữu hạn Một thành viên Dịch vụ Thương mại Xuất nhập khẩu Nguyễn Thị Ngọc Ở",
    address=(
        "Số 1234/567/89/10 Đường Nguyễn Thị Minh Khai nối dài, Tổ dân phố số 45, Khu phố Phước Thượng, "
        "Phường Phan Rang – Tháp Chàm, Tỉnh Khánh Hòa, Việt Nam"
    ),
    email="cong.ty.trach.nhiem.huu.han.mot.thanh.vien.dich.vu@thuong-mai-xuat-nhap-khau.example.vn",
    procedure=(
        "Thủ tục đăng ký, cấp Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất lần đầu "
        "đối với hộ gia đình, cá nhân đang sử dụng đất không có giấy tờ về quyền sử dụng đất"
    ),
    components=(
        *USUAL.components,
        ComponentRow(
            "6",
            "Mảnh trích đo bản đồ địa chính thửa đất đối với nơi chưa có bản đồ địa chính, có xác nhận của cơ quan "
            "có thẩm quyền và chữ ký của tất cả chủ sử dụng đất liền kề theo quy định",
            "02",
            "01",
            "03",
        ),
        ComponentRow("7", "Sơ đồ nhà ở, công trình xây dựng", "1", "1", "10"),
    ),
    fees=(
        FeeRow("Lệ phí đăng ký", "75.000 đồng"),
        FeeRow("Phí thẩm định hồ sơ cấp giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản", "1.250.000 đồng"),
    ),
    fee_total="1.325.000 đồng",
    fee_in_words="Một triệu ba trăm hai mươi lăm nghìn đồng",
    fee_status="Chưa nộp; nộp khi nhận kết quả hoặc qua Cổng Dịch vụ công",
    pickup_place="Bộ phận trả kết quả, tầng trệt, Trung tâm Phục vụ hành chính công, số 2 Nguyễn Văn Trỗi",
    result_by="Qua dịch vụ bưu chính công ích, về địa chỉ của người nộp",
    submitter_name="H'Hen Niê Kđăm Nguyễn Phước Công Tằng Tôn Nữ Thị Quỳnh Nghiễng",
    clerk_name="Nguyễn Phước Công Tằng Tôn Nữ Nguyệt Ánh Hồng Ngọc",
    reprint_mark="IN LẠI LẦN 12",
    reissue_mark="Cấp lại lần 1, thay giấy ngày 01 tháng 7 năm 2025",
    changes=(
        ChangeRow("Thủ tục", "Cấp bản sao trích lục hộ tịch", "Đăng ký đất đai lần đầu"),
        ChangeRow("Hẹn trả", "11 giờ 30 phút, ngày 02/7/2025", "09 giờ 00 phút, ngày 09/7/2025"),
    ),
    change_reason="Ghi nhầm thủ tục khi tiếp nhận; người nộp hồ sơ báo lại trong ngày.",
    watermark="HỌC – KHÔNG GIÁ TRỊ",
)

CERTIFICATION = replace(
    USUAL,
    procedure="Chứng thực bản sao từ bản chính giấy tờ, văn bản",
    components=(),
    certifications=(
        CertificationRow("1", "Bằng tốt nghiệp đại học", "2", "10"),
        CertificationRow("2", "Sổ hộ khẩu", "16", "3"),
    ),
)

SECOND_PAGE = replace(
    USUAL,
    components=tuple(
        ComponentRow(str(number), f"Giấy tờ số {number} chứng minh quyền sử dụng đất qua các thời kỳ", "1", "", "2")
        for number in range(1, 61)
    ),
)

ALL = {
    "shortest": SHORTEST,
    "usual": USUAL,
    "longest": LONGEST,
    "certification": CERTIFICATION,
    "second_page": SECOND_PAGE,
}
