"""Give a ward without any city system its dossiers in the field names of the national exchange, as files.

A JSON file for a program, an xlsx file for a person; both hold the same records (law-and-forms §4.1).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from desktop.domain.errors import UserError
from desktop.domain.national import Record, Staff, dossier_record, steps_of
from desktop.domain.users import Action, User, require
from desktop.domain.vietnamese import unformulated
from desktop.services.ports import Desk
from desktop.services.registers import Export, note_export
from desktop.services.wording import Wording

#: The exchange is told in Vietnamese, whatever language the window speaks.
WORDING: Final = Wording("vi")
#: As the export is called in the log.
NATIONAL: Final = "national"


@dataclass(frozen=True, slots=True)
class NationalFiles:
    """Say what was written.

    Attributes:
        dossiers: How many.
        steps: How many steps of progress.
    """

    json: Path
    xlsx: Path
    dossiers: int
    steps: int


def export(desk: Desk, actor: User, first: date, last: date, folder: Path, reason: str = "") -> NationalFiles:
    """Write the dossiers received on some days, and every step of them, into two files.

    Args:
        desk: What the use case works with.
        actor: Who takes them out.
        first: First local day of receipt.
        last: Last local day.
        folder: Where the files go; it is made.
        reason: Why.

    Raises:
        UserError: ``not_permitted``; ``bad_span`` when it ends before it begins.
        OSError: A file cannot be written.
    """
    require(actor, Action.EXPORT_REGISTER)
    if last < first:
        raise UserError("bad_span", first=first.isoformat(), last=last.isoformat())
    unit, people = desk.reader.unit(), {user.user_id: user for user in desk.reader.users()}
    staff = Staff(unit, people, lambda kind: WORDING.sentence(f"national.step.{kind}"))
    dossiers = tuple(desk.way.dossiers(first, last))
    records = [dossier_record(dossier, unit) for dossier in dossiers]
    steps = [
        step for dossier in dossiers for _, step in steps_of(desk.reader.history(dossier.dossier_id), dossier, staff)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"lien-thong-quoc-gia-{first:%Y%m%d}-{last:%Y%m%d}"
    plain = {"DongBoHoSoMC": {"isUpdating": "False", "data": records}, "CapNhatTienDoHoSoMC": {"data": steps}}
    to_json, to_xlsx = (folder / f"{stem}.json").absolute(), (folder / f"{stem}.xlsx").absolute()
    # The log comes first: nothing leaves the program that it does not name.
    note_export(desk, actor, NATIONAL, (first, last), Export("json", reason, len(records)))
    _write(to_json, json.dumps(plain, ensure_ascii=False, indent=1).encode())
    _write(to_xlsx, _worksheets(records, steps))
    return NationalFiles(to_json, to_xlsx, len(records), len(steps))


def _write(path: Path, content: bytes) -> None:
    """Write beside the file and put it into place whole."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _worksheets(records: Iterable[Record], steps: Iterable[Record]) -> bytes:
    """Return both lists as a workbook; every cell is text, so codes keep their zeros and nothing becomes a formula."""
    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        bold = book.add_format({"bold": True})
        for title, rows in (("DongBoHoSoMC", list(records)), ("CapNhatTienDoHoSoMC", list(steps))):
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 1)
            for row, record in enumerate(rows):
                for column, (name, value) in enumerate(record.items()):
                    if not row:
                        sheet.write_string(0, column, name, bold)
                    sheet.write_string(row + 1, column, _cell(value))
    return content.getvalue()


def _cell(value: Any) -> str:  # noqa: ANN401 - any JSON
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return unformulated(text)
