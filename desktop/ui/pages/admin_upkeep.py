"""The side "Kiểm tra, sao lưu": verify the database and copy it, while everybody works on."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.domain.users import Action, User, may, require
from desktop.domain.vietnamese import local, number
from desktop.ui.pages.admin_ports import BackedUp, Caretaker, Verified
from desktop.ui.pages.admin_safety_parts import row
from desktop.ui.pages.base import ShortcutHint
from desktop.ui.pages.intake_parts import Callout, Card
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_M
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import Field, LineEdit
from desktop.ui.widgets.labels import Muted
from desktop.ui.words import tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page

_SHOWN_FINDINGS: Final = 5
_MB: Final = 1_000_000


class UpkeepView(QWidget):
    """Verify and back up.

    Attributes:
        verdict: What the verification found.
        kept: What became of the backup.
    """

    def __init__(self, page: "Page", actor: User, caretaker: Caretaker) -> None:
        """Take the tools.

        Args:
            page: Runs the work and shows errors.
            actor: Who looks after the PC.
            caretaker: Does it.
        """
        super().__init__()
        self._page, self._actor, self._caretaker = page, actor, caretaker
        # Their buttons stay enabled meanwhile: a button that is switched off loses the focus.
        self._is_verifying = self._is_copying = False
        theme = page.kit.theme
        self._verify = ActionButton(
            theme,
            tr("Kiểm tra toàn vẹn"),
            icon="check",
            shortcut="Ctrl+T",
            name="verifyNow",
            status_tip=tr("Đọc lại mọi trang, chuỗi nhật ký và chữ ký; không làm dừng việc của ai"),
        )
        self._signatures = QCheckBox(tr("Kiểm từng chữ ký (lâu hơn)"))
        name_it(self._signatures, "allSignatures", tr("Kiểm từng chữ ký"), tr("Mọi mục, không chỉ mục cuối"))
        self.verdict = Callout(theme, "due", name="verdict")
        self._back_up = ActionButton(
            theme,
            tr("Sao lưu ngay"),
            icon="copy",
            shortcut="Ctrl+B",
            name="backUpNow",
            status_tip=tr("Chép toàn bộ dữ liệu đã mã hóa vào một tệp, trong khi mọi người vẫn làm việc"),
        )
        self._target = LineEdit(theme, name="backupFile")
        self.kept = Callout(theme, "due", name="backupKept")
        self._build()
        self._verify.clicked.connect(self._start_verify)
        self._back_up.clicked.connect(self._start_backup)
        self._target.entered.connect(self._back_up.setFocus)

    def hints(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        hints = []
        if may(self._actor.roles, Action.VERIFY):
            hints.append(ShortcutHint("Ctrl+T", tr("Kiểm tra toàn vẹn")))
        if may(self._actor.roles, Action.BACK_UP):
            hints.append(ShortcutHint("Ctrl+B", tr("Sao lưu ngay")))
        return hints

    def focus(self) -> None:
        """Take the keys."""
        self._verify.setFocus()

    def refresh(self) -> None:
        """Propose a name for the next backup."""
        self._page.set_subtitle("")
        if not self._target.value():
            self._target.setText(self._proposed())

    def _proposed(self) -> str:
        at = local(self._page.kit.now())
        return f"{self._caretaker.backup_folder}/motcua-{at:%Y%m%d-%H%M}.motcua"

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        verify = Card(tr("Kiểm tra toàn vẹn"), name="verifyCard")
        told = tr("Nên làm mỗi tuần, và ngay khi máy vừa mất điện hoặc có điều lạ.")
        verify.column.addWidget(Muted(told))
        verify.column.addWidget(self._signatures)
        verify.column.addLayout(row(self._verify))
        verify.column.addWidget(self.verdict)
        column.addWidget(verify)
        backup = Card(tr("Sao lưu"), name="backupCard")
        backup.column.addWidget(
            Muted(tr("Tệp sao lưu vẫn mã hóa. Chép sang ổ đĩa khác và cất riêng khỏi tờ khóa khôi phục."))
        )
        hint = tr("Đường dẫn đầy đủ; có thể là ổ USB")
        backup.column.addWidget(Field(tr("Tệp sao lưu"), self._target, hint, required=True, name="backupFile"))
        backup.column.addLayout(row(self._back_up))
        backup.column.addWidget(self.kept)
        column.addWidget(backup)
        column.addStretch(1)
        verify.setVisible(may(self._actor.roles, Action.VERIFY))
        backup.setVisible(may(self._actor.roles, Action.BACK_UP))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inner, "upkeepScroll"))

    # Verifying.

    def _start_verify(self) -> None:
        if self._is_verifying:
            return
        self._is_verifying = True
        self.verdict.say(tr("Đang kiểm tra… Có thể làm việc khác."), "due")
        work = partial(_verify, self._actor, self._caretaker, self._signatures.isChecked())
        self._page.run("io", work, self._verified, self._not_verified)

    def _verified(self, found: Verified) -> None:
        self._is_verifying = False
        counted = tr(
            "{events} mục nhật ký, {dossiers} hồ sơ, đầu chuỗi {hash}",
            events=number(found.events),
            dossiers=number(found.dossiers),
            hash=found.head_hash[:16],
        )
        if not found.findings:
            self.verdict.say(tr("Toàn vẹn: {counted}.", counted=counted), "ok")
            return
        told = [self._page.kit.words.sentence(code, where=where) for code, where in found.findings[:_SHOWN_FINDINGS]]
        head = tr("Có {n} sai lệch. Đừng sửa gì; sao lưu rồi báo bộ phận hỗ trợ.", n=len(found.findings))
        self.verdict.say("\n".join((head, *told, counted)), "late")

    def _not_verified(self, error: AppError) -> None:
        self._is_verifying = False
        self.verdict.say(self._page.kit.words.error(error), "late")

    # Backing up.

    def _start_backup(self) -> None:
        target = self._target.value()
        if self._is_copying:
            return
        if not target:
            self._target.setFocus()
            return
        self._is_copying = True
        self.kept.say(tr("Đang sao lưu… Có thể làm việc khác."), "due")
        self._page.run("io", partial(_back_up, self._actor, self._caretaker, target), self._kept, self._not_kept)

    def _kept(self, done: BackedUp) -> None:
        self._is_copying = False
        size = tr("{n} MB", n=number(max(done.size // _MB, 1)))
        told = tr(
            "Đã sao lưu vào {path}: {events} mục nhật ký, {size}.",
            path=done.path,
            events=number(done.events),
            size=size,
        )
        self.kept.say(told, "ok")
        self._target.setText(self._proposed())

    def _not_kept(self, error: AppError) -> None:
        self._is_copying = False
        self.kept.say(self._page.kit.words.error(error), "late")


def _verify(actor: User, caretaker: Caretaker, all_signatures: bool) -> Verified:
    """Threads: lane io."""
    require(actor, Action.VERIFY)
    return caretaker.verify(all_signatures)


def _back_up(actor: User, caretaker: Caretaker, target: str) -> BackedUp:
    """Threads: lane io."""
    require(actor, Action.BACK_UP)
    return caretaker.back_up(target)
