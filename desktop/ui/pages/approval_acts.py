"""What the leader does on the page "Ký duyệt": approve one or many, send back, refuse, apologise."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from desktop.domain.errors import AppError
from desktop.domain.users import User
from desktop.domain.vietnamese import number, screen_datetime
from desktop.domain.way import SigningMeans
from desktop.domain.way_commands import Apologise, Approve, Reject, SendBack
from desktop.services.acting import Acted
from desktop.services.apologising import ApologyOutlook, apologise, outlook
from desktop.services.deciding import Decided, approve, reject, send_back
from desktop.services.ports import Desk
from desktop.services.result_signing import Signing, signable_draft
from desktop.ui.pages.approval_apology import ApologyDialog
from desktop.ui.pages.approval_kept import KeptReasons
from desktop.ui.pages.approval_load import ApprovalRow
from desktop.ui.pages.approval_reason import REJECT, SEND_BACK, ReasonDialog
from desktop.ui.pages.approval_signing import SigningDesk
from desktop.ui.pages.approval_words import verdict
from desktop.ui.widgets.fields import ChoiceBox
from desktop.ui.words import tr

if TYPE_CHECKING:
    from desktop.ui.pages.approval import ApprovalPage

APOLOGY: Final = "apology"
_MOST_NAMED: Final = 3


class ApprovalActs:
    """Carry out what the leader decides, and tell what became of it.

    Attributes:
        means: Signed on paper or digitally; None on a PC without a signing device.
        is_busy: An act is on its way.
        dialog: What is being asked, None when nothing is.
    """

    def __init__(self, page: "ApprovalPage", desk: Desk, actor: User, signing: Signing | None) -> None:
        """Take the page it works for."""
        self._page = page
        self._desk = desk
        self._actor = actor
        self._kept = KeptReasons(page, desk, actor)
        self.is_busy = False
        self.dialog: QDialog | None = None
        self.signing = SigningDesk(page, desk, actor, signing) if signing is not None else None
        self.means = self._means_box() if signing is not None else None

    # Approving.

    def approve_current(self) -> None:
        """Approve the dossier in front (A)."""
        row = self._page.current()
        if row is None or not self._is_free():
            return
        if not row.waiting.is_ready:
            self._page.show_error(verdict(row.waiting, self._page.kit.words)[1])
        elif self._page.seen_or_told(row):
            self._approve((row,))

    def approve_chosen(self) -> None:
        """Approve every dossier chosen (Ctrl+Enter)."""
        rows = self._page.rows.chosen()
        if rows and self._is_free():
            self._approve(rows)

    def sign_again(self, codes: Sequence[str]) -> None:
        """Sign what was approved before and is not signed yet (S)."""
        if self.signing is not None and codes and self._is_free():
            self._put_up(self.signing.ask(len(codes), partial(self.signing.sign, tuple(codes))))

    def _approve(self, rows: Sequence[ApprovalRow]) -> None:
        digital = [row.code for row in rows if self._means_of(row) is SigningMeans.DIGITAL]
        if digital and self.signing is not None:
            self._put_up(self.signing.ask(len(digital), partial(self._record, tuple(rows))))
            return
        self._record(tuple(rows), "")

    def _record(self, rows: tuple[ApprovalRow, ...], secret: str) -> None:
        self._page.clear_error()
        self._begin()
        commands = [Approve(row.waiting.content_hash, self._means_of(row)) for row in rows]
        codes = [row.code for row in rows]
        work = partial(approve, self._desk, self._actor, codes, commands)
        self._page.run("db", work, partial(self._approved, secret), partial(self._not_approved, codes))

    def _approved(self, secret: str, done: Decided) -> None:
        self._end()
        dossiers = done.dossiers
        if len(dossiers) == 1:
            text = tr("Đã ký duyệt {code}.", code=dossiers[0].code)
        else:
            text = tr("Đã ký duyệt {n} hồ sơ, mỗi hồ sơ một dòng trong nhật ký.", n=number(len(dossiers)))
        self._page.kit.notices.say(text)
        self._page.kit.changes.publish(done.changes, self._page)
        digital = [
            dossier.code
            for dossier in dossiers
            if dossier.decision is not None and dossier.decision.means is SigningMeans.DIGITAL
        ]
        if digital and self.signing is not None:
            self.signing.sign(digital, secret)

    def _not_approved(self, codes: Sequence[str], error: AppError) -> None:
        """Tell row by row what was refused; the others stay chosen and can be sent again."""
        self._end()
        words = self._page.kit.words
        if error.code != "batch_refused":
            self._page.rows.refuse({codes[0]: words.error(error)} if len(codes) == 1 else {})
            self._page.fail(error)
            self._page.reload()
            return
        problems = {
            str(item["code"]): words.sentence(str(item["reason"]), **item["details"])
            for item in error.details.get("items", ())
        }
        self._page.rows.refuse(problems)
        named = [f"{code}: {text}" for code, text in list(problems.items())[:_MOST_NAMED]]
        self._page.show_error(
            tr(
                "Chưa duyệt hồ sơ nào: {n} trong {total} hồ sơ không duyệt được, lý do ghi dưới từng hồ sơ. "
                "{rest} hồ sơ còn lại vẫn được chọn, nhấn Ctrl+Enter để gửi lại.",
                n=number(len(problems)),
                total=number(len(codes)),
                rest=number(len(codes) - len(problems)),
            )
            + (" " + " ".join(named) if named else "")
        )
        self._page.reload()

    # Sending back and refusing.

    def ask_send_back(self) -> None:
        """Ask why a dossier goes back (T)."""
        self._ask_reason(SEND_BACK)

    def ask_reject(self) -> None:
        """Ask why a request is refused (K)."""
        self._ask_reason(REJECT)

    def _ask_reason(self, kind: str) -> None:
        row = self._page.current()
        if row is None or not self._is_free():
            return
        dialog = ReasonDialog(self._page.kit, kind, row, self._kept.text(kind, row.code), self._page)
        dialog.typed.connect(partial(self._kept.put, kind, row.code))
        dialog.wanted.connect(partial(self._give_reason, kind, row, dialog))
        self._put_up(dialog)
        dialog.open()

    def _give_reason(self, kind: str, row: ApprovalRow, dialog: ReasonDialog, reason: str) -> None:
        self._begin()
        codes = [row.code]
        if kind == SEND_BACK:
            work = partial(send_back, self._desk, self._actor, codes, SendBack(reason))
        else:
            work = partial(reject, self._desk, self._actor, codes, Reject(reason))
        refused = partial(self._not_done, dialog)
        self._page.run("db", work, partial(self._reason_given, kind, row, dialog), refused)

    def _reason_given(self, kind: str, row: ApprovalRow, dialog: ReasonDialog, done: Decided) -> None:
        self._end()
        self._kept.drop(kind, row.code)
        dialog.accept()
        is_back = kind == SEND_BACK
        text = (
            tr("Đã trả lại {code} cho {name}.", code=row.code, name=row.waiting.author)
            if is_back
            else tr("Đã từ chối {code}; {name} lập phiếu từ chối.", code=row.code, name=row.waiting.author)
        )
        self._page.kit.notices.say(text)
        self._page.kit.changes.publish(done.changes, self._page)

    # Apologising.

    def ask_apology(self) -> None:
        """Look at what an apology would be now, and ask for it (X)."""
        row = self._page.current()
        if row is None or not self._is_free():
            return
        work = partial(outlook, self._desk, self._actor, row.code)
        self._page.run("read", work, partial(self._ask_apology, row), latest="outlook")

    def _ask_apology(self, row: ApprovalRow, found: ApologyOutlook) -> None:
        if self.dialog is not None:
            return
        dialog = ApologyDialog(self._page.kit, row, found, self._kept.text(APOLOGY, row.code), self._page)
        dialog.typed.connect(partial(self._kept.put, APOLOGY, row.code))
        dialog.wanted.connect(partial(self._issue, row, dialog))
        self._put_up(dialog)
        dialog.open()

    def _issue(self, row: ApprovalRow, dialog: ApologyDialog, command: Apologise) -> None:
        self._begin()
        work = partial(apologise, self._desk, self._actor, row.code, command)
        self._page.run("db", work, partial(self._issued, dialog), partial(self._not_done, dialog))

    def _issued(self, dialog: ApologyDialog, done: Acted) -> None:
        self._end()
        self._kept.drop(APOLOGY, done.dossier.code)
        dialog.accept()
        promise = screen_datetime(done.dossier.promised_at)
        self._page.kit.notices.say(tr("Đã xin lỗi {code}, hẹn lại {at}.", code=done.dossier.code, at=promise))
        self._page.kit.changes.publish(done.changes, self._page)
        if done.job is not None:
            self._page.paper_ready.emit(done.job)

    def turn_means(self) -> None:
        """Change between paper and digital (Alt+S)."""
        if self.means is not None:
            self.means.setCurrentIndex(1 - self.means.currentIndex())

    # What all of them share.

    def _not_done(self, dialog: ReasonDialog | ApologyDialog, error: AppError) -> None:
        self._end()
        dialog.show_error(self._page.kit.words.error(error))

    def _put_up(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._put_away)
        self.dialog = dialog

    def _put_away(self, _result: int) -> None:
        self.dialog = None
        self._kept.flush()
        self._page.table.setFocus()

    def _is_free(self) -> bool:
        """Tell whether a key may act: nothing is on its way and nothing is being asked."""
        return not self.is_busy and self.dialog is None

    def _begin(self) -> None:
        self.is_busy = True
        self._page.set_busy(is_busy=True)

    def _end(self) -> None:
        self.is_busy = False
        self._page.set_busy(is_busy=False)

    def _means_box(self) -> ChoiceBox:
        box = ChoiceBox(name="signingMeans", accessible_name=tr("Cách ký"))
        box.add_choice(SigningMeans.PAPER.value, tr("Đã ký giấy"))
        box.add_choice(SigningMeans.DIGITAL.value, tr("Ký số"))
        box.setToolTip(tr("Cách ký (Alt+S)"))
        return box

    def _means_of(self, row: ApprovalRow) -> SigningMeans:
        is_digital = self.means is not None and self.means.key() == SigningMeans.DIGITAL.value
        if is_digital and signable_draft(row.waiting.dossier) is not None:
            return SigningMeans.DIGITAL
        return SigningMeans.PAPER
