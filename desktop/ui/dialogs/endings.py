"""End a dossier without its result: refuse it with Mẫu 03, or give it back at the citizen's wish."""

from collections.abc import Sequence
from typing import Final

from desktop.domain.dossiers import Dossier
from desktop.domain.way_commands import Refuse, Withdraw
from desktop.ui.dialogs.act import ActDialog, about_dossier
from desktop.ui.dialogs.gaps import OriginalsList
from desktop.ui.theme import Theme
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

QUICK_REFUSAL: Final = (
    QT_TRANSLATE_NOOP(CONTEXT, "Không thuộc thẩm quyền giải quyết của đơn vị"),
    QT_TRANSLATE_NOOP(CONTEXT, "Không đủ điều kiện theo quy định"),
    QT_TRANSLATE_NOOP(CONTEXT, "Giấy tờ không hợp lệ và không bổ sung được"),
)
_QUICK_WITHDRAWAL: Final = (
    QT_TRANSLATE_NOOP(CONTEXT, "Công dân tự nguyện rút hồ sơ"),
    QT_TRANSLATE_NOOP(CONTEXT, "Công dân nộp lại hồ sơ khác"),
    QT_TRANSLATE_NOOP(CONTEXT, "Công dân không còn nhu cầu"),
)


class RefuseDialog(ActDialog):
    """Write why, on which basis, and what goes back. Emits a Refuse."""

    def __init__(self, theme: Theme, dossier: Dossier, decided: str = "") -> None:
        """Begin with what the leaders wrote.

        Args:
            theme: The look.
            dossier: What is refused.
            decided: The leaders' reason, "" when the counter refuses itself.
        """
        about = about_dossier(dossier.code, dossier.owner.name, dossier.procedure.name)
        title = tr("Từ chối giải quyết hồ sơ (Mẫu 03)")
        super().__init__(theme, title, tr("Từ chối và in Mẫu 03"), name="refuse", icon="print", about=about)
        self.say_effect(tr("Hồ sơ kết thúc, không mở lại được; bản chính trả cho công dân."), "late")
        self.add_reason(tr("Lý do từ chối"), [tr(text) for text in QUICK_REFUSAL])
        if self.reason is not None and decided:
            self.reason.setPlainText(decided)
        hint = tr("Điều khoản không cho phép giải quyết; in trên Mẫu 03")
        self._basis = self.add_line(tr("Căn cứ"), hint=hint, name="refuseBasis")
        self._originals = OriginalsList(originals_of(dossier))
        self.column.addWidget(self._originals)

    def command(self) -> Refuse:
        """Return the refusal."""
        return Refuse(self.reason_text(), self._basis.value(), self._originals.value())


class WithdrawDialog(ActDialog):
    """Write why, and tick what went back. Emits a Withdraw."""

    def __init__(self, theme: Theme, dossier: Dossier) -> None:
        """Tick every original."""
        about = about_dossier(dossier.code, dossier.owner.name, dossier.procedure.name)
        super().__init__(theme, tr("Rút hồ sơ"), tr("Rút hồ sơ"), name="withdraw", icon="back", about=about)
        self.say_effect(tr("Hồ sơ kết thúc, không mở lại được; mọi bản chính phải trả lại công dân."), "late")
        self.add_reason(tr("Lý do rút"), [tr(text) for text in _QUICK_WITHDRAWAL])
        self._originals = OriginalsList(originals_of(dossier))
        self.column.addWidget(self._originals)

    def command(self) -> Withdraw:
        """Return the withdrawal."""
        return Withdraw(self.reason_text(), self._originals.value())


def originals_of(dossier: Dossier) -> Sequence[tuple[str, str, int]]:
    """Return (key, name, count) of every original; a paper outside the list has its name for a key."""
    return [(line.code or line.name, line.name, line.originals) for line in dossier.components if line.originals]
