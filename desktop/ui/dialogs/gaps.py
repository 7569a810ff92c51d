"""A list of gaps: the papers of a procedure with a tick and a note each, and free lines for everything else."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop.domain.way_commands import Gap
from desktop.ui.pages.return_result_parts import check_line
from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_L, SPACE_XS
from desktop.ui.widgets.fields import Field, LineEdit, TextEdit
from desktop.ui.widgets.labels import SectionHeader, text_label
from desktop.ui.words import tr

_FREE_ROWS = 2


@dataclass(frozen=True, slots=True)
class PaperLine:
    """Offer one paper of the procedure.

    Attributes:
        at_hand: What was handed in of it, in words; "" for nothing.
        is_lacking: It is ticked from the beginning.
        is_fixed: It lacks for certain: its tick cannot be taken away.
    """

    code: str
    name: str
    at_hand: str = ""
    is_lacking: bool = False
    is_fixed: bool = False


class GapList(QWidget):
    """Collect every gap at once."""

    def __init__(self, theme: Theme, papers: Sequence[PaperLine], parent: QWidget | None = None) -> None:
        """Offer the papers in their order."""
        super().__init__(parent)
        self._rows: list[tuple[str, QCheckBox, LineEdit]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_XS)
        self._column.addWidget(SectionHeader(tr("Giấy tờ còn thiếu hoặc phải sửa")))
        for number, paper in enumerate(papers, start=1):
            self._add(theme, number, paper)
        self._free = TextEdit(_FREE_ROWS, name="freeGaps")
        hint = tr("Mỗi dòng một mục, ví dụ: Tờ khai chưa có chữ ký")
        self._free_field = Field(tr("Nội dung khác"), self._free, hint, name="freeGaps")
        self._column.addWidget(self._free_field)
        self._error = text_label("", "error small", wraps=True)
        self._error.hide()
        self._column.addWidget(self._error)

    def value(self) -> tuple[Gap, ...]:
        """Return every gap."""
        listed = tuple(Gap(code, note.value()) for code, box, note in self._rows if box.isChecked())
        free = tuple(Gap(text=line.strip()) for line in self._free.value().splitlines() if line.strip())
        return (*listed, *free)

    def is_complete(self) -> bool:
        """Tell whether anything is named, and say so when nothing is."""
        is_there = bool(self.value())
        self._error.setText("" if is_there else tr("Chọn ít nhất một giấy tờ hoặc ghi nội dung còn thiếu."))
        self._error.setVisible(not is_there)
        return is_there

    def first(self) -> QWidget:
        """Return where the keys begin: the first tick that can be changed, else the free lines."""
        return next((box for _, box, _ in self._rows if box.isEnabled()), self._free)

    def _add(self, theme: Theme, number: int, paper: PaperLine) -> None:
        box = QCheckBox()
        box.setChecked(paper.is_lacking)
        box.setEnabled(not paper.is_fixed)
        name_it(box, f"gap{number}", paper.name, tr("Phím cách: yêu cầu bổ sung giấy tờ này"))
        text = tr("{name} (đã nộp: {counts})", name=paper.name, counts=paper.at_hand) if paper.at_hand else paper.name
        self._column.addWidget(check_line(box, text))
        note = LineEdit(theme, tr("Cần gì ở giấy tờ này (không bắt buộc)"), name=f"gapNote{number}")
        note.setAccessibleName(tr("Ghi chú cho {name}", name=paper.name))
        line = QWidget()
        inner = QVBoxLayout(line)
        inner.setContentsMargins(SPACE_L + SPACE_L, 0, 0, SPACE_XS)
        inner.addWidget(note)
        line.hide()  # what lacks as a whole needs no note; one that is ticked by hand has something wrong with it
        box.toggled.connect(line.setVisible)
        note.entered.connect(self.focusNextChild)
        self._column.addWidget(line)
        self._rows.append((paper.code, box, note))


class OriginalsList(QWidget):
    """Tick the originals that go back; all are ticked from the beginning."""

    def __init__(self, originals: Sequence[tuple[str, str, int]], parent: QWidget | None = None) -> None:
        """Offer (key, name, count) of every original that is here."""
        super().__init__(parent)
        self._boxes: dict[str, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(SectionHeader(tr("Bản chính trả lại cho công dân")))
        for number, (key, name, count) in enumerate(originals, start=1):
            box = QCheckBox()
            box.setChecked(True)
            name_it(box, f"original{number}", name, tr("Bỏ dấu nếu chưa trả được"))
            self._boxes[key] = box
            column.addWidget(check_line(box, tr("{name}: {n} bản chính", name=name, n=count)))
        if not originals:
            column.addWidget(text_label(tr("Không giữ bản chính nào."), "muted", wraps=True))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def value(self) -> tuple[str, ...]:
        """Return the keys of those that go back."""
        return tuple(key for key, box in self._boxes.items() if box.isChecked())
