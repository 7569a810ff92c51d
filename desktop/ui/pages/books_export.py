"""The side "Sổ theo dõi, báo cáo": take a book out as a file, month by month; close a year, asked twice."""

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.acts.checks import MIN_REASON
from desktop.domain.errors import AppError, EnvironmentProblem
from desktop.domain.users import Action, User, may
from desktop.domain.vietnamese import local, number
from desktop.services import registers, report
from desktop.services.books import REGISTER_FORM, REPORT, RegisterBook, RegisterEntry, ReportPaper
from desktop.services.ports import Desk
from desktop.ui.pages.base import Page
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import ChoiceBox, DateEdit, Field, LineEdit, NumberEdit, field_row
from desktop.ui.widgets.labels import text_label
from desktop.ui.words import tr

_LATEST_YEAR = 2_100


class ExportView(QWidget):
    """Take books out and close years.

    Attributes:
        progress: What is being done, "" for nothing.
    """

    def __init__(self, page: Page, desk: Desk, actor: User, folder: str = "") -> None:
        """Take the page that runs the work."""
        super().__init__()
        self.setProperty("class", "scrolled")
        self._page, self._desk, self._actor = page, desk, actor
        # The button stays enabled meanwhile: one that is switched off loses the focus.
        self._is_running = False
        self._cover: RegisterBook | None = None
        self._months: list[tuple[date, date]] = []
        self._reached = registers.Reached(date.min)
        self._entries: list[RegisterEntry] = []
        self._target = Path()
        self._sure_of = 0
        theme, today = page.kit.theme, local(desk.clock.now()).date()
        self._what = ChoiceBox(name="bookKind", accessible_name=tr("Sổ hoặc báo cáo"))
        self._what.add_choice(REGISTER_FORM, tr("Sổ theo dõi hồ sơ"))
        self._what.add_choice(REPORT, tr("Biểu II.06a: tình hình giải quyết"))
        self._format = ChoiceBox(name="bookFormat", accessible_name=tr("Kiểu tệp"))
        self._format.add_choice("pdf", tr("PDF để in và đóng quyển"))
        self._format.add_choice("xlsx", tr("Bảng tính xlsx"))
        self._first = DateEdit(theme, name="bookFirst")
        self._first.set_date(date(today.year, 1, 1))
        self._last = DateEdit(theme, name="bookLast")
        self._last.set_date(today)
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self._reason = LineEdit(theme, tr("Ví dụ: báo cáo quý gửi quận"), name="bookReason")
        self._folder = LineEdit(theme, name="bookFolder")
        self._folder.setText(folder or documents)
        self._choose = ActionButton(theme, tr("Chọn thư mục"), name="bookFolderChoose", shortcut="Ctrl+O")
        self._export = ActionButton(
            theme,
            tr("Xuất tệp"),
            icon="pdf",
            shortcut="Ctrl+Return",
            primary=True,
            name="bookExport",
            status_tip=tr("Ghi sổ ra tệp; nhật ký ghi lại ai đã xuất"),
        )
        self._cancel = ActionButton(theme, tr("Ngừng xuất"), name="bookCancel", shortcut="Ctrl+.")
        self._cancel.hide()
        self.progress = text_label("", "", wraps=True)
        self.progress.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._year = NumberEdit(theme, _LATEST_YEAR, name="closeYear")
        self._year.set_number(None)
        self._year.setText(str(today.year - 1))
        self._shut = ActionButton(
            theme,
            tr("Đóng sổ năm"),
            icon="lock",
            danger=True,
            name="closeRegister",
            status_tip=tr("Đóng mọi quyển của một năm đã qua; hỏi lại một lần"),
        )
        self._build()
        self._connect()

    def refresh(self) -> None:
        """Have nothing to read again: what is taken out is read when it is."""

    def focus(self) -> None:
        """Give the keys to the first field."""
        self._what.setFocus()

    def _start(self) -> None:
        first, last = self._first.date(), self._last.date()
        self._first_field.set_error("" if first else tr("Gõ ngày như 01/01/2019"))
        self._last_field.set_error("" if last else tr("Gõ ngày như 31/12/2019"))
        self._folder_field.set_error("" if self._folder.value() else tr("Chọn thư mục để ghi tệp"))
        has_reason = len(self._reason.value()) >= MIN_REASON
        self._reason_field.set_error("" if has_reason else tr("Ghi lý do, ít nhất {n} chữ.", n=MIN_REASON))
        if self._is_running or first is None or last is None or not self._folder.value() or not has_reason:
            return
        kind, ending = self._what.key(), self._format.key()
        stem = "so-theo-doi" if kind == REGISTER_FORM else "bieu-II-06a"
        self._target = Path(self._folder.value()).expanduser() / f"{stem}-{first}-{last}.{ending}"
        self._page.clear_error()
        self._begin(tr("Đang đọc…"))
        if kind == REPORT:
            self._page.run("read", partial(self._read_report, first, last), self._note_report, self._failed)
            return
        self._months = list(registers.months_of(first, last))
        self._reached = registers.Reached(first)
        self._entries = []
        work = partial(registers.register_book, self._desk, self._actor, first, last)
        self._page.run("read", work, self._covered, self._failed)

    def _covered(self, cover: RegisterBook) -> None:
        self._cover = cover
        self._read_on(())

    def _read_on(self, entries: tuple[RegisterEntry, ...]) -> None:
        """Take a month's lines and ask for the next month's; between two months the lane is free for others."""
        self._entries.extend(entries)
        if not self._is_running or self._cover is None:
            return
        if not self._months:
            self.progress.setText(tr("Đang ghi {n} dòng ra tệp…", n=number(len(self._entries))))
            save = partial(registers.save_register, self._desk, self._cover, self._entries)
            span = (self._cover.first, self._cover.last)
            self._note(REGISTER_FORM, span, len(self._entries), save)
            return
        first, last = self._months.pop(0)
        self.progress.setText(
            tr("Đang đọc tháng {month}, đã có {n} dòng…", month=f"{first:%m/%Y}", n=number(len(self._entries)))
        )
        self._page.run("read", partial(self._read_month, first, last), self._read_on, self._failed)

    def _read_month(self, first: date, last: date) -> tuple[RegisterEntry, ...]:
        return tuple(registers.register_entries(self._desk, self._actor, first, last, reached=self._reached))

    def _read_report(self, first: date, last: date) -> ReportPaper:
        shown = report.quarter_report(self._desk, self._actor, first, last)
        return report.report_paper(self._desk, self._actor, shown)

    def _note_report(self, paper: ReportPaper) -> None:
        if self._is_running:
            span = (paper.report.first, paper.report.last)
            self._note(REPORT, span, len(paper.report.lines), partial(report.save_report, self._desk, paper))

    def _note(self, kind: str, span: tuple[date, date], rows: int, save: "partial[None]") -> None:
        """Write down who takes out how much and why; only then is the file written, and nothing stops it any more."""
        self._cancel.hide()
        taken = registers.Export(self._format.key(), self._reason.value(), rows)
        work = partial(registers.note_export, self._desk, self._actor, kind, span, taken)
        self._page.run("db", work, partial(self._save, save), self._failed)

    def _save(self, save: "partial[None]", _nothing: None) -> None:
        self._page.run("io", partial(_saved, self._target, save), self._done, self._failed)

    def _done(self, path: str) -> None:
        self._end()
        self.progress.setText(tr("Đã ghi {path}", path=path))
        self._page.kit.notices.say(tr("Đã xuất xong."))

    def _failed(self, error: AppError) -> None:
        self._end()
        self._page.fail(error)

    def _stop(self) -> None:
        if self._is_running:
            self._end()
            self.progress.setText(tr("Đã ngừng, không có tệp nào được ghi."))

    def _begin(self, said: str) -> None:
        self._is_running = True
        self.progress.setText(said)
        self._cancel.show()

    def _end(self) -> None:
        self._is_running = False
        self._entries, self._months, self._cover = [], [], None
        self.progress.setText("")
        self._cancel.hide()

    def _close_year(self) -> None:
        year = self._year.number()
        if year is None:
            self._year_field.set_error(tr("Gõ năm, ví dụ 2019"))
            return
        if self._sure_of != year:
            self._sure_of = year
            self._shut.set_verb(tr("Bấm lần nữa để đóng sổ năm {year}", year=str(year)))
            self._year_field.set_hint(tr("Sau khi đóng, việc sửa chỉ ghi ở cột ghi chú. Không mở lại được."))
            return
        self._not_sure()
        work = partial(registers.close_register, self._desk, self._actor, year)
        self._page.run("db", work, self._year_closed)

    def _year_closed(self, done: registers.RegisterYearClosed) -> None:
        self._page.clear_error()
        entries = sum(closing.entries for closing in done.closings)
        said = tr("Đã đóng sổ năm {year}: {n} hồ sơ.", year=str(done.closings[0].year), n=number(entries))
        self._page.kit.notices.say(said)
        self._year_field.set_hint(tr("{said} Xuất PDF cả năm để ký và lưu.", said=said))
        self._offer_whole(done.closings[0].year)
        self._page.kit.changes.publish(done.changes, self._page)

    def _offer_whole(self, year: int) -> None:
        """Have the closed book, whose last page is signed, one key away; the year is known, the reason with it."""
        self._what.set_key(REGISTER_FORM)
        self._format.set_key("pdf")
        self._first.set_date(date(year, 1, 1))
        self._last.set_date(date(year, 12, 31))
        if not self._reason.value():
            self._reason.setText(tr("Đóng sổ năm {year}", year=str(year)))
        self._export.setFocus()

    def _not_sure(self) -> None:
        self._sure_of = 0
        self._shut.set_verb(tr("Đóng sổ năm"))
        self._year_field.set_error("")
        self._year_field.set_hint(tr("Chỉ đóng được năm đã qua"))

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, tr("Chọn thư mục"), self._folder.value())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._folder.setText)
        dialog.open()

    def _connect(self) -> None:
        self._export.clicked.connect(self._start)
        self._cancel.clicked.connect(self._stop)
        self._choose.clicked.connect(self._choose_folder)
        self._shut.clicked.connect(self._close_year)
        self._year.textEdited.connect(self._not_sure)

    def _build(self) -> None:
        self._first_field = Field(tr("Nhận từ ngày"), self._first, name="bookFirst")
        self._last_field = Field(tr("Đến ngày"), self._last, name="bookLast")
        hint = tr("Nhật ký ghi ai xuất, xuất gì, bao nhiêu dòng và vì sao")
        self._reason_field = Field(tr("Lý do xuất"), self._reason, hint, required=True, name="bookReason")
        self._folder_field = Field(tr("Ghi vào thư mục"), self._folder, name="bookFolder")
        self._year_field = Field(tr("Năm"), self._year, tr("Chỉ đóng được năm đã qua"), name="closeYear")
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, SPACE_S, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(text_label(tr("Xuất sổ và báo cáo"), "section"))
        kinds = (Field(tr("Sổ"), self._what, name="bookKind"), Field(tr("Kiểu tệp"), self._format, name="bookFormat"))
        column.addLayout(field_row(*kinds, stretches=(1, 1)))
        column.addLayout(field_row(self._first_field, self._last_field, stretches=(1, 1)))
        column.addWidget(self._reason_field)
        column.addWidget(self._folder_field)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        for button in (self._export, self._choose, self._cancel):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.progress)
        closing = QWidget()
        below = QVBoxLayout(closing)
        below.setContentsMargins(0, SPACE_M, 0, 0)
        below.setSpacing(SPACE_M)
        below.addWidget(text_label(tr("Đóng sổ theo dõi cuối năm"), "section"))
        below.addLayout(field_row(self._year_field, QWidget(), stretches=(1, 2)))
        shut = QHBoxLayout()
        shut.addWidget(self._shut)
        shut.addStretch(1)
        below.addLayout(shut)
        column.addWidget(closing)
        closing.setVisible(may(self._actor.roles, Action.CLOSE_REGISTER))
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inner, "exportArea"))


def _saved(target: Path, save: "partial[None]") -> str:
    try:
        save(target)
    except OSError as error:
        raise EnvironmentProblem("book_not_written", path=str(target)) from error
    return str(target)
