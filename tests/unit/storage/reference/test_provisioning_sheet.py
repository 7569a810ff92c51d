"""One sheet with all units: what it gives, and how its mistakes are told."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import count

import pytest
import xlsxwriter

from desktop.domain.calendar_days import NamedDay
from desktop.domain.errors import UserError
from desktop.domain.users import Role
from desktop.domain.way import SigningForm
from desktop.services.wording import Wording
from desktop.storage.reference.catalogue import load_catalogue
from desktop.storage.reference.provisioning_columns import SHEETS, Unfit, amount, day
from desktop.storage.reference.provisioning_sheet import SheetRead, read_sheet
from desktop.storage.reference.provisioning_text import provisioning_text, without_secrets
from desktop.storage.reference.units import CityEntry, parse_provisioning, sample_provisioning
from desktop.storage.reference.workbook import read_workbook

Cell = str | float | bool | date | None
Pages = dict[str, list[Sequence[Cell]]]

CATALOGUE = load_catalogue()
UNITS = 322


def workbook(pages: Pages) -> bytes:
    """Write a workbook as an office would: days as dates, the rest as typed."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        as_day = book.add_format({"num_format": "dd/mm/yyyy"})
        for title, rows in pages.items():
            page = book.add_worksheet(title)
            for at, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        page.write_datetime(at, place, cell, as_day)
                    elif cell is not None:
                        page.write(at, place, cell)
    return buffer.getvalue()


def codes() -> Callable[[], str]:
    numbers = count()
    return lambda: f"AAAAA-{next(numbers):05d}".replace("0", "Z").replace("1", "Y")


def read(pages: Pages) -> SheetRead:
    return read_sheet("bang.xlsx", workbook(pages), CATALOGUE, codes())


def sentences(pages: Pages) -> list[str]:
    wording = Wording()
    return [wording.error(problem) for problem in read(pages).problems]


def code_of(n: int) -> str:
    return f"000.{n // 100:02d}.{n % 100:02d}.H29"


def city(units: int = UNITS) -> Pages:
    """Make a sheet of so many units, three users each."""
    pages: Pages = {
        "Đơn vị": [["Mã đơn vị", "Tên đơn vị", "Địa chỉ", "Điện thoại", "Địa chỉ thành phố", "Mã ghi danh", "Máy in"]],
        "Người dùng": [["Mã đơn vị", "Tên đăng nhập", "Họ tên", "Vai trò", "Bộ phận", "Chức danh"]],
        "Ủy quyền": [["Mã đơn vị", "Tên đăng nhập", "Hình thức ký", "Văn bản", "Ngày văn bản", "Từ ngày", "Lĩnh vực"]],
        "Lịch": [["Mã đơn vị", "Ngày", "Loại", "Lý do", "Văn bản"], ["*", date(2026, 12, 15), "nghỉ", "Lụt", "1/TB"]],
        "Lệ phí": [["Mã đơn vị", "Mã thủ tục", "Số tiền"], ["*", "1.001193", 8000]],
    }
    for n in range(1, units + 1):
        code, name = code_of(n), f"Phường {n}"
        address = "https://thanhpho.example"
        pages["Đơn vị"].append([code, name, f"{n} Lê Lợi", f"028 {n:04d}", address, f"A{n}; B{n}", "HP LaserJet"])
        pages["Người dùng"] += [
            [code, "lan", "Nguyễn Thị Lan", "tiếp nhận; Thu phí", "mot_cua"],
            [code, "chutich", "Phạm Văn Minh", "Chủ tịch", "lanh_dao", "Chủ tịch"],
            [code, "pho", "Võ Thị Hạnh", "Phó Chủ tịch", "lanh_dao", "Phó Chủ tịch"],
            [code, "quantri", "Đặng Hoài Nam", "quản trị", None, None],
        ]
        pages["Ủy quyền"].append([code, "pho", "KT.", "1/QĐ", "02/01/2026", date(2026, 1, 2), "ho_tich; chung_thuc"])
    return pages


@pytest.fixture(scope="module")
def all_units() -> SheetRead:
    return read(city())


def test_322_units_become_322_different_units(all_units: SheetRead) -> None:
    assert not all_units.problems
    assert len({ward.unit.unit_id for ward in all_units.wards}) == UNITS
    assert len({user.one_time_code for ward in all_units.wards for user in ward.users}) == UNITS * 4


def test_each_file_reads_back_as_what_it_was_made_from(all_units: SheetRead) -> None:
    for ward in all_units.wards[::40]:
        assert parse_provisioning("x.toml", provisioning_text(ward)) == ward


def test_a_unit_has_what_its_rows_say(all_units: SheetRead) -> None:
    ward = all_units.wards[6]

    assert (ward.unit.agency_code, ward.unit.name, ward.unit.phone) == ("000.00.07.H29", "Phường 7", "028 0007")
    assert ward.users[0].roles == (Role.RECEPTION, Role.CASHIER)
    assert (ward.delegations[0].form, ward.delegations[0].document_on) == (SigningForm.KT, date(2026, 1, 2))
    assert ward.calendar.closed == (NamedDay(date(2026, 12, 15), "Lụt", "1/TB"),)
    assert ward.city == CityEntry("https://thanhpho.example", ("A7", "B7"))
    assert ward.settings == (("print.printer", "HP LaserJet"),)
    assert (ward.unit.local_fees[0].procedure, ward.unit.local_fees[0].amount_vnd) == ("1.001193", 8000)


def test_what_the_city_gets_holds_no_code(all_units: SheetRead) -> None:
    text = provisioning_text(without_secrets(all_units.wards[0]))

    assert "one_time_code" not in text
    assert "enrolment" not in text
    assert parse_provisioning("x.toml", text).unit == all_units.wards[0].unit


def test_the_same_sheet_gives_the_same_units_again() -> None:
    assert [ward.unit for ward in read(city(3)).wards] == [ward.unit for ward in read(city(3)).wards]


def test_every_mistake_is_told_at_once_by_sheet_row_and_column() -> None:
    pages = city(3)
    pages["Đơn vị"][2] = [code_of(2), "Phường 2", "", 84028.0, "http://thanhpho.example"]
    pages["Đơn vị"].append([code_of(1), "Phường 1 lần nữa", "4 Lê Lợi", "028", None, None, None])
    pages["Người dùng"][1] = [code_of(1), "Lan", "Nguyễn Thị Lan", "kế toán", "van_phong"]
    pages["Người dùng"][4] = [code_of(1), "chutich", "Đặng Hoài Nam", "chuyên môn", None, None]
    pages["Người dùng"].append(["000.99.99.H29", "ai", "Ai Đó", "quản trị"])
    pages["Ủy quyền"][3] = [code_of(3), "pho", "PT", "1/QĐ", "30/02/2026", date(2026, 1, 2), "ho_tich; rung"]
    pages["Lịch"].append(["*", "mai", "bão", "Bão", "2/TB"])
    pages["Lệ phí"].append(["*", "9.999999", -5])

    told = sentences(pages)

    expected = (
        "Trang «Đơn vị», dòng 3, cột «Địa chỉ»: còn trống",
        "Trang «Đơn vị», dòng 3, cột «Điện thoại»: «84028.0» chưa đúng; ô này phải định dạng Text",
        "Trang «Đơn vị», dòng 3, cột «Địa chỉ thành phố»: «http://thanhpho.example» chưa đúng",
        "Trang «Đơn vị», dòng 5, cột «Mã đơn vị»: «000.00.01.H29» đã có ở dòng 2",
        "Trang «Người dùng», dòng 2, cột «Tên đăng nhập»: «Lan» chưa đúng",
        "Trang «Người dùng», dòng 2, cột «Vai trò»: «kế toán» chưa đúng; ghi một hay nhiều vai trò",
        "Trang «Người dùng», dòng 2, cột «Bộ phận»: «van_phong» chưa đúng; đơn vị không có bộ phận này",
        "Trang «Người dùng», dòng 5, cột «Tên đăng nhập»: «chutich» đã có ở dòng 3",
        "Trang «Người dùng», dòng 14, cột «Mã đơn vị»: «000.99.99.H29» chưa đúng; mã này không có",
        "Trang «Đơn vị», dòng 2, cột «Mã đơn vị»: «000.00.01.H29» chưa đúng; đơn vị này chưa có ai giữ",
        "Trang «Ủy quyền», dòng 4, cột «Hình thức ký»: «PT» chưa đúng; ghi KT, TL hoặc TUQ",
        "Trang «Ủy quyền», dòng 4, cột «Ngày văn bản»: «30/02/2026» chưa đúng; ghi ngày như",
        "Trang «Ủy quyền», dòng 4, cột «Lĩnh vực»: «rung» chưa đúng; danh mục không có lĩnh vực này",
        "Trang «Lịch», dòng 3, cột «Ngày»: «mai» chưa đúng",
        "Trang «Lịch», dòng 3, cột «Loại»: «bão» chưa đúng; ghi nghỉ hoặc làm bù",
        "Trang «Lệ phí», dòng 3, cột «Mã thủ tục»: «9.999999» chưa đúng; danh mục không có",
        "Trang «Lệ phí», dòng 3, cột «Số tiền»: «-5.0» chưa đúng",
    )
    missing = [start for start in expected if not any(sentence.startswith(start) for sentence in told)]
    assert not missing, told
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in told)


@pytest.mark.parametrize(
    ("spoil", "start"),
    [
        (lambda pages: pages.pop("Người dùng"), "Bảng khai báo thiếu trang «Người dùng»"),
        (lambda pages: pages["Đơn vị"][0].append("Ghi chú"), "Trang «Đơn vị», dòng đầu, cột «Ghi chú»"),
        (lambda pages: pages["Người dùng"][0].remove("Vai trò"), "Trang «Người dùng» thiếu cột «Vai trò»"),
        (lambda pages: pages["Người dùng"].append(["*", "ai", "Ai", "thanh tra"]), "Trang «Người dùng», dòng 6"),
        (
            lambda pages: pages["Ủy quyền"].append([code_of(1), "ai", "TL", "1", "01/01/2026", "01/01/2026"]),
            "Trang «Ủy",
        ),
        (lambda pages: pages["Lịch"].append([code_of(1), "15/12/2026", "làm bù", "a", "b"]), "Trang «Lịch», dòng 3"),
    ],
    ids=("sheet", "unknown_column", "missing_column", "every_unit", "unknown_signer", "day_twice"),
)
def test_one_mistake_is_found(spoil: Callable[[Pages], object], start: str) -> None:
    pages = city(1)
    assert not sentences(pages)

    spoil(pages)

    assert any(sentence.startswith(start) for sentence in sentences(pages)), sentences(pages)


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("Mẫu mã hồ sơ", "{agency}-{seq}", "Mẫu mã hồ sơ"),
        ("Mã ngân hàng", "97", "Mã ngân hàng"),
        ("Thủ tục hay dùng", "1.001193; 5.5", "Thủ tục hay dùng"),
        ("Khổ giấy hẹn", "A3", "Khổ giấy hẹn"),
        ("Sáng thứ Bảy", "đôi khi", "Sáng thứ Bảy"),
    ],
)
def test_a_unit_that_could_not_work_names_its_column(column: str, value: str, named: str) -> None:
    pages = city(1)
    pages["Đơn vị"][0] = [*pages["Đơn vị"][0], column]
    pages["Đơn vị"][1] = [*pages["Đơn vị"][1], value]

    assert any(f"dòng 2, cột «{named}»" in sentence for sentence in sentences(pages)), sentences(pages)


def test_the_sheet_may_be_toml() -> None:
    text = """
[[units]]
agency_code = "000.16.27.H29"
name = "Phường Mẫu"
address = "12 Lê Lợi"
phone = "028"
[[users]]
unit = "000.16.27.H29"
login = "quantri"
name = "Nam"
roles = ["it", "tiếp nhận"]
[[calendar]]
unit = "*"
on = 2026-12-15
is_worked = "làm bù"
name = "Bù"
source = "1/TB"
"""
    found = read_sheet("bang.toml", text.encode(), CATALOGUE, codes())

    assert not found.problems
    assert found.wards[0].users[0].roles == (Role.IT, Role.RECEPTION)
    assert found.wards[0].calendar.worked[0].on == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bang.xlsx", b"PK nothing"),
        ("bang.xlsx", b""),
        ("bang.toml", b"units = 3"),
        ("bang.toml", b"[[units]\n"),
        ("bang.toml", b"\xff\xfe"),
    ],
)
def test_what_is_no_sheet_is_refused_in_one_sentence(name: str, content: bytes) -> None:
    with pytest.raises(UserError) as refused:
        read_sheet(name, content, CATALOGUE, codes())

    assert refused.value.code == "sheet_unreadable"


def test_a_workbook_with_entities_or_bombs_is_refused() -> None:
    good = workbook({"Đơn vị": [["a"]]})
    with zipfile.ZipFile(io.BytesIO(good)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    for spoiled in ({"xl/workbook.xml": entity}, {"xl/media/big.bin": bytes(65_000_000)}):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
            for name, part in (parts | spoiled).items():
                new.writestr(name, part)
        with pytest.raises(ValueError, match=r"entities|large"):
            read_workbook(buffer.getvalue())


def locked(content: bytes) -> bytes:
    """Mark every part as encrypted, as a workbook zipped with a password is."""
    spoiled = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = spoiled.find(mark)
        while at >= 0:
            spoiled[at + place] |= 1
            at = spoiled.find(mark, at + 1)
    return bytes(spoiled)


def scribbled(content: bytes) -> bytes:
    """Damage what is packed in the first part that is read."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.getinfo("xl/sharedStrings.xml")
    start = part.header_offset + 30 + len(part.filename)
    return content[:start] + b"\xff" * part.compress_size + content[start + part.compress_size :]


@pytest.mark.parametrize("spoil", [locked, scribbled])
def test_a_locked_or_damaged_workbook_is_refused_in_one_sentence(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(UserError, match="sheet_unreadable"):
        read_sheet("bang.xlsx", spoil(workbook(city(1))), CATALOGUE, codes())


@pytest.mark.parametrize("cell", [float("inf"), float("nan"), 0.5, -1, "1e3"])
def test_what_is_no_amount_is_told_as_such(cell: float | str) -> None:
    with pytest.raises(Unfit, match="amount"):
        amount(cell)


def test_a_day_with_a_time_of_day_is_that_day() -> None:
    found = day(datetime.fromisoformat("2026-07-18T09:00:00"))

    assert (type(found), found) == (date, date(2026, 7, 18))


def test_cells_are_read_whatever_way_they_are_stored() -> None:
    inline = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="3">'
        b'<c r="B3" t="inlineStr"><is><t> Ph\xc6\xb0\xe1\xbb\x9dng </t></is></c>'
        b'<c r="AA3" t="str"><f>1+1</f><v>hai</v></c>'
        b'<c r="AB3" t="b"><v>1</v></c><c r="AC3"><v>46371</v></c><c r="AD3"/></row></sheetData></worksheet>'
    )
    with zipfile.ZipFile(io.BytesIO(workbook({"a": [["x"]]}))) as old:
        parts = {name: old.read(name) for name in old.namelist()} | {"xl/worksheets/sheet1.xml": inline}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as new:
        for name, part in parts.items():
            new.writestr(name, part)

    (table,) = read_workbook(buffer.getvalue())

    assert table.rows[0].number == 3
    assert dict(table.rows[0].cells) == {1: "Phường", 26: "hai", 27: True, 28: 46371.0}


def test_the_sample_ward_is_written_and_read_back_unchanged() -> None:
    sample = replace(sample_provisioning(), city=CityEntry("https://a.example", ("X",), "PEM"))

    assert parse_provisioning("x.toml", provisioning_text(sample)) == sample


@pytest.mark.parametrize(
    "more",
    [
        "[settings.print]\nprinter = 3\n",
        "[settings.oven]\nheat = 3\n",
        "[city]\nname = 'x'\n",
        "[calendar]\nfree = 1\n",
        "settings = 3\n",
    ],
)
def test_what_a_file_may_not_say_is_refused(more: str) -> None:
    text = provisioning_text(sample_provisioning())
    text = more + text if more.startswith("settings") else text + more

    with pytest.raises(UserError) as refused:
        parse_provisioning("x.toml", text)

    assert refused.value.code == "bad_provisioning"


def test_headings_are_unique_in_their_sheet() -> None:
    for sheet in SHEETS:
        titles = [column.title for column in sheet.columns]
        assert len(set(titles)) == len(titles)
