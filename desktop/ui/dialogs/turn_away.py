"""Send a citizen home with Mẫu 02 or Mẫu 03 before a code is spent: the only ways out while a paper lacks."""

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop.domain.commands import Receive
from desktop.domain.way_commands import TurnAway
from desktop.ui.dialogs.act import ActDialog
from desktop.ui.dialogs.endings import QUICK_REFUSAL
from desktop.ui.dialogs.gaps import GapList, PaperLine
from desktop.ui.dialogs.supplement import QUICK_SUPPLEMENT
from desktop.ui.theme import Theme
from desktop.ui.words import tr


@dataclass(frozen=True, slots=True)
class _Looks:
    title: str
    verb: str
    name: str
    effect: str


class TurnAwayDialog(ActDialog):
    """Say what lacks, or why it is refused. Emits a TurnAway."""

    def __init__(self, theme: Theme, typed: Receive, *, is_refusal: bool) -> None:
        """Take what stands on the page.

        Args:
            theme: The look.
            typed: The dossier as typed; it is not received.
            is_refusal: Mẫu 03 instead of Mẫu 02.
        """
        looks = _looks(is_refusal=is_refusal)
        about = tr("{person} · {procedure}", person=typed.owner.name, procedure=typed.procedure.name)
        super().__init__(theme, looks.title, looks.verb, name=looks.name, icon="print", about=about)
        self._typed = typed
        self._is_refusal = is_refusal
        self.say_effect(looks.effect)
        self._gaps: GapList | None = None
        if not is_refusal:
            self._gaps = GapList(theme, _papers(typed))
            self.column.addWidget(self._gaps)
        quick = QUICK_REFUSAL if is_refusal else QUICK_SUPPLEMENT
        self.add_reason(tr("Lý do"), [tr(text) for text in quick])
        self._basis = self.add_line(tr("Căn cứ"), hint=tr("Để trống nếu không có"), name=f"{looks.name}Basis")
        if not is_refusal:
            self._basis.setText(typed.procedure.legal_basis)

    def first(self) -> QWidget | None:
        """Begin with the reason: what lacks is ticked already."""
        return self.reason

    def command(self) -> TurnAway | None:
        """Return what the form says."""
        if self._gaps is not None and not self._gaps.is_complete():
            return None
        return TurnAway(
            procedure=self._typed.procedure,
            channel=self._typed.channel,
            owner=self._typed.owner,
            submitter=self._typed.submitter,
            components=self._typed.components,
            reason=self.reason_text(),
            legal_basis=self._basis.value(),
            missing=self._gaps.value() if self._gaps is not None else (),
            is_refusal=self._is_refusal,
        )


def _looks(*, is_refusal: bool) -> _Looks:
    if is_refusal:
        return _Looks(
            tr("Từ chối tiếp nhận (Mẫu 03)"),
            tr("Từ chối và in Mẫu 03"),
            "turnAwayRefusal",
            tr("Không cấp mã hồ sơ, không giữ giấy tờ; công dân nhận Mẫu 03 nêu lý do."),
        )
    return _Looks(
        tr("Yêu cầu bổ sung khi tiếp nhận (Mẫu 02)"),
        tr("In Mẫu 02"),
        "turnAwaySupplement",
        tr("Không cấp mã hồ sơ, không giữ giấy tờ; công dân nhận Mẫu 02 ghi đủ mọi thứ còn thiếu."),
    )


def _papers(typed: Receive) -> list[PaperLine]:
    came = {count.code for count in typed.components if count.originals + count.certified + count.copies}
    return [
        PaperLine(
            component.code,
            component.name,
            at_hand=tr("có") if component.code in came else "",
            is_lacking=component.required and component.code not in came,
            is_fixed=component.required and component.code not in came,
        )
        for component in typed.procedure.components
    ]
