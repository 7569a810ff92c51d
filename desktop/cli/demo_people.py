"""The citizens of the demo: invented people with invented numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visit:
    """Describe one visit at the counter.

    Attributes:
        story: What the step line says.
        card: Content of the identity card's QR, as the reader types it.
        procedure: What the clerk types into the procedure search.
        name: Name on the card.
        picture: Name of the picture taken before saving, "" for none.
    """

    story: str
    card: str
    procedure: str
    name: str
    picture: str = ""


def _card(number: str, name: str, born: str, sex: str, address: str) -> str:
    return f"{number}||{name}|{born}|{sex}|{address}|01012022"


PEOPLE = (
    Visit(
        "Quét thẻ, đăng ký khai sinh cho Nguyễn Thị Ngọc Ở",
        _card("079190004321", "Nguyễn Thị Ngọc Ở", "15081990", "Nữ", "12 Lê Lợi, Phường Mẫu, TP Hồ Chí Minh"),
        "dkks",
        "Nguyễn Thị Ngọc Ở",
        "khai-sinh",
    ),
    Visit(
        "Tên Ê Đê giữ nguyên dấu: H'Hen Niê Kđăm khai tử",
        _card("066192001234", "H'Hen Niê Kđăm", "02051992", "Nữ", "Buôn Mẫu, Phường Mẫu"),
        "khai tu",
        "H'Hen Niê Kđăm",
    ),
    Visit(
        "Dấu chồng dấu: Đỗ Quỳnh Ỷ xin bản sao trích lục hộ tịch",
        _card("079195007788", "Đỗ Quỳnh Ỷ", "30121995", "Nữ", "5/2 đường số 3, Phường Mẫu"),
        "2.000635",
        "Đỗ Quỳnh Ỷ",
    ),
    Visit(
        "Tên một chữ: Ánh đăng ký hộ kinh doanh",
        _card("079088003311", "Ánh", "01011988", "Nam", "77 Trần Hưng Đạo, Phường Mẫu"),
        "1.001612",
        "Ánh",
        "ho-kinh-doanh",
    ),
    Visit(
        "Hòa giải tranh chấp đất đai, hạn tính theo ngày: Trần Văn Đức",
        _card("079070005566", "Trần Văn Đức", "19061970", "Nam", "Tổ 4, khu phố 2, Phường Mẫu"),
        "1.012812",
        "Trần Văn Đức",
    ),
)
