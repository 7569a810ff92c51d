"""Ask the citizen for everything that lacks (Mẫu 02), and take what he brings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from PySide6.QtWidgets import QWidget

from desktop.domain.catalogue import Component, Procedure
from desktop.domain.clock_policy import ClockPolicy
from desktop.domain.commands import ComponentCount
from desktop.domain.dossiers import ComponentLine, Dossier
from desktop.domain.vietnamese import screen_date
from desktop.domain.way import MissingPaper, Wait, WaitKind
from desktop.domain.way_commands import CloseWait, RequestSupplement
from desktop.ui.dialogs.act import ActDialog, about_dossier
from desktop.ui.dialogs.gaps import GapList, PaperLine
from desktop.ui.pages.dossiers_words import counts
from desktop.ui.pages.intake_checklist import ChecklistBlock
from desktop.ui.pages.intake_parts import Callout
from desktop.ui.pages.intake_state import CountText
from desktop.ui.pages.way_words import effect_at_the_end, effect_words
from desktop.ui.theme import Theme
from desktop.ui.widgets.labels import Muted
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

QUICK_SUPPLEMENT: Final = (
    QT_TRANSLATE_NOOP(CONTEXT, "Thành phần hồ sơ chưa đủ theo quy định"),
    QT_TRANSLATE_NOOP(CONTEXT, "Tờ khai ghi chưa đúng hoặc chưa đủ nội dung"),
    QT_TRANSLATE_NOOP(CONTEXT, "Giấy tờ đã hết hạn hoặc không còn giá trị"),
    QT_TRANSLATE_NOOP(CONTEXT, "Thông tin giữa các giấy tờ không thống nhất"),
)
#: Leads the codes of gaps that were described in words, so that they can be counted beside the listed papers.
_IN_WORDS: Final = "words:"


class SupplementDialog(ActDialog):
    """Name every gap at once: the citizen comes back only once. Emits a RequestSupplement."""

    def __init__(
        self, theme: Theme, dossier: Dossier, procedure: Procedure, clock: ClockPolicy, too_late: date | None = None
    ) -> None:
        """Offer the papers of the procedure.

        Args:
            theme: The look.
            dossier: What lacks something.
            procedure: Its entry on the day of receipt.
            clock: Of its rule pack: what waiting does.
            too_late: Last day on which papers should have been asked for, when it is past.
        """
        title = tr("Yêu cầu bổ sung hồ sơ (Mẫu 02)")
        about = about_dossier(dossier.code, dossier.owner.name, dossier.procedure.name)
        super().__init__(theme, title, tr("Yêu cầu và in Mẫu 02"), name="supplement", icon="print", about=about)
        self.say_effect(effect_words(WaitKind.SUPPLEMENT, dossier, clock), "soon")
        self.too_late = Callout(theme, "late", name="supplementTooLate")
        self.column.addWidget(self.too_late)
        self.too_late.say("" if too_late is None else _late_words(too_late, clock))
        at_hand = {line.code: line for line in dossier.components}
        self._gaps = GapList(theme, [_offer(component, at_hand) for component in procedure.components])
        self.column.addWidget(self._gaps)
        self.add_reason(tr("Lý do"), [tr(text) for text in QUICK_SUPPLEMENT])
        self._basis = self.add_line(
            tr("Căn cứ"), hint=tr("Ví dụ: Điều 16 Luật Hộ tịch; để trống nếu không có"), name="supplementBasis"
        )
        self._basis.setText(procedure.legal_basis)

    def first(self) -> QWidget:
        """Begin at the list."""
        return self._gaps.first()

    def command(self) -> RequestSupplement | None:
        """Return what is asked for."""
        if not self._gaps.is_complete():
            self.go_to(self._gaps.first())
            return None
        return RequestSupplement(self._gaps.value(), self.reason_text(), self._basis.value())


class SupplementCameDialog(ActDialog):
    """Count what the citizen brought. Emits a CloseWait."""

    def __init__(self, theme: Theme, dossier: Dossier, wait: Wait, procedure: Procedure) -> None:
        """Show what was asked for, nothing counted.

        Args:
            theme: The look.
            dossier: What waits.
            wait: Its open wait for papers.
            procedure: Its entry on the day of receipt.
        """
        title = tr("Nhận giấy tờ bổ sung")
        about = about_dossier(dossier.code, dossier.owner.name, dossier.procedure.name)
        super().__init__(theme, title, tr("Đã nhận bổ sung"), name="supplementCame", icon="receive", about=about)
        self.say_effect(effect_at_the_end(wait, dossier))
        self._words = {f"{_IN_WORDS}{n}": paper for n, paper in enumerate(wait.missing) if not paper.code}
        known = {component.code: component for component in procedure.components}
        wanted = tuple(_wanted(n, paper, known) for n, paper in enumerate(wait.missing))
        self._papers = ChecklistBlock(theme)
        self._papers.show_procedure(replace(procedure, components=wanted), ())
        self._papers.passed.connect(self.finish.setFocus)
        notes = "\n".join(f"{paper.name}: {paper.note}" for paper in wait.missing if paper.note)
        if notes:
            self.column.addWidget(Muted(notes))
        self.column.addWidget(self._papers)
        self.add_reason(tr("Ghi chú"), (), hint=tr("Không bắt buộc"), least=0, rows=2)

    def first(self) -> QWidget:
        """Begin at the papers."""
        return self._papers.view

    def command(self) -> CloseWait | None:
        """Return what came; everything that was asked for has to be there."""
        if not self._papers.is_complete():
            self._papers.set_error(tr("Còn giấy tờ chưa có; nhận khi đủ, hoặc ghi lại yêu cầu cho công dân."))
            return None
        came = tuple(self._count(count) for count in self._papers.counts())
        return CloseWait(WaitKind.SUPPLEMENT, self.reason_text(), came)

    def _count(self, count: CountText) -> ComponentCount:
        in_words = self._words.get(count.code)
        name = in_words.name if in_words is not None else count.name
        code = "" if in_words is not None else count.code
        reason = tr("theo yêu cầu bổ sung") if in_words is not None else count.reason
        return ComponentCount(code, count.originals, count.certified, count.copies, name, reason)


def open_supplement(dossier: Dossier) -> Wait | None:
    """Return the open wait for papers, None when nothing was asked for."""
    return next((wait for wait in dossier.open_waits if wait.kind is WaitKind.SUPPLEMENT), None)


def _late_words(last: date, clock: ClockPolicy) -> str:
    return tr(
        "Quy định: yêu cầu bổ sung chậm nhất ngày {day}, {n} ngày làm việc từ khi nhận; hôm nay đã quá. Ghi rõ căn cứ"
        " của luật chuyên ngành cho phép.",
        day=screen_date(last),
        n=clock.supplement_within,
    )


def _offer(component: Component, at_hand: Mapping[str, ComponentLine]) -> PaperLine:
    line = at_hand.get(component.code)
    has_any = line is not None and line.total > 0
    return PaperLine(
        component.code,
        component.name,
        at_hand=counts(line) if line is not None and has_any else "",
        is_lacking=component.required and not has_any,
    )


def _wanted(number: int, paper: MissingPaper, known: Mapping[str, Component]) -> Component:
    if paper.code in known:
        return replace(known[paper.code], required=True)
    return Component(paper.code or f"{_IN_WORDS}{number}", paper.name, required=True)
