"""The page "Ký duyệt" over a real encrypted ward, driven by real key events through the real scanner filter."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.dossiers import Dossier, Status
from desktop.domain.scans import classify
from desktop.domain.users import User
from desktop.domain.way import Attachment, AttachmentRole
from desktop.domain.way_commands import MakeSlip, Submit
from desktop.services import deciding, handing
from desktop.services.records import PrintJob
from desktop.services.result_signing import Signing
from desktop.ui.pages.approval import ApprovalPage
from desktop.ui.pages.base import Scan
from desktop.ui.robot import Robot, RobotClock
from desktop.ui.scanner import Scanner
from tests.support.signing import paper
from tests.support.wards import Ward, person
from tests.support.way import SECTION, bring
from tests.ui.desk_kit import Desktop, desktop_for, let_go, show

PATIENCE_MS = 20_000
SIZE_PX = (1190, 640)


def draft_of(pdf: bytes, media_type: str = "application/pdf") -> Attachment:
    """Describe a draft."""
    return Attachment(sha256(pdf).hexdigest(), media_type, len(pdf), 1, AttachmentRole.DRAFT, "Dự thảo kết quả")


def submitted(ward: Ward, n: int, *, first: int = 0, **fields: object) -> list[str]:
    """Bring dossiers before the leaders, without a draft."""
    codes = [ward.receive(owner=person(first + at), **fields).code for at in range(n)]
    bring(ward.desk, *codes, to=Status.SUBMITTED)
    return codes


def submitted_with(ward: Ward, *drafts: tuple[bytes, str], first: int = 500, author: str = "hung") -> list[str]:
    """Bring dossiers before the leaders, each with a draft (content, media type)."""
    codes = [ward.receive(owner=person(first + at)).code for at in range(len(drafts))]
    lan, hung = ward.user("lan"), ward.user(author)
    slip = handing.make_slip(ward.desk, lan, MakeSlip(SECTION, tuple(codes))).slip
    handing.confirm_slip(ward.desk, hung, slip.name, codes)
    for code, (content, media_type) in zip(codes, drafts, strict=True):
        deciding.submit(ward.desk, hung, [code], Submit(draft_of(content, media_type)), content)
    return codes


def pdf_drafts(n: int) -> list[tuple[bytes, str]]:
    """Make PDF drafts that differ."""
    return [(paper() + f"\n% {at}\n".encode(), "application/pdf") for at in range(n)]


@dataclass
class Chair:
    """Hold a leader at the page.

    Attributes:
        papers: Print jobs the page handed on.
        scans: What the scanner read.
    """

    qtbot: QtBot
    ward: Ward
    desktop: Desktop
    page: ApprovalPage
    robot: Robot
    papers: list[PrintJob]
    scans: list[str]

    def rest(self) -> None:
        """Wait until no lane works."""
        for _ in range(2):
            self.qtbot.waitUntil(lambda: self.desktop.tasks.pending() == 0, timeout=PATIENCE_MS)
            self.robot.rest()
        self.qtbot.waitUntil(lambda: self.desktop.tasks.pending() == 0, timeout=PATIENCE_MS)

    def press(self, *keys: str) -> None:
        """Press keys, each followed by its work."""
        for key in keys:
            self.robot.press(key)
            self.rest()
            dialog = self.page.acts.dialog
            if dialog is not None and dialog.isVisible():
                self.qtbot.waitUntil(dialog.isActiveWindow)

    def write(self, text: str) -> None:
        """Type a text."""
        self.robot.type(text)
        self.rest()

    def codes(self) -> list[str]:
        """Return the list as shown."""
        return [row.code for row in self.page.rows.rows()]

    def chosen(self) -> list[str]:
        """Return what is chosen."""
        return [row.code for row in self.page.rows.chosen()]

    def current(self) -> str:
        """Return the code in front."""
        row = self.page.current()
        return row.code if row is not None else ""

    def marks(self, code: str) -> list[str]:
        """Return the marks of a row."""
        row = self.page.rows.row(self.page.rows.place_of(code))
        assert row is not None
        return [mark.text for mark in self.page.rows.marks(row)]

    def find(self, code: str) -> Dossier:
        """Read a dossier."""
        found = self.ward.desk.reader.find(code)
        assert found is not None
        return found

    def statuses(self, codes: Sequence[str]) -> set[Status]:
        """Return the statuses of dossiers."""
        return {self.find(code).status for code in codes}

    def facts(self, code: str) -> list[str]:
        """Return the types of a dossier's events."""
        return [event.envelope.type for event in self.ward.desk.reader.history(self.find(code).dossier_id)]

    def dialog(self, name: str) -> QWidget:
        """Return the dialog that is open."""
        found = self.page.acts.dialog
        assert found is not None
        assert found.objectName() == name
        return found


@contextmanager
def chair_at(
    qapp: QApplication,
    qtbot: QtBot,
    ward: Ward,
    login: str = "chutich",
    signing: Signing | None = None,
    user: User | None = None,
) -> Iterator[Chair]:
    """Seat a leader before the page."""
    with desktop_for(qapp, ward) as desktop:  # type: ignore[arg-type] # a ward with a clock is all it takes
        page = ApprovalPage(desktop.kit, ward.desk, user or ward.user(login), signing)
        clock = RobotClock()
        scanner = Scanner(qapp, clock)
        papers: list[PrintJob] = []
        scans: list[str] = []
        page.paper_ready.connect(papers.append)
        scanner.scanned.connect(scans.append)
        scanner.scanned.connect(lambda text: page.handle_scan(Scan(text, classify(text))))
        show(qtbot, page, SIZE_PX)
        page.shown()
        chair = Chair(qtbot, ward, desktop, page, Robot(page, clock), papers, scans)
        chair.rest()
        try:
            yield chair
        finally:
            scanner.stop()
            scanner.deleteLater()
            if page.acts.dialog is not None:
                page.acts.dialog.reject()
            page.sheet.preview.clear()  # a resize that rests would ask a lane that has ended
            let_go()
