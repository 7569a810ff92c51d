"""Show what the detectors found, ward by ward, as tables; they need no script."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from desktop.cityserver.board_page import line_of, number_of, table_of
from desktop.cityserver.finding_sheets import FoundLine, Sheet
from desktop.cityserver.templates import Markup, element, joined
from desktop.domain.detectors.findings import Severity
from desktop.domain.vietnamese import number, screen_datetime

#: Findings and codes shown at once; the rest is counted.
_MOST_FINDINGS: Final = 100
_MOST_CODES: Final = 5
_SEVERITIES: Final = {Severity.GRAVE.value: ("Nặng", "bad"), Severity.DOUBTFUL.value: ("Cần hỏi", "warn")}


def findings_page(sheets: Sequence[Sheet], now: datetime) -> Markup:
    """Return all wards, those with most grave findings first, then what was found in each."""
    ordered = sorted(sheets, key=lambda sheet: (-sheet.grave, -len(sheet.found), sheet.unit_name))
    rows = [
        line_of(
            [
                element("a", sheet.unit_name, href=f"#{sheet.unit_id}") if sheet.found else sheet.unit_name,
                number_of(sheet.dossiers),
                number_of(sheet.grave),
                number_of(len(sheet.found) - sheet.grave),
                screen_datetime(sheet.made_at) if sheet.made_at else "chưa xem lần nào",
            ]
        )
        for sheet in ordered
    ]
    heads = ("Đơn vị", "Hồ sơ đã xem", "Nặng", "Cần hỏi", "Xem lúc")
    parts = [
        element("h1", "Dấu hiệu làm đẹp số liệu"),
        element("p", f"{number(len(sheets))} đơn vị, lúc {screen_datetime(now)}", class_="soft"),
        table_of(heads, rows),
        *(_ward(sheet) for sheet in ordered if sheet.found),
        element("p", "Một dấu hiệu là câu hỏi, không phải kết luận: xem hồ sơ và hỏi người đã làm.", class_="soft"),
    ]
    return joined(parts)


def _ward(sheet: Sheet) -> Markup:
    title = f"{sheet.unit_name}: {number(len(sheet.found))} dấu hiệu"
    heads = ("Lúc", "Mức", "Dấu hiệu", "Vì sao hỏi", "Người làm", "Hồ sơ")
    rows = [_finding(line) for line in sheet.found[:_MOST_FINDINGS]]
    left = len(sheet.found) - len(rows)
    more = [element("p", f"và {number(left)} dấu hiệu cũ hơn", class_="soft")] if left > 0 else []
    return joined([element("h2", title, id=sheet.unit_id), table_of(heads, rows), *more])


def _finding(line: FoundLine) -> Markup:
    word, colour = _SEVERITIES[line.severity]
    codes = ", ".join(line.codes[:_MOST_CODES])
    left = len(line.codes) - _MOST_CODES
    return line_of(
        [
            screen_datetime(datetime.fromisoformat(line.at)),
            element("span", word, class_=colour),
            f"{line.title}: {line.sentence}",
            line.why,
            ", ".join(line.actors) or "—",
            element("span", codes + (f" và {number(left)} hồ sơ nữa" if left > 0 else "") or "—", class_="code"),
        ]
    )
