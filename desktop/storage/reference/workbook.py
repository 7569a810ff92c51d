"""Read the cells of an .xlsx workbook with the standard library: rows of plain values, nothing of its looks.

Formulas give the value the spreadsheet program kept with them. Whoever fills the sheet in is not trusted: what unpacks
to more than an office ever types, and XML that declares entities, is refused.
"""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final
from xml.etree.ElementTree import Element, ParseError, fromstring

from desktop.domain.vietnamese import nfc

Cell = str | float | bool

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PACKAGE: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"
#: 322 wards with all their people take a hundredth of it.
MOST_BYTES: Final = 64_000_000
_LETTERS: Final = 26
#: What a damaged or locked file makes the standard library say, besides ValueError.
_NO_WORKBOOK: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ParseError,
    LookupError,
    TypeError,
)
_COLUMN: Final = re.compile(r"[A-Z]{1,3}")


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one row that is not empty.

    Attributes:
        number: As the spreadsheet program shows it, from 1.
        cells: Value by column, from 0; empty cells are left out. Text is NFC without spaces around it.
    """

    number: int
    cells: Mapping[int, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """Hold one sheet of a workbook."""

    name: str
    rows: tuple[Row, ...]


def read_workbook(content: bytes) -> tuple[Table, ...]:
    """Read every sheet of a workbook, in its order.

    Raises:
        ValueError: It is no .xlsx workbook, or larger than any sheet people type.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise ValueError("too large")
            return tuple(_tables(archive))
    except _NO_WORKBOOK as error:
        raise ValueError(f"no workbook: {type(error).__name__}") from error


def _tables(archive: zipfile.ZipFile) -> Iterator[Table]:
    shared = _shared_texts(archive)
    targets = {
        each.attrib["Id"]: each.attrib["Target"]
        for each in _xml(archive, "xl/_rels/workbook.xml.rels").iter(f"{_PACKAGE}Relationship")
    }
    for sheet in _xml(archive, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        target = targets[sheet.attrib[_RELATION]]
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        rows = (_row(row, at, shared) for at, row in enumerate(_xml(archive, path).iter(f"{_MAIN}row"), 1))
        yield Table(nfc(sheet.attrib["name"]).strip(), tuple(row for row in rows if row.cells))


def _xml(archive: zipfile.ZipFile, path: str) -> Element:
    content = archive.read(path)
    # In another encoding the words below would not be seen: spreadsheet programs write UTF-8.
    if content.startswith((b"\xfe\xff", b"\xff\xfe")) or b"\0" in content:
        raise ValueError("not UTF-8")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("declares entities")
    return fromstring(content)  # noqa: S314 - entities are refused above


def _shared_texts(archive: zipfile.ZipFile) -> list[str]:
    path = "xl/sharedStrings.xml"
    if path not in archive.namelist():
        return []
    return [_text(item) for item in _xml(archive, path).iter(f"{_MAIN}si")]


def _text(item: Element) -> str:
    """Join the runs of a text; its phonetic reading is not part of it."""
    runs = [item, *item.findall(f"{_MAIN}r")]
    return "".join(part.text or "" for run in runs for part in run.findall(f"{_MAIN}t"))


def _row(row: Element, at: int, shared: list[str]) -> Row:
    cells: dict[int, Cell] = {}
    for place, cell in enumerate(row.iter(f"{_MAIN}c")):
        value = _value(cell, shared)
        if value != "":
            cells[_column(cell.attrib.get("r", ""), place)] = value
    return Row(int(row.attrib.get("r", at)), cells)


def _column(reference: str, place: int) -> int:
    found = _COLUMN.match(reference)
    if found is None:
        return place
    column = 0
    for letter in found[0]:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return column - 1


def _value(cell: Element, shared: list[str]) -> Cell:
    kind = cell.attrib.get("t", "n")
    inline = cell.find(f"{_MAIN}is")
    if inline is not None:
        return nfc(_text(inline)).strip()
    kept = cell.findtext(f"{_MAIN}v", "")
    if kind == "s":
        return nfc(shared[int(kept)]).strip()
    if kind == "b":
        return kept == "1"
    if kind in {"str", "e", "d"} or not kept:
        return nfc(kept).strip()
    number = float(kept)
    if not isfinite(number):
        raise ValueError("no number")
    return number
