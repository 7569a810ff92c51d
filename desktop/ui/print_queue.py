"""The queue of papers: make the PDF, print it, ask whether it came out, keep what did not.

A job stays in the queue until somebody says that the paper came out. Nothing is printed twice by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import AppError, EnvironmentProblem
from desktop.domain.users import Action, User, may
from desktop.services.changes import Changes
from desktop.services.papers import named_job, open_jobs, paper_of, settle_job
from desktop.services.ports import Desk
from desktop.services.records import JobState, PrintJob
from desktop.ui.kit import Kit
from desktop.ui.tasks import Lane
from desktop.ui.words import tr

T = TypeVar("T")

#: Folder inside the user's own for papers that no printer took.
FOLDER: Final = "Giay-hen"


#: What each form is called inside a sentence.
_FORM_NAMES = {
    "receipt": tr("giấy hẹn"),
    "return_slip": tr("biên nhận trả kết quả"),
    "handover_slip": tr("giấy bàn giao"),
    "supplement": tr("yêu cầu bổ sung (Mẫu 02)"),
    "refusal": tr("từ chối (Mẫu 03)"),
    "apology": tr("phiếu xin lỗi (Mẫu 04)"),
    "stop": tr("thông báo dừng"),
    "control_sheet": tr("phiếu kiểm soát"),
    "fee_slip": tr("phiếu thu"),
}


def paper_name(job: PrintJob) -> str:
    """Return what a paper is called inside a sentence."""
    return _FORM_NAMES.get(job.form, job.form)


class Printers(Protocol):
    """Print PDF bytes. Threads: lane io."""

    def default_name(self) -> str:
        """Return the name of the printer to use, "" when there is none."""
        ...

    def print_pdf(self, pdf: bytes, *, printer: str, paper: str, title: str) -> None:
        """Print a PDF at its own size.

        Raises:
            EnvironmentProblem: The printer did not take it.
        """
        ...


class Phase(StrEnum):
    """Say where a job of this program run stands.

    ``WAITING`` is a job of an earlier run or one not begun: nobody knows whether its paper came out.
    """

    WAITING = "waiting"
    WORKING = "working"
    ASKED = "asked"
    SAVED = "saved"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class QueuedPaper:
    """Follow one job.

    Attributes:
        job: The job as stored.
        phase: Where it stands.
        printer: Printer it was sent to, "" for none.
        path: File it was saved to, "" for none.
        problem: Sentence of the last failure, "" for none.
    """

    job: PrintJob
    phase: Phase
    printer: str = ""
    path: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Tell what became of one try: printed to a printer, or saved as a file."""

    printer: str = ""
    path: str = ""


class PrintQueue(QObject):
    """Hold the open jobs and work on them.

    Attributes:
        papers: Open jobs by id, oldest first.

    Signals:
        changed(): A job came, moved on or went.
        asked(object): A QueuedPaper was sent to a printer: did it come out?
    """

    changed = Signal()
    asked = Signal(object)

    def __init__(
        self, kit: Kit, desk: Desk, actor: User, printers: Printers, folder: Path, parent: QObject | None = None
    ) -> None:
        """Begin empty; :meth:`load` brings what an earlier run left.

        Args:
            kit: The tools.
            desk: For the papers' content.
            actor: Who prints.
            printers: The port to the printers.
            folder: The user's own folder; papers without a printer go into its ``Giay-hen``.
            parent: Owner.
        """
        super().__init__(parent)
        self.papers: dict[str, QueuedPaper] = {}
        self._kit = kit
        self._desk = desk
        self._actor = actor
        self._printers = printers
        self._folder = folder / FOLDER

    def load(self) -> None:
        """Bring back the open jobs of earlier runs; none is printed by itself."""
        if may(self._actor.roles, Action.PRINT_PAPER):
            self._run("read", partial(open_jobs, self._desk, self._actor), self._loaded)

    def submit(self, job: PrintJob) -> None:
        """Print a new job now."""
        self.papers[job.job_id] = QueuedPaper(job, Phase.WAITING)
        self.retry(job.job_id)

    def retry(self, job_id: str) -> None:
        """Print a job, perhaps once more."""
        paper = self.papers.get(job_id)
        if paper is None or paper.phase is Phase.WORKING:
            return  # "Thử lại" may stand in the message bar longer than the job in the queue
        self._put(replace(paper, phase=Phase.WORKING, problem=""))
        work = partial(_make_and_print, self._desk, paper.job, self._printers, self._folder)
        self._kit.tasks.run("io", work, partial(self._tried, job_id), partial(self._try_failed, job_id), owner=self)

    def confirm(self, job_id: str) -> None:
        """Note that the paper came out."""
        self._settle(job_id, JobState.PRINTED)

    def drop(self, job_id: str) -> None:
        """Take a job off the queue without its paper."""
        self._settle(job_id, JobState.CANCELLED)

    def preview(
        self, job: PrintJob, on_done: Callable[[bytes], None], on_error: Callable[[AppError], None], owner: QObject
    ) -> None:
        """Make the PDF of a job to look at it; nothing is printed."""
        work = partial(paper_of, self._desk, job)
        self._kit.tasks.run("io", work, on_done, on_error, owner=owner, latest="preview")

    def waiting(self) -> tuple[QueuedPaper, ...]:
        """Return the open jobs, oldest first."""
        return tuple(self.papers.values())

    def _run(self, lane: Lane, work: Callable[[], T], on_done: Callable[[T], None]) -> None:
        self._kit.tasks.run(lane, work, on_done, self._complain, owner=self)

    def _loaded(self, jobs: tuple[PrintJob, ...]) -> None:
        for job in jobs:
            if job.job_id not in self.papers:
                phase = Phase.FAILED if job.state is JobState.FAILED else Phase.WAITING
                self.papers[job.job_id] = QueuedPaper(job, phase, problem=self._sentence(job.reason))
        self.changed.emit()

    def _sentence(self, reason: str) -> str:
        return self._kit.words.sentence(reason) if reason else ""

    def _tried(self, job_id: str, outcome: Outcome) -> None:
        paper = self.papers.get(job_id)
        if paper is None:
            return
        if outcome.path:
            self._put(replace(paper, phase=Phase.SAVED, path=outcome.path, printer=""))
            self._kit.notices.fail(
                tr(
                    "Chưa có máy in: {form} {code} đã lưu vào {path} và chờ trong hàng đợi in.",
                    form=paper_name(paper.job),
                    code=paper.job.code,
                    path=outcome.path,
                )
            )
            return
        paper = replace(paper, phase=Phase.ASKED, printer=outcome.printer, path="")
        self._put(paper)
        self.asked.emit(paper)

    def _try_failed(self, job_id: str, error: AppError) -> None:
        self._fail(job_id, error.code, self._kit.words.error(error))
        self._kit.notices.fail(self._kit.words.error(error), partial(self.retry, job_id))

    def _fail(self, job_id: str, reason: str, sentence: str) -> None:
        paper = self.papers.get(job_id)
        if paper is None:
            return
        self._put(replace(paper, phase=Phase.FAILED, problem=sentence))
        work = partial(settle_job, self._desk, self._actor, job_id, JobState.FAILED, reason)
        self._run("db", work, self._publish)

    def _settle(self, job_id: str, state: JobState) -> None:
        if job_id not in self.papers:
            return
        work = partial(settle_job, self._desk, self._actor, job_id, state)
        self._run("db", work, partial(self._settled, job_id))

    def _settled(self, job_id: str, changes: Changes) -> None:
        self.papers.pop(job_id, None)
        self.changed.emit()
        self._publish(changes)

    def _publish(self, changes: Changes) -> None:
        self._kit.changes.publish(changes, self)

    def _put(self, paper: QueuedPaper) -> None:
        self.papers[paper.job.job_id] = paper
        self.changed.emit()

    def _complain(self, error: AppError) -> None:
        self._kit.notices.fail(self._kit.words.error(error))


def phase_words(paper: QueuedPaper) -> str:
    """Say where a job stands and what to do, in one sentence."""
    if paper.phase is Phase.WORKING:
        return tr("Đang in…")
    if paper.phase is Phase.ASKED:
        return tr("Đã gửi tới {printer}. In được chưa?", printer=paper.printer)
    if paper.phase is Phase.SAVED:
        return tr("Chưa có máy in. Đã lưu vào {path}", path=paper.path)
    if paper.phase is Phase.FAILED:
        return paper.problem or tr("Chưa in được. Chọn In lại.")
    return tr("Chưa biết đã in hay chưa. Xem giấy ở máy in rồi chọn Được hoặc In lại.")


def file_name(job: PrintJob) -> str:
    """Name the file of a paper by its code, never by a person."""
    named = job.code or job.reference or job.job_id
    code = "".join(char if char.isalnum() or char in ".-" else "-" for char in named)
    copy = f"-in-lai-{job.copy_no}" if job.copy_no else ""
    form = "" if job.form == "receipt" else f"-{job.form.replace('_', '-')}"
    version = f"-v{job.dossier_version}" if job.dossier_id else ""
    return f"{code}{form}{version}{copy}-{job.paper}.pdf"


def _make_and_print(desk: Desk, job: PrintJob, printers: Printers, folder: Path) -> Outcome:
    """Make a paper and print it, or save it where there is no printer. Threads: lane io."""
    job = named_job(desk, job)
    pdf = paper_of(desk, job)
    printer = printers.default_name()
    if printer:
        printers.print_pdf(pdf, printer=printer, paper=job.paper, title=job.code)
        return Outcome(printer=printer)
    path = folder / file_name(job)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pdf)
    except OSError as error:
        raise EnvironmentProblem("pdf_not_saved", folder=str(folder)) from error
    return Outcome(path=str(path))
