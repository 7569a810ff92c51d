"""F8: a photo or scan as proof is kept with the dossier; a result that lies elsewhere says where."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.devices.attachment_files import read_attachment
from desktop.domain.dossiers import Status
from desktop.domain.way import AttachmentRole
from desktop.domain.way_commands import Gap, RequestSupplement, Submit
from desktop.services import deciding, waiting
from desktop.services.look_up import show as show_dossier
from desktop.ui.pages.return_result import ReturnResultPage
from desktop.ui.pages.return_result_refusal import refusal_of
from tests.support.way import bring
from tests.ui.desk_kit import Desktop, desktop_for, scan, settle, show
from tests.ui.fakes_dossiers import CLERK, SPECIALIST, Ward, make_ward, small_pdf

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CTRL = Qt.KeyboardModifier.ControlModifier
FREE = 10


@pytest.fixture
def ward() -> Ward:
    return make_ward(16)


@pytest.fixture
def desktop(qapp: QApplication, ward: Ward) -> Iterator[Desktop]:
    with desktop_for(qapp, ward) as tools:
        yield tools


def code_of(ward: Ward) -> str:
    return ward.book.states[ward.book.order[FREE]].code


@pytest.fixture
def page(qtbot: QtBot, desktop: Desktop, ward: Ward) -> ReturnResultPage:
    ward.make_ready(code_of(ward))
    made = ReturnResultPage(desktop.kit, ward.desk, CLERK, read_attachment)
    show(qtbot, made)
    made.shown()
    scan(made, code_of(ward))
    settle(qtbot, desktop)
    return made


def test_a_scan_of_the_signed_stub_is_kept_and_named_by_its_hash(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: ReturnResultPage, tmp_path: Path
) -> None:
    content = small_pdf()
    path = tmp_path / "lien luu.pdf"
    path.write_bytes(content)
    page.form.proof_file.setFocus()
    qtbot.keyClicks(page.form.proof_file.edit, str(path))

    qtbot.keyClick(page.form.proof_file.edit, Qt.Key.Key_Return, CTRL)
    settle(qtbot, desktop)

    state = ward.reader.find(code_of(ward))
    assert state is not None
    assert state.status is Status.RETURNED
    digest = sha256(content).hexdigest()
    assert [(file.role, file.sha256) for file in state.attachments] == [(AttachmentRole.PROOF, digest)]
    assert ward.book.unit.files[digest] == content
    returned = ward.reader.history(state.dossier_id)[-1].fact
    assert getattr(returned, "proof_sha256", "") == digest


def test_a_file_that_is_none_returns_nothing(
    qtbot: QtBot, desktop: Desktop, ward: Ward, page: ReturnResultPage, tmp_path: Path
) -> None:
    page.form.proof_file.edit.setText(str(tmp_path / "khong co.pdf"))

    qtbot.keyClick(page.form.proof_file.edit, Qt.Key.Key_Return, CTRL)
    settle(qtbot, desktop)

    state = ward.reader.find(code_of(ward))
    assert state is not None
    assert state.status is Status.RESULT_READY
    assert page.form.proof_file.field.error()
    assert page._finish.isEnabled()


def said(ward: Ward) -> tuple[str, str]:
    refusal = refusal_of(show_dossier(ward.desk, CLERK, code_of(ward)), CLERK)
    assert refusal is not None
    return refusal.title, refusal.advice


def test_before_the_leaders_it_says_who_looks_at_it(ward: Ward) -> None:
    bring(ward.desk, code_of(ward), to=Status.WITH_SECTION)
    deciding.submit(ward.desk, SPECIALIST, [code_of(ward)], Submit())

    title, advice = said(ward)

    assert "chưa có kết quả" in title
    assert advice.startswith("Lãnh đạo đang xem để ký")


def test_while_papers_lack_it_says_which(ward: Ward) -> None:
    bring(ward.desk, code_of(ward), to=Status.WITH_SECTION)
    asked = RequestSupplement((Gap("TP02"),), "Thành phần hồ sơ chưa đủ")
    waiting.request_supplement(ward.desk, SPECIALIST, code_of(ward), asked)

    _, advice = said(ward)

    assert "Sổ hộ khẩu" in advice
    assert "nhận bổ sung" in advice


def test_a_ready_result_that_somebody_else_holds_says_who(ward: Ward) -> None:
    ward.make_ready(code_of(ward))
    view = show_dossier(ward.desk, CLERK, code_of(ward))

    elsewhere = refusal_of(view, SPECIALIST)

    assert refusal_of(view, CLERK) is None
    assert elsewhere is not None
    assert elsewhere.title.endswith("không ở chỗ bạn")
    assert elsewhere.advice.startswith("Bộ phận Một cửa giữ từ 09:30")
