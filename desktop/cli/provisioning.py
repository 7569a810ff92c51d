"""``motcua provision``: one sheet with all units becomes one file for each, checked first."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
import xlsxwriter

from desktop.cli.exits import Exit
from desktop.devices.passwords import one_time_code
from desktop.domain.errors import UserError
from desktop.domain.vietnamese import unformulated
from desktop.services.wording import Wording
from desktop.storage.engine import translated
from desktop.storage.reference.catalogue import load_catalogue
from desktop.storage.reference.provisioning_columns import SHEETS, Sheet
from desktop.storage.reference.provisioning_sheet import SheetRead, read_sheet
from desktop.storage.reference.provisioning_text import provisioning_text, without_secrets
from desktop.storage.reference.units import Provisioning, parse_provisioning
from desktop.wiring.provisioning import read_file

provision = typer.Typer(
    help="Tệp khai báo cho nhiều đơn vị từ một bảng.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

#: Where the files lie that the city makes its units from: without one-time and enrolment codes.
FOR_CITY = "thanh-pho"
#: Beside the files: who gets which one-time code, to be printed and handed out.
CODES_NAME = "ma-dung-mot-lan.csv"
_WIDTH = 26
_BYTE_ORDER_MARK = "﻿"


@dataclass(frozen=True, slots=True)
class Made:
    """Say what a sheet gave.

    Attributes:
        units: How many files.
        problems: A sentence for each mistake; no file is written when there is one.
    """

    units: int
    problems: tuple[str, ...]


def run_provision(arguments: list[str]) -> int:
    """Run ``provision`` with what stands behind it.

    Returns:
        Exit code.
    """
    ended = provision(args=arguments, prog_name="motcua provision", standalone_mode=False)
    return ended if isinstance(ended, int) else int(Exit.DONE)


@provision.command("make")
def make_command(
    sheet: Annotated[Path, typer.Argument(help="Bảng khai báo (.xlsx hoặc .toml).")],
    folder: Annotated[Path, typer.Argument(help="Thư mục trống để ghi mỗi đơn vị một tệp.")],
) -> int:
    """Kiểm bảng khai báo rồi ghi mỗi đơn vị một tệp; có lỗi thì nêu hết và không ghi gì."""
    made = make(sheet, folder)
    return _told(made, f"Đã ghi {made.units} tệp khai báo vào {folder.absolute()}.")


@provision.command("check")
def check_command(file: Annotated[Path, typer.Argument(help="Bảng khai báo, hoặc tệp của một đơn vị.")]) -> int:
    """Kiểm một bảng khai báo, hoặc tệp của một đơn vị; không ghi gì."""
    made = check(file)
    return _told(made, f"Đúng: {made.units} đơn vị.")


@provision.command("sample")
def sample_command(file: Annotated[Path, typer.Argument(help="Tệp .xlsx sẽ ghi.")]) -> int:
    """Ghi bảng khai báo mẫu, mỗi cột có lời dẫn."""
    with translated():
        file.write_bytes(sample_sheet())
    typer.echo(str(file.absolute()))
    return int(Exit.DONE)


def make(sheet: Path, folder: Path) -> Made:
    """Write one file for each unit of a sheet, all or none.

    Raises:
        UserError: ``sheet_unreadable``, ``provision_folder_used``.
        EnvironmentProblem: ``disk_full`` …
    """
    found = _read(sheet)
    if found.problems:
        return Made(len(found.wards), _sentences(found))
    if folder.exists() and any(folder.iterdir()):
        raise UserError("provision_folder_used", path=str(folder.absolute()))
    texts = [
        (file_name(ward), provisioning_text(ward), provisioning_text(without_secrets(ward))) for ward in found.wards
    ]
    for name, text, _ in texts:
        # What a PC will read is read here first.
        parse_provisioning(name, text)
    with translated():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / FOR_CITY).mkdir(exist_ok=True)
        for name, text, for_city in texts:
            (folder / name).write_text(text, "utf-8")
            (folder / FOR_CITY / name).write_text(for_city, "utf-8")
        (folder / CODES_NAME).write_text(_BYTE_ORDER_MARK + "".join(_code_lines(found.wards)), "utf-8")
    return Made(len(texts), ())


def check(file: Path) -> Made:
    """Check a sheet, or the file of one unit.

    Raises:
        UserError: ``sheet_unreadable``, ``bad_provisioning``, ``bad_unit``.
    """
    if file.suffix.lower() == ".toml" and "[unit]" in _text_of(file):
        read_file(file)
        return Made(1, ())
    found = _read(file)
    return Made(len(found.wards), _sentences(found))


def file_name(ward: Provisioning) -> str:
    """Name the file of a unit by its code."""
    safe = "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in ward.unit.agency_code)
    return f"{safe}.toml"


def sample_sheet() -> bytes:
    """Return the sample workbook: headings with notes, one row each."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
        needed = book.add_format({"bold": True, "bg_color": "#FCE4D6", "border": 1})
        plain = book.add_format({"num_format": "@"})
        for sheet in SHEETS:
            page = book.add_worksheet(sheet.title)
            page.freeze_panes(1, 0)
            for place, column in enumerate(sheet.columns):
                page.set_column(place, place, _WIDTH, plain)
                page.write_string(0, place, column.title, needed if column.is_required else head)
                if column.note:
                    page.write_comment(0, place, column.note)
            for at, row in enumerate(_sample_rows(sheet), 1):
                for place, text in enumerate(row):
                    if text:
                        page.write_string(at, place, text, plain)
    return buffer.getvalue()


def _sample_rows(sheet: Sheet) -> Iterator[tuple[str, ...]]:
    first = tuple(column.example for column in sheet.columns)
    yield first
    if sheet.key == "users":
        unit = first[0]
        yield unit, "hung", "Trần Quốc Hùng", "chuyên môn", "tu_phap", "Công chức Tư pháp - Hộ tịch"
        yield unit, "chutich", "Phạm Văn Minh", "chủ tịch", "lanh_dao", "Chủ tịch"
        yield unit, "phochutich", "Võ Thị Hạnh", "phó chủ tịch", "lanh_dao", "Phó Chủ tịch"
        yield unit, "quantri", "Đặng Hoài Nam", "quản trị", "", "Quản trị hệ thống"
    if sheet.key == "sections":
        yield "*", "tu_phap", "Tư pháp - Hộ tịch"
        yield "*", "dia_chinh", "Địa chính - Xây dựng"
        yield "*", "van_hoa_xa_hoi", "Văn hóa - Xã hội"
        yield "*", "kinh_te", "Kinh tế"
        yield "*", "lanh_dao", "Lãnh đạo Ủy ban nhân dân"


def _read(sheet: Path) -> SheetRead:
    try:
        content = sheet.read_bytes()
    except OSError as error:
        raise UserError("sheet_unreadable", file=str(sheet), reason=error.strerror or type(error).__name__) from error
    return read_sheet(sheet.name, content, load_catalogue(), one_time_code)


def _sentences(found: SheetRead) -> tuple[str, ...]:
    wording = Wording()
    return tuple(wording.error(problem) for problem in found.problems)


def _told(made: Made, done: str) -> int:
    for sentence in made.problems:
        typer.echo(sentence, err=True)
    if made.problems:
        typer.echo(f"Có {len(made.problems)} lỗi; chưa ghi tệp nào. Sửa bảng rồi chạy lại.", err=True)
        return int(Exit.REFUSED)
    typer.echo(done)
    return int(Exit.DONE)


def _code_lines(wards: tuple[Provisioning, ...]) -> Iterator[str]:
    """Yield lines for a spreadsheet: no cell begins with a sign that it would compute."""
    yield "Đơn vị;Họ tên;Tên đăng nhập;Mã dùng một lần\n"
    for ward in wards:
        for user in ward.users:
            cells = (ward.unit.name, user.name, user.login, user.one_time_code)
            yield ";".join(f'"{unformulated(cell).replace(chr(34), chr(34) * 2)}"' for cell in cells) + "\n"


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""
