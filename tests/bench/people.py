"""Invent citizens: Vietnamese names as often as they occur, identity numbers, phones, addresses.

The weights are rough shares of the population; what matters to a search index is that few family and middle names
are shared by very many people, while whole names repeat a little.
"""

import random
from dataclasses import dataclass

from desktop.domain.dossiers import Party

_FAMILY = """
Nguyễn 384 Trần 121 Lê 95 Phạm 70 Hoàng 51 Phan 45 Vũ 39 Đặng 21 Bùi 20 Đỗ 14 Hồ 13 Ngô 13 Dương 10 Lý 5 Huỳnh 26
Võ 19 Đinh 8 Đoàn 6 Trịnh 6 Trương 9 Mai 5 Lâm 5 Đào 5 Cao 4 Hà 4 Lưu 3 Châu 3 Thái 3 Tạ 2 Tô 2 Quách 2 Vương 2
Kiều 1 Triệu 1 Từ 1 Tăng 1 Khổng 1 Nghiêm 1
"""
_MIDDLE_WOMEN = """
Thị 420 Ngọc 60 Thanh 35 Kim 30 Thu 25 Bích 16 Phương 22 Mỹ 20 Như 18 Hồng 20 Tuyết 12 Diệu 8 Minh 14 Khánh 12
Quỳnh 14 Thùy 16 Hoài 8 Ánh 8 Bảo 12 Gia 6
"""
_MIDDLE_MEN = """
Văn 330 Hữu 40 Đức 45 Minh 55 Quốc 35 Xuân 22 Thành 30 Công 22 Đình 28 Hoàng 30 Tấn 18 Trọng 16 Anh 14 Gia 14
Bảo 16 Nhật 10 Quang 26 Trung 14 Phúc 10 Thanh 26 Ngọc 22 Tiến 10 Duy 14 Viết 8 Chí 8
"""
_GIVEN_WOMEN = """
Hương 30 Lan 26 Hoa 22 Hằng 20 Linh 32 Trang 30 Thảo 28 Nga 18 Hà 20 Thu 16 Mai 20 Hạnh 16 Hiền 18 Loan 12 Nhung 14
Oanh 10 Phương 24 Quyên 8 Tâm 12 Thủy 18 Trinh 8 Tuyết 10 Uyên 8 Vân 16 Yến 14 Ngân 14 Nhi 18 Vy 20 My 14 Trâm 14
Thư 12 Diễm 6 Dung 12 Châu 6 Chi 10 Bích 6 Ánh 6 Ngọc 18 Anh 34 Quỳnh 10 Ý 3 Ở 1
"""
_GIVEN_MEN = """
Anh 28 Bình 18 Cường 18 Dũng 24 Duy 18 Đạt 18 Đức 18 Hải 20 Hiếu 18 Hùng 28 Huy 26 Khánh 10 Khoa 12 Kiên 10 Long 20
Minh 26 Nam 22 Nghĩa 8 Nhân 8 Phong 12 Phúc 14 Quân 14 Quang 14 Sơn 20 Tài 10 Thắng 16 Thành 18 Thịnh 10 Tiến 10
Toàn 10 Trung 14 Tú 12 Tuấn 28 Tùng 14 Việt 8 Vinh 12 Lộc 8 Phước 6 Tín 6 Hòa 6 Hậu 6 Tâm 8 Đông 4 Ỷ 1
"""
_STREET = """
Nguyễn Trãi; Lê Lợi; Trần Hưng Đạo; Cách Mạng Tháng Tám; Điện Biên Phủ; Võ Văn Kiệt; Lý Thường Kiệt; Hai Bà Trưng;
Phan Đình Phùng; Nguyễn Huệ; Đinh Tiên Hoàng; Xô Viết Nghệ Tĩnh; Bạch Đằng; Hoàng Diệu; Tôn Đức Thắng; Ngô Quyền
"""
_PHONE = "090 091 093 094 096 097 098 032 033 035 037 038 070 076 077 079 081 083 085 086 088"
_PROVINCE = "079 079 079 079 079 074 072 080 082 075 077 001 052 054 064 066"
_SECOND_GIVEN = 0.3
_HAS_PHONE = 0.93
_HAS_NUMBER = 0.97


def _weighted(text: str) -> tuple[list[str], list[int]]:
    words = text.split()
    return words[::2], [int(weight) for weight in words[1::2]]


@dataclass(frozen=True, slots=True)
class People:
    """Draw citizens from weighted lists.

    Attributes:
        dice: Source of chance; a seeded one draws the same people again.
    """

    dice: random.Random

    def draw(self) -> Party:
        """Return somebody."""
        dice = self.dice
        is_woman = dice.random() < 0.5
        middle, given = (_WOMEN_MIDDLE, _WOMEN_GIVEN) if is_woman else (_MEN_MIDDLE, _MEN_GIVEN)
        names = [_pick(dice, _FAMILIES), _pick(dice, middle), _pick(dice, given)]
        if dice.random() < _SECOND_GIVEN:
            names.insert(2, _pick(dice, given))
        year = dice.randrange(1940, 2008)
        century = 2 if year >= 2000 else 0
        number = f"{dice.choice(_PROVINCES)}{century + is_woman}{year % 100:02d}{dice.randrange(10**6):06d}"
        return Party(
            name=" ".join(names),
            id_number=number if dice.random() < _HAS_NUMBER else "",
            birth_date=str(year),
            phone=f"{dice.choice(_PHONES)}{dice.randrange(10**7):07d}" if dice.random() < _HAS_PHONE else "",
            address=f"{dice.randrange(1, 999)}/{dice.randrange(1, 99)} {dice.choice(_STREETS)}, Phường Mẫu",
            sex="Nữ" if is_woman else "Nam",
        )


def _pick(dice: random.Random, weighted: tuple[list[str], list[int]]) -> str:
    return dice.choices(*weighted)[0]


_FAMILIES, _WOMEN_MIDDLE, _MEN_MIDDLE = _weighted(_FAMILY), _weighted(_MIDDLE_WOMEN), _weighted(_MIDDLE_MEN)
_WOMEN_GIVEN, _MEN_GIVEN = _weighted(_GIVEN_WOMEN), _weighted(_GIVEN_MEN)
_STREETS = [street.strip() for street in _STREET.split(";")]
_PHONES, _PROVINCES = _PHONE.split(), _PROVINCE.split()
