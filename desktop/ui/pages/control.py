"""The page "Kiểm soát": what makes figures look better than the work was, with its dossiers and the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.board import Period, half_year
from desktop.domain.detectors.findings import Finding, Severity
from desktop.domain.detectors.words import SEVERITIES, TITLES, WHY, sentence
from desktop.domain.users import Action, User, may
from desktop.domain.vietnamese import local, number, screen_date, screen_datetime
from desktop.services import detecting
from desktop.services.detecting import Findings, Inspection
from desktop.services.ports import Desk
from desktop.services.signature_waits import SignerWaits, waits_by_signer
from desktop.ui.kit import Kit
from desktop.ui.models.short_table import Cell, Head, Line, ShortTable
from desktop.ui.pages.approval_words import wait_words
from desktop.ui.pages.base import Page, ShortcutHint
from desktop.ui.pages.handover_parts import ListOrAdvice
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_M, SPACE_S, Role
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import ChoiceBox
from desktop.ui.widgets.labels import EmptyState, Muted, text_label
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

_PERIODS: Final = {
    "half_year": QT_TRANSLATE_NOOP(CONTEXT, "Nửa năm này"),
    "month": QT_TRANSLATE_NOOP(CONTEXT, "30 ngày qua"),
    "year": QT_TRANSLATE_NOOP(CONTEXT, "365 ngày qua"),
}
#: Below this width, at 100 % of text, the sentence stands under the list.
_SIDE_BY_SIDE_PX: Final = 660
_LEAST_FINDINGS, _LEAST_DOSSIERS = 4, 2
_MONTH, _YEAR = timedelta(days=30), timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold what the page shows.

    Attributes:
        names: User id to name.
        mark: Where this PC's log ends, as it is printed.
        waits: How long each signer's latest decisions were waited for; empty for who may not see it.
    """

    findings: Findings
    names: Mapping[str, str]
    mark: str
    waits: tuple[SignerWaits, ...] = ()


class ControlPage(Page):
    """Show the findings; the log is looked through page by page, so nobody waits for it.

    Attributes:
        table: The findings.
        dossiers: Those of the chosen finding.
        seen: What is shown; None before.
    """

    def __init__(self, kit: Kit, desk: Desk, actor: User) -> None:
        """Take the services."""
        super().__init__(kit, key="control", title=tr("Kiểm soát"))
        self._desk, self._actor = desk, actor
        self.seen: Seen | None = None
        theme = kit.theme
        self._period = ChoiceBox(name="controlPeriod", accessible_name=tr("Kỳ"))
        self._progress = Muted()
        tip = tr("Mũi tên để chọn, Enter để mở hồ sơ đầu tiên")
        self.table = ShortTable(theme, _finding_heads(), name="controlFindings", title=tr("Dấu hiệu"), tip=tip)
        advice = tr("Máy so nhật ký với mười hai cách làm đẹp số liệu; có dấu hiệu nào sẽ hiện ở đây.")
        self._list = ListOrAdvice(self.table, EmptyState(theme, "check", tr("Không có dấu hiệu nào"), advice))
        self._said = text_label("", "strong", wraps=True)
        name_it(self._said, "controlSentence", tr("Dấu hiệu đang chọn"))
        self._why = Muted()
        self._why.setWordWrap(True)
        open_tip = tr("Enter để mở hồ sơ")
        heads = (Head(tr("Hồ sơ của dấu hiệu này"), "000.00.00.H00-000000-00000", share=1, has_icon=True),)
        self.dossiers = ShortTable(theme, heads, name="controlDossiers", title=tr("Hồ sơ"), tip=open_tip)
        self._mark = Muted()
        self._waits = Muted()
        self._waits.setWordWrap(True)
        name_it(self._waits, "controlWaits", tr("Thời gian chờ ký của từng người"))
        self._again = ActionButton(
            theme,
            tr("Xem lại nhật ký"),
            icon="refresh",
            shortcut="Alt+X",
            name="controlAgain",
            status_tip=tr("Đọc lại nhật ký từ đầu và tìm dấu hiệu"),
        )
        self._build()

    # Answers to the shell.

    def shown(self) -> None:
        """Look through the log the first time; later on demand, as it takes a while."""
        if self.seen is None:
            self._look()
        self.table.setFocus()

    def go_back(self) -> bool:
        """Leave the dossiers, then take an error away."""
        if self.dossiers.hasFocus():
            self.table.setFocus()
            return True
        had_error = bool(self.error_text())
        self.clear_error()
        return had_error

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the sentence beside the list, or below it where text is large."""
        super().resizeEvent(event)
        self._fit()

    def shortcuts(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        return (
            ShortcutHint("Return", tr("Mở hồ sơ")),
            ShortcutHint("Alt+D", tr("Sang danh sách hồ sơ của dấu hiệu")),
            ShortcutHint("Alt+K", tr("Chọn kỳ")),
            ShortcutHint("Alt+X", tr("Xem lại nhật ký")),
        )

    # Building.

    def _build(self) -> None:
        for key, text in _PERIODS.items():
            self._period.add_choice(key, tr(text))
        label = text_label(tr("Kỳ (Alt+K)"))
        label.setBuddy(self._period)
        top = QHBoxLayout()
        top.setSpacing(SPACE_S)
        top.addWidget(label)
        top.addWidget(self._period)
        top.addWidget(self._progress, 1)
        top.addWidget(self._again)
        self.body.addLayout(top)
        self.table.show_at_least(_LEAST_FINDINGS)
        self.dossiers.show_at_least(_LEAST_DOSSIERS)
        self._right = QWidget()
        column = QVBoxLayout(self._right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self._said)
        column.addWidget(self._why)
        column.addWidget(self.dossiers, 1)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.setSpacing(SPACE_M)
        self._halves.addWidget(self._list, 3)
        self._halves.addWidget(self._right, 2)
        self.body.addLayout(self._halves, 1)
        self.body.addWidget(self._waits)
        self.body.addWidget(self._mark)
        self._again.clicked.connect(self._look)
        self._period.currentIndexChanged.connect(self._look)
        self.kit.theme.changed.connect(self._fit)
        self.table.moved.connect(self._tell)
        self.table.entered.connect(self._open_first)
        self.dossiers.entered.connect(self._open)
        for keys, slot in (("Alt+K", self._period.setFocus), ("Alt+D", self.dossiers.setFocus)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def _fit(self) -> None:
        is_narrow = self.width() < self.kit.theme.scaled(_SIDE_BY_SIDE_PX)
        directions = QBoxLayout.Direction
        self._halves.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)

    # Looking.

    def _look(self) -> None:
        self.clear_error()
        self._progress.setText(tr("Đang đọc nhật ký…"))
        work = partial(detecting.begin, self._desk, self._actor, self._wanted())
        self.run("read", work, self._went_on, latest="control")

    def _wanted(self) -> Period:
        today: date = local(self._desk.clock.now()).date()
        if self._period.key() == "month":
            return Period(today - _MONTH, today)
        return Period(today - _YEAR, today) if self._period.key() == "year" else half_year(today)

    def _went_on(self, inspection: Inspection) -> None:
        """Ask for the next page; between two pages the lane is free for others."""
        if inspection.is_done:
            self.run("read", partial(self._read, inspection), self._show, latest="control")
            return
        self._progress.setText(tr("Đang đọc nhật ký, đã xem {n} hồ sơ…", n=number(inspection.watch.dossiers)))
        work = partial(detecting.go_on, self._desk, self._actor, inspection)
        self.run("read", work, self._went_on, latest="control")

    def _read(self, inspection: Inspection) -> Seen:
        """Put together what is shown. Threads: lane read."""
        names = {user.user_id: user.name for user in self._desk.reader.users()}
        end = self._desk.way.log_end()
        sees_all = may(self._actor.roles, Action.VIEW_FINDINGS)
        waits = waits_by_signer(self._desk, self._actor) if sees_all else ()
        return Seen(detecting.findings(self._actor, inspection), names, f"{end.counter}: {end.mark}", waits)

    def _show(self, seen: Seen) -> None:
        self.seen = seen
        found = seen.findings
        grave = sum(each.severity is Severity.GRAVE for each in found.found)
        self._progress.setText(
            tr(
                "{dossiers} hồ sơ, {n} dấu hiệu, {grave} nghiêm trọng",
                dossiers=number(found.dossiers),
                n=number(len(found.found)),
                grave=number(grave),
            )
        )
        span = tr("từ {first} đến {last}", first=screen_date(found.period.first), last=screen_date(found.period.last))
        if found.is_own:
            span = tr("{span}, chỉ việc của bạn", span=span)
        clock = "" if found.has_own_clock else tr("; tập huấn: không xét giờ máy")
        self.set_subtitle(span + clock)
        self._mark.setText(tr("Đầu nhật ký quầy {mark}", mark=seen.mark))
        self._waits.setText(signer_words(seen.waits))
        self._waits.setVisible(bool(seen.waits))
        self.table.set_lines([self._line(each) for each in found.found])
        self._list.show_list(has_rows=bool(found.found))
        self._right.setVisible(bool(found.found))
        self._tell()

    def _line(self, found: Finding) -> Line:
        names = self.seen.names if self.seen is not None else {}
        is_grave = found.severity is Severity.GRAVE
        role, icon = (Role.LATE, "late") if is_grave else (Role.DUE, "warning")
        codes = found.subjects[0].code if found.subjects else "–"
        if len(found.subjects) > 1:
            codes = f"{codes} +{number(len(found.subjects) - 1)}"
        return Line(
            found.key,
            (
                Cell(tr(TITLES[found.trick]), icon, role),
                Cell(tr(SEVERITIES[found.severity])),
                Cell(codes),
                Cell(", ".join(names.get(each, "") for each in found.actors)),
                Cell(screen_datetime(found.at)),
            ),
        )

    def _tell(self) -> None:
        found = self._chosen()
        self._said.setText(sentence(found) if found is not None else "")
        self._why.setText(WHY[found.trick] if found is not None else "")
        subjects = found.subjects if found is not None else ()
        self.dossiers.set_lines([Line(each.code, (Cell(each.code, "dossiers"),)) for each in subjects if each.code])
        self.dossiers.setVisible(bool(subjects))

    def _chosen(self) -> Finding | None:
        key = self.table.current_key()
        found = self.seen.findings.found if self.seen is not None else ()
        return next((each for each in found if each.key == key), None)

    def _open_first(self, _key: str) -> None:
        found = self._chosen()
        if found is not None and found.subjects:
            self._open(found.subjects[0].code)

    def _open(self, code: str) -> None:
        self.page_wanted.emit("dossiers", code)


def signer_words(waits: Sequence[SignerWaits]) -> str:
    """Say of each signer how long his latest decisions were waited for, in working time."""
    told = [
        tr(
            "{name} thường {median}, 9/10 lần trong {p90} ({n} lần)",
            name=each.name,
            median=wait_words(each.waits.median_minutes),
            p90=wait_words(each.waits.p90_minutes),
            n=number(each.waits.n),
        )
        for each in waits
    ]
    return tr("Chờ ký, giờ làm việc: {told}", told="; ".join(told)) if told else ""


def _finding_heads() -> tuple[Head, ...]:
    return (
        Head(tr("Dấu hiệu"), "Tiếp nhận lùi ngày", share=2, has_icon=True),
        Head(tr("Mức"), "Nghiêm trọng", give_up=2),
        Head(tr("Hồ sơ"), "000.16.27.H29-190718-0001", share=1, give_up=1),
        Head(tr("Người làm"), "Nguyễn Thị Lan", share=1, give_up=4),
        Head(tr("Lúc"), "09:00 18/07/2019", give_up=3),
    )
