"""Show the numbers of a dossier's people whole, once it is said why; the access log keeps who, when and why."""

from typing import Final

from desktop.domain.dossiers import Dossier
from desktop.services.access import IdNumbers
from desktop.ui.dialogs.act import ActDialog, about_dossier
from desktop.ui.theme import Theme
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

_WHY: Final = (
    QT_TRANSLATE_NOOP(CONTEXT, "Đối chiếu giấy tờ của công dân tại quầy"),
    QT_TRANSLATE_NOOP(CONTEXT, "Xác minh với cơ quan khác về hồ sơ này"),
    QT_TRANSLATE_NOOP(CONTEXT, "Ghi vào văn bản kết quả của hồ sơ này"),
)


class IdNumbersDialog(ActDialog):
    """Ask why, then show the numbers until it is closed. Emits the reason."""

    def __init__(self, theme: Theme, dossier: Dossier) -> None:
        """Offer the usual reasons."""
        about = about_dossier(dossier.code, dossier.owner.name, dossier.procedure.name)
        title = tr("Xem số định danh đầy đủ")
        super().__init__(theme, title, tr("Xem số"), name="idNumbers", icon="eye", about=about)
        self._owner, self._submitter = dossier.owner.name, dossier.submitter.party.name
        self.say_effect(tr("Nhật ký ghi lại ai xem, lúc nào và vì sao."))
        self.add_reason(tr("Lý do xem"), [tr(why) for why in _WHY])

    def command(self) -> str:
        """Return why."""
        return self.reason_text()

    def show_numbers(self, numbers: IdNumbers) -> None:
        """Show the numbers; they go with the dialog."""
        lines = [tr("{name}: {number}", name=self._owner, number=numbers.owner or tr("không ghi"))]
        if numbers.submitter:
            lines.append(tr("Người nộp {name}: {number}", name=self._submitter, number=numbers.submitter))
        self.say_effect("\n".join(lines), "ok")
        self.end_act()
        self.finish.setEnabled(False)
        self.comes_back = False
