"""Begin a wait for an opinion, a verification or money, stop a dossier, and end each of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from PySide6.QtWidgets import QWidget

from desktop.domain.clock_policy import ClockPolicy
from desktop.domain.dossiers import Dossier
from desktop.domain.vietnamese import VIETNAM
from desktop.domain.way import Wait, WaitKind
from desktop.domain.way_commands import CloseWait, OpenWait
from desktop.ui.dialogs.act import ActDialog, about_dossier
from desktop.ui.pages.way_words import effect_at_the_end, effect_words, wait_words
from desktop.ui.theme import Theme
from desktop.ui.widgets.fields import DateEdit, Field, LineEdit
from desktop.ui.widgets.labels import Muted
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

#: An answer named by its day is due when the offices close.
_CLOSING_HOUR: Final = 17


class _Words(NamedTuple):
    """Word one kind of wait: heads, buttons, and sentences often written."""

    begin: str
    verb: str
    end: str
    end_verb: str
    asked: str
    quick: tuple[str, ...]
    answers: tuple[str, ...]


_WORDS: Final[Mapping[WaitKind, _Words]] = {
    WaitKind.OPINIONS: _Words(
        QT_TRANSLATE_NOOP(CONTEXT, "Xin ý kiến"),
        QT_TRANSLATE_NOOP(CONTEXT, "Xin ý kiến"),
        QT_TRANSLATE_NOOP(CONTEXT, "Đã có ý kiến"),
        QT_TRANSLATE_NOOP(CONTEXT, "Ghi ý kiến"),
        QT_TRANSLATE_NOOP(CONTEXT, "Cơ quan, người được hỏi"),
        (
            QT_TRANSLATE_NOOP(CONTEXT, "Cần ý kiến về nội dung thuộc thẩm quyền của cơ quan khác"),
            QT_TRANSLATE_NOOP(CONTEXT, "Quy định chưa rõ, xin hướng dẫn nghiệp vụ"),
        ),
        (QT_TRANSLATE_NOOP(CONTEXT, "Đồng ý"), QT_TRANSLATE_NOOP(CONTEXT, "Không đồng ý")),
    ),
    WaitKind.VERIFICATION: _Words(
        QT_TRANSLATE_NOOP(CONTEXT, "Xác minh"),
        QT_TRANSLATE_NOOP(CONTEXT, "Bắt đầu xác minh"),
        QT_TRANSLATE_NOOP(CONTEXT, "Đã xác minh"),
        QT_TRANSLATE_NOOP(CONTEXT, "Ghi kết quả xác minh"),
        QT_TRANSLATE_NOOP(CONTEXT, "Nơi, người được xác minh"),
        (
            QT_TRANSLATE_NOOP(CONTEXT, "Xác minh nơi cư trú"),
            QT_TRANSLATE_NOOP(CONTEXT, "Xác minh tình trạng hôn nhân ở nơi cư trú trước"),
            QT_TRANSLATE_NOOP(CONTEXT, "Kiểm tra thực địa"),
        ),
        (QT_TRANSLATE_NOOP(CONTEXT, "Đúng như khai"), QT_TRANSLATE_NOOP(CONTEXT, "Không đúng như khai")),
    ),
    WaitKind.OBLIGATION: _Words(
        QT_TRANSLATE_NOOP(CONTEXT, "Chờ nghĩa vụ tài chính"),
        QT_TRANSLATE_NOOP(CONTEXT, "Bắt đầu chờ"),
        QT_TRANSLATE_NOOP(CONTEXT, "Đã thực hiện nghĩa vụ tài chính"),
        QT_TRANSLATE_NOOP(CONTEXT, "Ghi đã nộp"),
        QT_TRANSLATE_NOOP(CONTEXT, "Cơ quan thu"),
        (
            QT_TRANSLATE_NOOP(CONTEXT, "Chờ công dân nộp thuế, lệ phí theo thông báo"),
            QT_TRANSLATE_NOOP(CONTEXT, "Chờ cơ quan thuế ra thông báo"),
        ),
        (QT_TRANSLATE_NOOP(CONTEXT, "Đã nộp đủ, có biên lai"),),
    ),
    WaitKind.STOP: _Words(
        QT_TRANSLATE_NOOP(CONTEXT, "Dừng xử lý hồ sơ"),
        QT_TRANSLATE_NOOP(CONTEXT, "Dừng xử lý"),
        QT_TRANSLATE_NOOP(CONTEXT, "Tiếp tục xử lý hồ sơ"),
        QT_TRANSLATE_NOOP(CONTEXT, "Tiếp tục"),
        "",
        (
            QT_TRANSLATE_NOOP(CONTEXT, "Công dân đề nghị tạm dừng"),
            QT_TRANSLATE_NOOP(CONTEXT, "Có đơn tranh chấp, khiếu nại liên quan"),
        ),
        (
            QT_TRANSLATE_NOOP(CONTEXT, "Công dân đề nghị làm tiếp"),
            QT_TRANSLATE_NOOP(CONTEXT, "Lý do dừng không còn"),
        ),
    ),
}
_NEEDS_ASKED: Final = frozenset({WaitKind.OPINIONS, WaitKind.VERIFICATION})


class WaitDialog(ActDialog):
    """Say whom one waits for, until when and why. Emits an OpenWait."""

    def __init__(self, theme: Theme, dossier: Dossier, kind: WaitKind, clock: ClockPolicy) -> None:
        """Take the kind.

        Args:
            theme: The look.
            dossier: What shall wait.
            kind: What for; a supplement has its own dialog.
            clock: Of its rule pack: what waiting does.
        """
        words = _WORDS[kind]
        about = about_dossier(dossier.code, dossier.owner.name, dossier.procedure.name)
        super().__init__(theme, tr(words.begin), tr(words.verb), name="wait", about=about)
        self._kind = kind
        self.say_effect(effect_words(kind, dossier, clock))
        self._of: LineEdit | None = None
        if words.asked:
            self._of = LineEdit(theme, name="waitOf")
            self._of_field = Field(tr(words.asked), self._of, required=kind in _NEEDS_ASKED, name="waitOf")
            self._of.entered.connect(self.focusNextChild)
            self.column.addWidget(self._of_field)
        self._due = DateEdit(theme, name="waitDue")
        hint = tr("Ngày hẹn có trả lời; để trống nếu chưa biết")
        self._due_field = Field(tr("Chờ đến ngày"), self._due, hint, name="waitDue")
        self._due.entered.connect(self.focusNextChild)
        self.column.addWidget(self._due_field)
        self.add_reason(tr("Lý do"), [tr(text) for text in words.quick])
        self._basis: LineEdit | None = None
        if kind is WaitKind.STOP:
            self._basis = self.add_line(tr("Căn cứ"), hint=tr("Để trống nếu không có"), name="waitBasis")

    def first(self) -> QWidget | None:
        """Begin with whom one asks."""
        return self._of or self.reason

    def command(self) -> OpenWait | None:
        """Return the wait."""
        asked = self._of.value() if self._of is not None else ""
        if self._of is not None and self._kind in _NEEDS_ASKED:
            self._of_field.set_error("" if asked else tr("Ghi rõ ai được hỏi."))
            if not asked:
                self.go_to(self._of)
                return None
        is_wrong = self._due.is_wrong()
        self._due_field.set_error(tr("Ngày chưa đúng, gõ như 18/07/2019.") if is_wrong else "")
        if is_wrong:
            self.go_to(self._due)
            return None
        day = self._due.date()
        due = None if day is None else datetime(day.year, day.month, day.day, _CLOSING_HOUR, tzinfo=VIETNAM)
        basis = self._basis.value() if self._basis is not None else ""
        return OpenWait(self._kind, self.reason_text(), of=asked, answer_due=due, legal_basis=basis)


class WaitOverDialog(ActDialog):
    """Write down what came back. Emits a CloseWait."""

    def __init__(self, theme: Theme, dossier: Dossier, wait: Wait) -> None:
        """Show what was waited for."""
        words = _WORDS[wait.kind]
        about = about_dossier(dossier.code, dossier.owner.name, dossier.procedure.name)
        super().__init__(theme, tr(words.end), tr(words.end_verb), name="waitOver", icon="check", about=about)
        self._kind = wait.kind
        self.say_effect(effect_at_the_end(wait, dossier))
        self.column.addWidget(Muted(tr("Đang chờ: {what}", what=wait_words(wait))))
        answers = [tr(text) for text in words.answers]
        self.add_reason(tr("Kết quả"), answers, hint=tr("Số văn bản, biên lai, nội dung trả lời"), least=0)

    def command(self) -> CloseWait:
        """Return what came back."""
        return CloseWait(self._kind, self.reason_text())
