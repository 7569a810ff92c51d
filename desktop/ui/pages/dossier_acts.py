"""Acts on one dossier from any page: ask what an act needs, do it, print its paper, tell everybody.

A dialog stays open until its act is done; a refusal is said in it and loses nothing typed.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QObject, Signal

from desktop.domain.catalogue import Procedure
from desktop.domain.clock_policy import ClockPolicy
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import AppError
from desktop.domain.rule_packs import clock_under
from desktop.domain.users import User
from desktop.domain.way import Attachment, AttachmentRole, WaitKind
from desktop.domain.way_commands import PrintPaper
from desktop.services import deciding, ending, waiting
from desktop.services.access import reveal
from desktop.services.acting import Acted
from desktop.services.attachment_port import AttachmentReader, LoadedAttachment
from desktop.services.follow import Followed, print_paper
from desktop.services.listing import LIST_FORM
from desktop.services.ports import Desk
from desktop.services.receive import find_procedure
from desktop.ui.dialogs.act import ActDialog
from desktop.ui.dialogs.attach import AttachDialog, AttachForm
from desktop.ui.dialogs.endings import RefuseDialog, WithdrawDialog
from desktop.ui.dialogs.id_numbers import IdNumbersDialog
from desktop.ui.dialogs.kept import KeptTexts
from desktop.ui.dialogs.notify import NotifyDialog
from desktop.ui.dialogs.supplement import SupplementCameDialog, SupplementDialog, open_supplement
from desktop.ui.dialogs.waiting import WaitDialog, WaitOverDialog
from desktop.ui.pages.base import Page
from desktop.ui.pages.dossier_papers import PapersDialog
from desktop.ui.pages.list_printing import ListPrinting
from desktop.ui.pages.work_offers import WorkAct, is_rejected
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

_BEGINS: Final[Mapping[WorkAct, WaitKind]] = {
    WorkAct.OPINIONS: WaitKind.OPINIONS,
    WorkAct.VERIFICATION: WaitKind.VERIFICATION,
    WorkAct.OBLIGATION: WaitKind.OBLIGATION,
    WorkAct.STOP: WaitKind.STOP,
}
_ENDS: Final[Mapping[WorkAct, WaitKind]] = {
    WorkAct.OPINIONS_CAME: WaitKind.OPINIONS,
    WorkAct.VERIFICATION_CAME: WaitKind.VERIFICATION,
    WorkAct.OBLIGATION_CAME: WaitKind.OBLIGATION,
    WorkAct.RESUME: WaitKind.STOP,
}
_OF_PAPERS: Final = frozenset({WorkAct.SUPPLEMENT, WorkAct.SUPPLEMENT_CAME})


class _Deed(NamedTuple):
    """Pair the use case of an act with what is said afterwards."""

    do: Callable[[Desk, User, str, Any], Acted]
    said: str


_DEEDS: Final[Mapping[WorkAct, _Deed]] = {
    WorkAct.SUPPLEMENT: _Deed(
        waiting.request_supplement, QT_TRANSLATE_NOOP(CONTEXT, "Đã yêu cầu bổ sung {code}, đang in Mẫu 02.")
    ),
    WorkAct.SUPPLEMENT_CAME: _Deed(waiting.close_wait, QT_TRANSLATE_NOOP(CONTEXT, "Đã nhận bổ sung {code}.")),
    WorkAct.OPINIONS: _Deed(waiting.open_wait, QT_TRANSLATE_NOOP(CONTEXT, "Đã ghi xin ý kiến {code}.")),
    WorkAct.OPINIONS_CAME: _Deed(waiting.close_wait, QT_TRANSLATE_NOOP(CONTEXT, "Đã ghi ý kiến {code}.")),
    WorkAct.VERIFICATION: _Deed(waiting.open_wait, QT_TRANSLATE_NOOP(CONTEXT, "Đã ghi xác minh {code}.")),
    WorkAct.VERIFICATION_CAME: _Deed(waiting.close_wait, QT_TRANSLATE_NOOP(CONTEXT, "Đã ghi kết quả xác minh {code}.")),
    WorkAct.OBLIGATION: _Deed(waiting.open_wait, QT_TRANSLATE_NOOP(CONTEXT, "Hồ sơ {code} chờ nghĩa vụ tài chính.")),
    WorkAct.OBLIGATION_CAME: _Deed(
        waiting.close_wait, QT_TRANSLATE_NOOP(CONTEXT, "Đã ghi thực hiện nghĩa vụ tài chính {code}.")
    ),
    WorkAct.STOP: _Deed(waiting.open_wait, QT_TRANSLATE_NOOP(CONTEXT, "Đã dừng xử lý {code}.")),
    WorkAct.RESUME: _Deed(waiting.close_wait, QT_TRANSLATE_NOOP(CONTEXT, "Tiếp tục xử lý {code}.")),
    WorkAct.REFUSE: _Deed(ending.refuse, QT_TRANSLATE_NOOP(CONTEXT, "Đã từ chối {code}, đang in Mẫu 03.")),
    WorkAct.WITHDRAW: _Deed(ending.withdraw, QT_TRANSLATE_NOOP(CONTEXT, "Đã ghi rút hồ sơ {code}.")),
    WorkAct.NOTIFY: _Deed(ending.notify_citizen, QT_TRANSLATE_NOOP(CONTEXT, "Đã ghi báo công dân {code}.")),
}


class DossierActs(QObject):
    """Do acts on the dossier a page shows.

    Signals:
        paper_ready(object): A PrintJob was committed; the print queue takes it.
        done(object): The dossier after an act.
    """

    paper_ready = Signal(object)
    done = Signal(object)

    def __init__(self, page: Page, desk: Desk, actor: User, read_file: AttachmentReader | None = None) -> None:
        """Take what the acts work with.

        Args:
            page: Runs the work and is the parent of the dialogs.
            desk: What the use cases work with.
            actor: Who acts.
            read_file: Reads a file of this PC; None on a page that attaches nothing.
        """
        super().__init__(page)
        self._page = page
        self._desk = desk
        self._actor = actor
        self._read_file = read_file
        self._kept = KeptTexts()
        self._lists = ListPrinting(page, desk, actor)
        self._lists.printed.connect(self.paper_ready)

    def clock_of(self, dossier: Dossier) -> ClockPolicy:
        """Return the clock rules of a dossier's pack."""
        return clock_under(self._desk.reference.packs, dossier.pack) or ClockPolicy()

    def begin(self, act: WorkAct, dossier: Dossier) -> None:
        """Ask what an act needs, and do it when that is told."""
        if act is WorkAct.PAPERS:
            papers = PapersDialog(self._page.kit.theme, dossier, self._page)
            papers.chosen.connect(partial(self._print_again, dossier))
            papers.open()
        elif act is WorkAct.ID_NUMBERS:
            numbers = IdNumbersDialog(self._page.kit.theme, dossier)
            numbers.wanted.connect(partial(self._reveal, dossier, numbers))
            numbers.show_over(self._page)
        elif act in _OF_PAPERS:
            find = partial(_about_papers, self._desk, dossier)
            self._page.run("read", find, partial(self._ask_about_papers, act, dossier), latest="act")
        else:
            self._ask(act, dossier, self._dialog(act, dossier))

    def _print_again(self, dossier: Dossier, command: PrintPaper) -> None:
        """Print a paper of a dossier, on the size the rules name unless the command does."""
        if command.form == LIST_FORM:
            self._lists.print_visit(dossier.code)
            return
        work = partial(print_paper, self._desk, self._actor, dossier.code, command)
        self._page.run("db", work, self._printed)

    def _reveal(self, dossier: Dossier, dialog: IdNumbersDialog, reason: object) -> None:
        work = partial(reveal, self._desk, self._actor, dossier.code, str(reason))
        self._page.run("db", work, dialog.show_numbers, partial(self._refused, dialog))

    def _ask_about_papers(self, act: WorkAct, dossier: Dossier, known: tuple[Procedure, date | None]) -> None:
        procedure, too_late = known
        theme = self._page.kit.theme
        wait = open_supplement(dossier)
        dialog: ActDialog
        if act is WorkAct.SUPPLEMENT_CAME and wait is not None:
            dialog = SupplementCameDialog(theme, dossier, wait, procedure)
        else:
            dialog = SupplementDialog(theme, dossier, procedure, self.clock_of(dossier), too_late)
        self._ask(act, dossier, dialog)

    def _dialog(self, act: WorkAct, dossier: Dossier) -> ActDialog:
        theme = self._page.kit.theme
        if act in _BEGINS:
            return WaitDialog(theme, dossier, _BEGINS[act], self.clock_of(dossier))
        if act in _ENDS:
            wait = next(wait for wait in dossier.open_waits if wait.kind is _ENDS[act])
            return WaitOverDialog(theme, dossier, wait)
        if act is WorkAct.REFUSE:
            decided = dossier.decision.reason if is_rejected(dossier) and dossier.decision is not None else ""
            return RefuseDialog(theme, dossier, decided)
        if act is WorkAct.WITHDRAW:
            return WithdrawDialog(theme, dossier)
        return NotifyDialog(theme, dossier) if act is WorkAct.NOTIFY else AttachDialog(theme, dossier)

    def _ask(self, act: WorkAct, dossier: Dossier, dialog: ActDialog) -> None:
        self._kept.follow(dialog, f"{act} {dossier.code}")
        dialog.wanted.connect(partial(self._send, act, dossier, dialog))
        dialog.show_over(self._page)

    def _send(self, act: WorkAct, dossier: Dossier, dialog: ActDialog, command: object) -> None:
        refused = partial(self._refused, dialog)
        if isinstance(command, AttachForm):
            if self._read_file is not None:
                read = partial(self._read_file, command.path)
                self._page.run("io", read, partial(self._attach, dossier, dialog, command), refused)
            return
        deed = _DEEDS[act]
        work = partial(deed.do, self._desk, self._actor, dossier.code, command)
        self._page.run("db", work, partial(self._finish, dialog, deed.said), refused)

    def _attach(self, dossier: Dossier, dialog: ActDialog, form: AttachForm, loaded: LoadedAttachment) -> None:
        attachment = attachment_of(loaded, AttachmentRole.PAPER, form.title)
        work = partial(deciding.attach_file, self._desk, self._actor, dossier.code, attachment, loaded.content)
        said = QT_TRANSLATE_NOOP(CONTEXT, "Đã đính kèm vào hồ sơ {code}.")
        self._page.run("db", work, partial(self._finish, dialog, said), partial(self._refused, dialog))

    def _finish(self, dialog: ActDialog, said: str, acted: Acted) -> None:
        dialog.accept()
        kit = self._page.kit
        kit.notices.say(tr(said, code=acted.dossier.code))
        if acted.job is not None:
            self.paper_ready.emit(acted.job)
        self.done.emit(acted.dossier)
        kit.changes.publish(acted.changes, self._page)

    def _refused(self, dialog: ActDialog, error: AppError) -> None:
        dialog.show_error(self._page.kit.words.error(error))

    def _printed(self, done: Followed) -> None:
        if done.job is not None:
            self.paper_ready.emit(done.job)
        self._page.kit.notices.say(tr("Đang in giấy của hồ sơ {code}.", code=done.dossier.code))
        self._page.kit.changes.publish(done.changes, self._page)


def attachment_of(loaded: LoadedAttachment, role: AttachmentRole, title: str = "") -> Attachment:
    """Return what a dossier keeps about a file that was read and checked."""
    checked = loaded.checked
    return Attachment(
        sha256=checked.sha256,
        media_type=checked.media_type.value,
        size=checked.size,
        pages=checked.pages,
        role=role,
        title=title or loaded.name,
    )


def _about_papers(desk: Desk, dossier: Dossier) -> tuple[Procedure, date | None]:
    """Return the entry a dossier was received under, and the day papers should have been asked for by, once it is past.

    Threads: lane read.
    """
    procedure = find_procedure(desk, dossier.procedure.code, dossier.received_at)
    return procedure, waiting.asked_too_late(desk, dossier)
