"""The columns of the provisioning sheet: how each is called, what its cells may hold, what is said when they do not.

The same tables may come as TOML (``[[units]]``, ``[[users]]`` …) with the English keys.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from desktop.domain.units import PAPERS
from desktop.domain.users import Role, is_login
from desktop.domain.vietnamese import fold
from desktop.domain.way import SigningForm

#: What TOML or a workbook gives.
Cell = str | float | int | bool | date | list[Any]
Reader = Callable[[Cell], Any]  # each column has its own type

#: Spreadsheets count days from here (their year 1900 has a day too many).
_EPOCH: Final = date(1899, 12, 30)
_LAST_DAY_NUMBER: Final = 80_000
_DAY: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_SPLIT: Final = re.compile(r"[;,\n]+")

_YES: Final = frozenset({"co", "x", "yes", "true", "1"})
_NO: Final = frozenset({"khong", "no", "false", "0", ""})

#: What people write for each role, folded.
_ROLES: Final[Mapping[str, Role]] = {
    "tiep nhan": Role.RECEPTION,
    "chuyen mon": Role.SPECIALIST,
    "thu phi": Role.CASHIER,
    "truong bo phan mot cua": Role.HEAD,
    "chu tich": Role.CHAIR,
    "pho chu tich": Role.VICE_CHAIR,
    "quan tri": Role.IT,
    "thanh tra": Role.INSPECTOR,
} | {role.value: role for role in Role}


class Unfit(Exception):
    """Say that a cell does not fit its column.

    Attributes:
        expected: Name of the word that tells what fits (``word.expected.day``).
    """

    def __init__(self, expected: str) -> None:
        """Keep the name."""
        super().__init__(expected)
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Column:
    """Declare a column.

    Attributes:
        key: English key.
        title: Heading in the workbook.
        read: Makes the value, or raises :class:`Unfit`.
        is_required: A row without it is at fault.
        example: A value of the sample sheet.
        note: What the sample sheet says about it, "" for nothing.
    """

    key: str
    title: str
    read: Reader
    is_required: bool = False
    example: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Declare a sheet.

    Attributes:
        key: English key.
        title: Name in the workbook.
        columns: Its columns.
        is_required: A sheet may be left out otherwise.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    is_required: bool = False


def text(cell: Cell) -> str:
    """Read a text; a number typed where a text belongs is taken as it is shown."""
    if isinstance(cell, bool | list | date):
        raise Unfit("text")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def digits(cell: Cell) -> str:
    """Read a number that is a name: as a number it would lose its leading noughts."""
    if not isinstance(cell, str):
        raise Unfit("number_as_text")
    return cell.strip()


def words(cell: Cell) -> tuple[str, ...]:
    """Read several words, between commas, semicolons or lines."""
    parts = [str(part) for part in cell] if isinstance(cell, list) else _SPLIT.split(text(cell))
    return tuple(part.strip() for part in parts if part.strip())


def yes_no(cell: Cell) -> bool:
    """Read "có" or "không"."""
    if isinstance(cell, bool):
        return cell
    said = fold(text(cell))
    if said in _YES:
        return True
    if said in _NO:
        return False
    raise Unfit("yes_no")


def day(cell: Cell) -> date:
    """Read a day: a date cell, or text as people write it (18/07/2026)."""
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 < cell < _LAST_DAY_NUMBER:
        return _EPOCH + timedelta(days=int(cell))
    found = _DAY.fullmatch(cell.strip()) if isinstance(cell, str) else None
    if found is None:
        raise Unfit("day")
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        raise Unfit("day") from None


def paper(cell: Cell) -> str:
    """Read a paper of receipts."""
    given = fold(text(cell)).replace(" ", "")
    for known in PAPERS:
        if given == known.lower():
            return known
    raise Unfit("paper")


def roles(cell: Cell) -> tuple[Role, ...]:
    """Read one role or several."""
    found = tuple(_ROLES.get(" ".join(fold(part).split()), None) for part in words(cell))
    if not found or None in found:
        raise Unfit("roles")
    return tuple(role for role in found if role is not None)


def login(cell: Cell) -> str:
    """Read a log-in name."""
    given = text(cell)
    if not is_login(given):
        raise Unfit("login")
    return given


def signing_form(cell: Cell) -> SigningForm:
    """Read in whose right somebody signs: KT, TL or TUQ."""
    given = text(cell).lower().rstrip(".")
    if given not in {form.value for form in SigningForm} - {SigningForm.OWN.value}:
        raise Unfit("signing_form")
    return SigningForm(given)


def amount(cell: Cell) -> int:
    """Read an amount of đồng, or thousandths: a whole number, points between thousands allowed."""
    if isinstance(cell, bool | list | date):
        raise Unfit("amount")
    if isinstance(cell, int | float):
        if cell < 0 or (isinstance(cell, float) and not cell.is_integer()):
            raise Unfit("amount")
        return int(cell)
    plain = cell.replace(".", "").replace(" ", "")
    if not (plain.isascii() and plain.isdigit()):
        raise Unfit("amount")
    return int(plain)


def day_kind(cell: Cell) -> bool:
    """Read "nghỉ" (False) or "làm bù" (True)."""
    said = " ".join(fold(text(cell)).split())
    if said in {"nghi", "closed"}:
        return False
    if said in {"lam bu", "lam", "worked"}:
        return True
    raise Unfit("day_kind")


def https(cell: Cell) -> str:
    """Read an address of the city."""
    given = text(cell)
    loopback = ("http://127.0.0.1", "http://localhost")
    if " " in given or not given.startswith(("https://", *loopback)):
        raise Unfit("https")
    return given


_UNIT: Final = Column("unit", "Mã đơn vị", text, is_required=True, example="000.16.27.H29")
_UNIT_OR_ALL: Final = Column(
    "unit", "Mã đơn vị", text, is_required=True, example="*", note="Dấu * là mọi đơn vị trong bảng."
)

UNITS: Final = Sheet(
    "units",
    "Đơn vị",
    (
        Column("agency_code", "Mã đơn vị", text, True, "000.16.27.H29", "Đứng trong mã hồ sơ; mỗi đơn vị một mã."),
        Column("name", "Tên đơn vị", text, True, "Phường Mẫu"),
        Column("address", "Địa chỉ", text, True, "12 đường Tập Huấn, Phường Mẫu, TP Hồ Chí Minh"),
        Column("phone", "Điện thoại", digits, True, "028 3800 0000", "Định dạng ô là Text để không mất số 0."),
        Column("place", "Địa danh", text, False, "Phường Mẫu", "In trước ngày tháng; để trống thì dùng tên đơn vị."),
        Column("code_template", "Mẫu mã hồ sơ", text, False, "{agency}-{yymmdd}-{seq}"),
        Column("lookup_base", "Trang tra cứu", text, False, ""),
        Column("paper", "Khổ giấy hẹn", paper, False, "A5", "A5, A4, A4x2 hoặc 80mm."),
        Column("saturday_morning", "Sáng thứ Bảy", yes_no, False, "có", "Có tiếp nhận sáng thứ Bảy: có hoặc không."),
        Column("southern_words", "Đọc số kiểu miền Nam", yes_no, False, "có", "«lẻ» thay cho «linh»."),
        Column("heading_since", "Tiêu đề từ ngày", day, False, "01/07/2025"),
        Column("heading_agency", "Tiêu đề dòng 1", text, False, "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"),
        Column("heading_office", "Tiêu đề dòng 2", text, False, "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG"),
        Column("heading_name", "Tên bộ phận trong câu", text, False, "Trung tâm Phục vụ hành chính công Phường Mẫu"),
        Column("favourites", "Thủ tục hay dùng", words, False, "2.000815; 1.001193", "Phím 1 đến 9; cách nhau dấu ;"),
        Column("bank_id", "Mã ngân hàng", digits, False, "970436", "Sáu số NAPAS; định dạng Text."),
        Column("bank_account", "Số tài khoản", digits, False, "0000000000", "Định dạng Text."),
        Column("bank_holder", "Chủ tài khoản", text, False, "UBND PHUONG MAU", "Chữ in hoa không dấu."),
        Column("bank_name", "Tên ngân hàng", text, False, "Ngân hàng mẫu"),
        Column(
            "city_address", "Địa chỉ thành phố", https, False, "", "Bắt đầu bằng https://; trống: máy làm một mình."
        ),
        Column("enrolment_codes", "Mã ghi danh", words, False, "", "Mỗi máy một mã, dùng một lần."),
        Column("printer", "Máy in", text, False, "", "Trống: máy in mặc định của máy."),
        Column("scanner_port", "Cổng máy quét", text, False, "", "Chỉ cho máy quét cổng COM."),
    ),
    is_required=True,
)
SECTIONS: Final = Sheet(
    "sections",
    "Bộ phận",
    (
        _UNIT_OR_ALL,
        Column("code", "Mã bộ phận", text, True, "mot_cua", "mot_cua là nơi tiếp nhận, lanh_dao là lãnh đạo."),
        Column("name", "Tên bộ phận", text, True, "Bộ phận Tiếp nhận và Trả kết quả"),
    ),
)
USERS: Final = Sheet(
    "users",
    "Người dùng",
    (
        _UNIT,
        Column("login", "Tên đăng nhập", login, True, "lan", "Chữ thường không dấu và số."),
        Column("name", "Họ tên", text, True, "Nguyễn Thị Lan"),
        Column("roles", "Vai trò", roles, True, "tiếp nhận", "Nhiều vai trò cách nhau dấu ;"),
        Column("section", "Bộ phận", text, False, "mot_cua"),
        Column("title", "Chức danh", text, False, "Công chức tiếp nhận"),
    ),
    is_required=True,
)
DELEGATIONS: Final = Sheet(
    "delegations",
    "Ủy quyền",
    (
        _UNIT,
        Column("login", "Tên đăng nhập", login, True, "phochutich"),
        Column("form", "Hình thức ký", signing_form, True, "KT", "KT, TL hoặc TUQ."),
        Column("document", "Văn bản", text, True, "01/QĐ-UBND"),
        Column("document_on", "Ngày văn bản", day, True, "02/01/2026"),
        Column("from_on", "Từ ngày", day, True, "02/01/2026"),
        Column("to_on", "Đến ngày", day, False, ""),
        Column("fields", "Lĩnh vực", words, False, "ho_tich; chung_thuc"),
        Column("procedures", "Thủ tục", words, False, ""),
    ),
)
CALENDAR: Final = Sheet(
    "calendar",
    "Lịch",
    (
        _UNIT_OR_ALL,
        Column("on", "Ngày", day, True, "15/12/2026"),
        Column("is_worked", "Loại", day_kind, True, "nghỉ", "nghỉ hoặc làm bù."),
        Column("name", "Lý do", text, True, "Nghỉ do triều cường"),
        Column("source", "Văn bản", text, True, "12/TB-UBND"),
    ),
)
FEES: Final = Sheet(
    "fees",
    "Lệ phí",
    (
        _UNIT_OR_ALL,
        Column("procedure", "Mã thủ tục", text, True, "1.001193"),
        Column("amount_vnd", "Số tiền", amount, True, "8000"),
    ),
)
TARGETS: Final = Sheet(
    "targets",
    "Chỉ tiêu",
    (
        _UNIT_OR_ALL,
        Column("field", "Lĩnh vực", text, True, "dat_dai"),
        Column("below_per_mille", "Trễ hạn dưới phần nghìn", amount, True, "1"),
    ),
)
SHEETS: Final = (UNITS, SECTIONS, USERS, DELEGATIONS, CALENDAR, FEES, TARGETS)
