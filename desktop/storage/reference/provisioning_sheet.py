"""From one sheet with all units to one provisioning file for each; every mistake is told at once, by row and column."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from desktop.domain.authority import Delegation, check_delegation
from desktop.domain.calendar_days import CalendarOverlay, NamedDay
from desktop.domain.catalogue import Catalogue
from desktop.domain.errors import AppError, UserError
from desktop.domain.ids import named_id
from desktop.domain.units import BankAccount, Heading, LateTarget, LocalFee, Section, Unit, check_unit
from desktop.domain.users import Role
from desktop.domain.vietnamese import fold, nfc, screen_date
from desktop.services.settings import Value
from desktop.storage.reference import provisioning_columns as columns
from desktop.storage.reference.provisioning_columns import SHEETS, Column, Sheet, Unfit
from desktop.storage.reference.units import CityEntry, DelegationEntry, Provisioning, UserEntry
from desktop.storage.reference.workbook import Table, read_workbook

#: A row of the sheet "*" stands in every unit.
_EVERY: Final = "*"
_COUNTER: Final = "mot_cua"
_LEADERS: Final = "lanh_dao"
_SINCE: Final = date(2025, 7, 1)
_CODE_TEMPLATE: Final = "{agency}-{yymmdd}-{seq}"
#: Sections of a ward where the sheet says nothing of its own: those the catalogue's procedures go to.
_SECTIONS: Final = (
    Section(_COUNTER, "Bộ phận Tiếp nhận và Trả kết quả"),
    Section("tu_phap", "Tư pháp - Hộ tịch"),
    Section("dia_chinh", "Địa chính - Xây dựng"),
    Section("van_hoa_xa_hoi", "Văn hóa - Xã hội"),
    Section("kinh_te", "Kinh tế"),
    Section(_LEADERS, "Lãnh đạo Ủy ban nhân dân"),
)
#: Where a field of the unit stands in the sheet, for what only the whole unit shows.
_PLACES: Final[Mapping[str, str]] = {
    "code_template": "code_template",
    "agency_code": "agency_code",
    "code_template, agency_code": "code_template",
    "bank": "bank_id",
    "paper": "paper",
    "headings": "heading_since",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one row whose cells were read; a cell at fault is left out.

    Attributes:
        number: Of the row, as people count.
        values: By English key.
        is_sound: No cell was at fault.
    """

    number: int
    values: Mapping[str, Any]
    is_sound: bool

    def get(self, key: str, default: Any = "") -> Any:  # noqa: ANN401 - each column has its own type
        """Return a value, or what holds without it."""
        return self.values.get(key, default)


@dataclass(frozen=True, slots=True)
class SheetRead:
    """Say what a sheet gave.

    Attributes:
        wards: One for each unit; only without a problem is any of them whole.
        problems: Every mistake, one error with a sentence each.
    """

    wards: tuple[Provisioning, ...]
    problems: tuple[AppError, ...]


def read_sheet(name: str, content: bytes, catalogue: Catalogue, new_code: Callable[[], str]) -> SheetRead:
    """Read a sheet (.xlsx, or TOML) with all units.

    Args:
        name: File name; its end says what it is.
        content: The file.
        catalogue: Knows procedures and fields.
        new_code: Makes one one-time code for each user.

    Raises:
        UserError: ``sheet_unreadable`` when it is neither.
    """
    try:
        is_toml = name.lower().endswith(".toml")
        raw = _from_toml(content) if is_toml else _from_workbook(read_workbook(content))
    except ValueError as error:
        raise UserError("sheet_unreadable", file=name, reason=str(error)) from error
    reading = _Reading(catalogue, new_code)
    lines = {sheet.key: reading.lines(sheet, raw.get(sheet.key)) for sheet in SHEETS}
    wards = tuple(reading.wards(lines))
    return SheetRead(wards, tuple(reading.problems))


@dataclass(frozen=True, slots=True)
class _Raw:
    """Hold a sheet before its cells are read: headings (place, text), and rows (number, cell by place)."""

    headings: Sequence[tuple[object, str]]
    rows: Sequence[tuple[int, Mapping[Any, Any]]]


def _from_toml(content: bytes) -> dict[str, _Raw]:
    raw = {}
    for key, rows in tomllib.loads(content.decode("utf-8-sig")).items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError(f"{key}: expected [[{key}]]")
        names = list(dict.fromkeys(name for row in rows for name in row))
        raw[key] = _Raw([(name, name) for name in names], list(enumerate(rows, 1)))
    return raw


def _from_workbook(tables: Sequence[Table]) -> dict[str, _Raw]:
    raw = {}
    for sheet in SHEETS:
        table = next((each for each in tables if fold(each.name) in {fold(sheet.title), sheet.key}), None)
        if table is None or not table.rows:
            continue
        head = [(place, str(cell)) for place, cell in sorted(table.rows[0].cells.items())]
        raw[sheet.key] = _Raw(head, [(row.number, row.cells) for row in table.rows[1:]])
    return raw


@dataclass(slots=True)
class _Reading:
    """Collect wards and mistakes."""

    catalogue: Catalogue
    new_code: Callable[[], str]
    problems: list[AppError] = field(default_factory=list)

    def lines(self, sheet: Sheet, raw: _Raw | None) -> list[Line]:
        """Read the rows of one sheet."""
        if raw is None:
            if sheet.is_required:
                self.problems.append(UserError("sheet_missing", sheet=sheet.title))
            return []
        known = {name: column for column in sheet.columns for name in (fold(column.title), column.key)}
        places: dict[object, Column] = {}
        for place, heading in raw.headings:
            column = known.get(" ".join(fold(heading).split()))
            if column is None:
                self.problems.append(UserError("sheet_column_unknown", sheet=sheet.title, column=heading))
            else:
                places[place] = column
        for column in sheet.columns:
            if column.is_required and column not in places.values():
                self.problems.append(UserError("sheet_column_missing", sheet=sheet.title, column=column.title))
        return [self._line(sheet, number, cells, places) for number, cells in raw.rows if cells]

    def _line(self, sheet: Sheet, number: int, cells: Mapping[Any, Any], places: Mapping[object, Column]) -> Line:
        values: dict[str, Any] = {}
        is_sound = True
        for place, column in places.items():
            cell = nfc(value) if isinstance(value := cells.get(place, ""), str) else value
            if cell in ("", []):
                if column.is_required:
                    is_sound = False
                    self._cell_missing(sheet, number, column)
                continue
            try:
                values[column.key] = column.read(cell)
            except Unfit as unfit:
                is_sound = False
                self._cell(sheet, number, column.key, cell, unfit.expected)
        return Line(number, values, is_sound)

    def _cell_missing(self, sheet: Sheet, row: int, column: Column) -> None:
        self.problems.append(UserError("sheet_cell_missing", sheet=sheet.title, row=row, column=column.title))

    def _cell(self, sheet: Sheet, row: int, key: str, value: object, expected: str) -> None:
        title = next(column.title for column in sheet.columns if column.key == key)
        shown = screen_date(value) if isinstance(value, date) else str(value)
        self.problems.append(
            UserError("sheet_cell_wrong", sheet=sheet.title, row=row, column=title, value=shown, expected=expected)
        )

    def _twice(self, sheet: Sheet, line: Line, key: str, first: int) -> None:
        title = next(column.title for column in sheet.columns if column.key == key)
        self.problems.append(
            UserError(
                "sheet_cell_twice",
                sheet=sheet.title,
                row=line.number,
                column=title,
                value=str(line.get(key)),
                first=first,
            )
        )

    # From rows to wards.

    def wards(self, lines: Mapping[str, list[Line]]) -> Iterator[Provisioning]:
        """Yield every unit whose own row is without a mistake."""
        seen = self._unit_rows(lines["units"])
        self._check_units(lines, seen)
        for key in ("fees", "targets", "delegations"):
            self._check_catalogue(next(sheet for sheet in SHEETS if sheet.key == key), lines[key])
        self._check_catalogue(columns.UNITS, lines["units"])
        by_unit = {key: _by_unit(lines[key]) for key in lines if key != "units"}
        for line in lines["units"]:
            before = len(self.problems)
            ward = self._ward(line, {key: _rows_of(of, line.get("agency_code")) for key, of in by_unit.items()})
            if ward is not None and len(self.problems) == before and seen[ward.unit.agency_code] == line.number:
                yield ward

    def _unit_rows(self, lines: Sequence[Line]) -> dict[str, int]:
        """Return the row of each unit, the first where two have one code."""
        seen: dict[str, int] = {}
        for line in lines:
            code = line.get("agency_code")
            if code and code in seen:
                self._twice(columns.UNITS, line, "agency_code", seen[code])
            elif code:
                seen[code] = line.number
        return seen

    def _check_units(self, lines: Mapping[str, list[Line]], seen: Mapping[str, int]) -> None:
        """Tell of rows whose unit is not in the sheet."""
        for sheet in SHEETS[1:]:
            for line in lines[sheet.key]:
                unit = line.get("unit")
                if unit and unit != _EVERY and unit not in seen:
                    self._cell(sheet, line.number, "unit", unit, "unit_of_sheet")
                elif unit == _EVERY and sheet.columns[0].example != _EVERY:
                    self._cell(sheet, line.number, "unit", unit, "one_unit")

    def _check_catalogue(self, sheet: Sheet, lines: Sequence[Line]) -> None:
        """Tell of procedures and fields nobody knows."""
        codes = {each.code for each in self.catalogue.procedures}
        fields = {each.field for each in self.catalogue.procedures}
        for line in lines:
            for key, known, expected in (
                ("procedure", codes, "known_procedure"),
                ("procedures", codes, "known_procedure"),
                ("favourites", codes, "known_procedure"),
                ("field", fields, "known_field"),
                ("fields", fields, "known_field"),
            ):
                given = line.get(key, ())
                for value in (given,) if isinstance(given, str) else given:
                    if value not in known:
                        self._cell(sheet, line.number, key, value, expected)

    def _ward(self, line: Line, of: Mapping[str, list[Line]]) -> Provisioning | None:
        sections = tuple(Section(each.get("code"), each.get("name")) for each in of["sections"] if each.is_sound)
        sections = tuple({each.code: each for each in (sections or _SECTIONS)}.values())
        users = self._users(line, of["users"], {section.code for section in sections})
        delegations = self._delegations(of["delegations"], {each.login for each in users})
        calendar = self._calendar(of["calendar"])
        if not line.is_sound:
            return None
        unit = _unit(line, sections, of)
        try:
            check_unit(unit)
        except UserError as refusal:
            key = _PLACES.get(str(refusal.details["field"]), "agency_code")
            self._cell(columns.UNITS, line.number, key, line.get(key), f"unit_{key}")
            return None
        return Provisioning(unit, users, delegations, calendar, _city(line), _settings(line))

    def _users(self, unit: Line, lines: Sequence[Line], sections: set[str]) -> tuple[UserEntry, ...]:
        seen: dict[str, int] = {}
        users = []
        for line in lines:
            name = line.get("login")
            if name in seen:
                self._twice(columns.USERS, line, "login", seen[name])
                continue
            if name:
                seen[name] = line.number
            section = line.get("section")
            if section and section not in sections:
                self._cell(columns.USERS, line.number, "section", section, "section_of_unit")
            if line.is_sound:
                user = UserEntry(name, line.get("name"), line.get("roles"), section, line.get("title"))
                users.append(replace(user, one_time_code=self.new_code()))
        if unit.get("agency_code") and not any(Role.IT in line.get("roles", ()) for line in lines):
            self._cell(columns.UNITS, unit.number, "agency_code", unit.get("agency_code"), "unit_with_it")
        return tuple(users)

    def _delegations(self, lines: Sequence[Line], logins: set[str]) -> tuple[DelegationEntry, ...]:
        found = []
        for line in lines:
            if not line.is_sound:
                continue
            entry = DelegationEntry(**{key: value for key, value in line.values.items() if key != "unit"})
            if entry.login not in logins:
                self._cell(columns.DELEGATIONS, line.number, "login", entry.login, "user_of_unit")
            try:
                check_delegation(
                    Delegation("", entry.form, "", entry.document, entry.document_on, entry.from_on, entry.to_on)
                )
            except UserError:
                self._cell(columns.DELEGATIONS, line.number, "to_on", entry.to_on, "day_after_from")
            found.append(entry)
        return tuple(found)

    def _calendar(self, lines: Sequence[Line]) -> CalendarOverlay:
        closed: dict[date, NamedDay] = {}
        worked: dict[date, NamedDay] = {}
        seen: dict[date, int] = {}
        for line in lines:
            if not line.is_sound:
                continue
            on = line.get("on")
            if on in seen:
                self._cell(columns.CALENDAR, line.number, "on", on, "day_once")
                continue
            seen[on] = line.number
            days = worked if line.get("is_worked") else closed
            days[on] = NamedDay(on, line.get("name"), line.get("source"))
        return CalendarOverlay(tuple(closed.values()), tuple(worked.values()))


def _by_unit(lines: Sequence[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.get("unit"), []).append(line)
    return found


def _rows_of(by_unit: Mapping[str, list[Line]], code: str) -> list[Line]:
    """Return the rows of a unit, those of every unit first."""
    return [*by_unit.get(_EVERY, ()), *(by_unit.get(code, ()) if code else ())]


def _unit(line: Line, sections: tuple[Section, ...], of: Mapping[str, list[Line]]) -> Unit:
    code, name = line.get("agency_code"), line.get("name")
    heading = Heading(
        line.get("heading_since", _SINCE),
        line.get("heading_agency") or f"ỦY BAN NHÂN DÂN {name.upper()}",
        line.get("heading_office") or "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
        line.get("heading_name") or f"Trung tâm Phục vụ hành chính công {name}",
    )
    is_banked = line.get("bank_id") or line.get("bank_account")
    bank = BankAccount(*(line.get(key) for key in ("bank_id", "bank_account", "bank_holder", "bank_name")))
    fees = {each.get("procedure"): each.get("amount_vnd") for each in of["fees"] if each.is_sound}
    targets = {each.get("field"): each.get("below_per_mille") for each in of["targets"] if each.is_sound}
    return Unit(
        # Made again from the same sheet it is the same unit.
        unit_id=named_id("motcua", "unit", code),
        name=name,
        place=line.get("place") or name,
        address=line.get("address"),
        phone=line.get("phone"),
        agency_code=code,
        code_template=line.get("code_template") or _CODE_TEMPLATE,
        lookup_base=line.get("lookup_base"),
        counter_section=_COUNTER,
        sections=sections,
        headings=(heading,),
        paper=line.get("paper") or "A5",
        saturday_morning=line.get("saturday_morning", False),
        southern_words=line.get("southern_words", True),
        favourites=line.get("favourites", ()),
        local_fees=tuple(LocalFee(*pair) for pair in fees.items()),
        leaders_section=_LEADERS,
        bank=bank if is_banked else None,
        late_targets=tuple(LateTarget(*pair) for pair in targets.items()),
    )


def _city(line: Line) -> CityEntry | None:
    address = line.get("city_address")
    return CityEntry(address, line.get("enrolment_codes", ())) if address else None


def _settings(line: Line) -> tuple[tuple[str, Value], ...]:
    given = (("scanner.serial_port", line.get("scanner_port")), ("print.printer", line.get("printer")))
    return tuple((key, value) for key, value in given if value)
