"""Show the city's board and its fleet of PCs as tables; they need no script."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from desktop.cityserver.city_board import CityBoard, CityRow
from desktop.cityserver.page_ports import FleetLine
from desktop.cityserver.templates import Markup, element, joined
from desktop.domain.board import FieldFigures
from desktop.domain.vietnamese import local, number, screen_date, screen_datetime

#: From when on a PC is asked after.
_SILENT: Final = timedelta(hours=24)
_STALE_BACKUP: Final = timedelta(hours=36)
#: Names shown of one unit; the rest is counted.
_MOST_NAMES: Final = 50

_FIGURES: Final = ("Nhận", "Đã giải quyết", "Trễ khi giải quyết", "Tỷ lệ trễ", "Đang giải quyết", "Đang quá hạn")


def board_page(board: CityBoard, fields: Mapping[str, str]) -> Markup:
    """Return the board; ``fields`` gives the name of a field by its code."""
    span = (
        f"Từ {screen_date(board.period.first)} đến {screen_date(board.period.last)}, lúc {screen_datetime(board.as_of)}"
    )
    units = [
        line_of(
            [element("a", row.unit.name, href=f"#{row.unit.unit_id}"), *_cells(row.total), number_of(row.no_apology)]
        )
        for row in board.rows
    ]
    fields_rows = [line_of([fields.get(each.field, each.field), *_cells(each)]) for each in board.by_field]
    total = line_of([element("strong", "Toàn thành phố"), *_cells(board.total)])
    parts = [
        element("h1", "Hồ sơ quá hạn toàn thành phố"),
        element("p", span, class_="soft"),
        element("h2", "Theo đơn vị"),
        table_of(("Đơn vị", *_FIGURES, "Chưa xin lỗi đúng hạn"), units),
        element("h2", "Theo lĩnh vực"),
        table_of(("Lĩnh vực", *_FIGURES), [*fields_rows, total]),
        *(_names(row, fields, board.as_of) for row in board.rows if row.late),
        element("p", "Tên người dân không hiện ở đây; đơn vị tra theo mã trong hệ thống của mình.", class_="soft"),
    ]
    return joined(parts)


def fleet_page(lines: Sequence[FleetLine], now: datetime) -> Markup:
    """Return how every PC stands: what needs a call stands first and says why."""
    ordered = sorted(lines, key=lambda line: (not _worries(line, now), line.unit_name, line.counter))
    heads = ("Đơn vị", "Quầy", "Máy", "Phiên bản", "Liên lạc cuối", "Chờ gửi", "Cũ nhất", "Sao lưu cuối", "Cần xem")
    rows = [_fleet_row(line, now) for line in ordered]
    silent = sum(1 for line in lines if _worries(line, now))
    said = f"{number(len(lines))} máy, {number(silent)} máy cần xem, lúc {screen_datetime(now)}"
    return joined([element("h1", "Các máy"), element("p", said, class_="soft"), table_of(heads, rows)])


def _fleet_row(line: FleetLine, now: datetime) -> Markup:
    return line_of(
        [
            line.unit_name,
            number_of(line.counter),
            line.workstation or line.replica_id[:8],
            line.version or "—",
            _when(line.last_contact),
            "—" if line.unsent is None else number_of(line.unsent),
            _when(line.oldest_unsent_at),
            _when(line.backup_at),
            element("span", "; ".join(_worries(line, now)) or "—", class_="warn" if _worries(line, now) else "ok"),
        ]
    )


def _worries(line: FleetLine, now: datetime) -> tuple[str, ...]:
    if line.is_revoked:
        return ("đã thu hồi",)
    found = []
    if line.last_contact is None:
        found.append("chưa liên lạc lần nào")
    elif now - line.last_contact > _SILENT:
        found.append(f"im lặng {(now - line.last_contact).days} ngày")
    if line.oldest_unsent_at is not None and now - line.oldest_unsent_at > _SILENT:
        found.append("có việc chờ gửi quá 1 ngày")
    if line.backup_at is None:
        found.append("chưa báo lần sao lưu nào")
    elif now - line.backup_at > _STALE_BACKUP:
        found.append(f"sao lưu cách đây {(now - line.backup_at).days} ngày")
    found += [f"chưa dùng tài liệu {name}" for name, at in line.lacking if now - at > _SILENT]
    return tuple(found)


def _link(row: CityRow) -> Markup:
    return element("a", row.unit.name, href=f"#{row.unit.unit_id}")


def _names(row: CityRow, fields: Mapping[str, str], as_of: datetime) -> Markup:
    lines = [
        line_of(
            [
                element("span", name.code, class_="code"),
                fields.get(name.field, name.field),
                name.procedure,
                screen_datetime(name.due_at),
                number_of(max((local(as_of).date() - local(name.due_at).date()).days, 0)),
            ]
        )
        for name in row.late[:_MOST_NAMES]
    ]
    title = f"{row.unit.name}: {number(len(row.late))} hồ sơ đang quá hạn"
    heads = ("Mã hồ sơ", "Lĩnh vực", "Thủ tục", "Hạn", "Quá (ngày)")
    return joined([element("h2", title, id=row.unit.unit_id), table_of(heads, lines)])


def _cells(figures: FieldFigures) -> list[str]:
    counted = (figures.received, figures.solved, figures.solved_late)
    share = element("span", figures.share, class_="bad" if figures.meets is False else "")
    rest = (figures.open, figures.late_open)
    return [*(number_of(n) for n in counted), share, *(number_of(n) for n in rest)]


class _Number(Markup):
    """A figure: it stands on the right."""

    __slots__ = ()


def number_of(n: int) -> Markup:
    """Return a figure for a cell: it stands on the right."""
    return _Number(number(n))


def share_of(text: str) -> Markup:
    """Return a share for a cell: it stands on the right."""
    return _Number(text)


def line_of(cells: Sequence[str]) -> Markup:
    """Return a row of a table."""
    shown = [element("td", cell, class_="n") if isinstance(cell, _Number) else element("td", cell) for cell in cells]
    return element("tr", Markup("".join(shown)))


def table_of(heads: Sequence[str], rows: Sequence[Markup]) -> Markup:
    """Return a table, or a word that there is nothing."""
    if not rows:
        return element("p", "Chưa có số liệu.", class_="card")
    head = element("thead", element("tr", Markup("".join(element("th", each, scope="col") for each in heads))))
    body = element("tbody", joined(list(rows)))
    return element("div", element("table", Markup(head + body)), class_="scroll")


def _when(at: datetime | None) -> str:
    return screen_datetime(at) if at else "—"
