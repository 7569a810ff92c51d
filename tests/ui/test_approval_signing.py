"""F7: what is approved is signed digitally, with a real key file, by keys alone; a failure loses no approval."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.devices.pdf_signing import Pkcs12Signer, verify_signed
from desktop.devices.signature_spot import find_signature_place
from desktop.domain.dossiers import Status
from desktop.domain.way import AttachmentRole, SigningMeans
from desktop.services.deciding import file_of
from desktop.services.result_signing import Signing
from tests.support.signing import make_authority, make_holder, named_paper, paper, pkcs12_file
from tests.support.wards import Ward, make_ward
from tests.ui.approval_kit import Chair, chair_at, submitted, submitted_with

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

SECRET = "ma pin 123"
PDF = "application/pdf"


@pytest.fixture(scope="module")
def key_file() -> bytes:
    authority = make_authority()
    return pkcs12_file(make_holder(authority, "Phạm Văn Minh", days=(-3600, 365)), authority, SECRET)


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    made = make_ward(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def signing(tmp_path: Path, key_file: bytes) -> Signing:
    path = tmp_path / "chair.p12"
    path.write_bytes(key_file)
    return Signing(Pkcs12Signer(path), find_signature_place)


def good_paper(ward: Ward) -> tuple[bytes, str]:
    return named_paper(ward.user("chutich").name), PDF


def files(chair: Chair, code: str) -> list[AttachmentRole]:
    return [file.role for file in chair.find(code).attachments]


def means(chair: Chair, code: str) -> SigningMeans:
    decision = chair.find(code).decision
    assert decision is not None
    return decision.means


def test_paper_is_the_default(qapp: QApplication, qtbot: QtBot, ward: Ward, signing: Signing) -> None:
    (code,) = submitted_with(ward, good_paper(ward))
    with chair_at(qapp, qtbot, ward, signing=signing) as chair:
        chair.press("A")

        assert means(chair, code) is SigningMeans.PAPER
        assert files(chair, code) == [AttachmentRole.DRAFT]


def test_a_draft_is_signed_verified_and_attached(
    qapp: QApplication, qtbot: QtBot, ward: Ward, signing: Signing
) -> None:
    (code,) = submitted_with(ward, good_paper(ward))
    with chair_at(qapp, qtbot, ward, signing=signing) as chair:
        chair.press("Alt+S", "A")
        box = chair.dialog("secretDialog").findChild(QLineEdit, "signingSecret")
        assert isinstance(box, QLineEdit)
        assert box.echoMode() is QLineEdit.EchoMode.Password
        chair.write(SECRET)
        chair.press("Return")

        assert means(chair, code) is SigningMeans.DIGITAL
        assert files(chair, code) == [AttachmentRole.DRAFT, AttachmentRole.SIGNED]
        signed = file_of(ward.desk, ward.user("chutich"), chair.find(code).attachments[-1].sha256)
        (report,) = verify_signed(signed, ward.clock.now())
        assert report.is_good
        assert chair.desktop.said[-1] == "Đã ký số và kiểm tra 1 hồ sơ."
        assert chair.page.acts.dialog is None


def test_a_wrong_pin_leaves_the_approval_and_s_signs_later(
    qapp: QApplication, qtbot: QtBot, ward: Ward, signing: Signing
) -> None:
    (code,) = submitted_with(ward, good_paper(ward))
    with chair_at(qapp, qtbot, ward, signing=signing) as chair:
        chair.press("Alt+S", "A")
        chair.write("sai")
        chair.press("Return")

        assert chair.find(code).status is Status.APPROVED
        assert files(chair, code) == [AttachmentRole.DRAFT]
        assert "chưa ký số" in chair.page.error_text()

    with chair_at(qapp, qtbot, ward, signing=signing) as chair:
        chair.press("S")
        chair.write(SECRET)
        chair.press("Return")

        assert files(chair, code) == [AttachmentRole.DRAFT, AttachmentRole.SIGNED]


def test_without_the_pin_nothing_is_approved(qapp: QApplication, qtbot: QtBot, ward: Ward, signing: Signing) -> None:
    (code,) = submitted_with(ward, good_paper(ward))
    with chair_at(qapp, qtbot, ward, signing=signing) as chair:
        chair.press("Alt+S", "A", "Escape")

        assert chair.find(code).status is Status.SUBMITTED


def test_one_pin_signs_a_batch_and_tells_what_could_not_be_signed(
    qapp: QApplication, qtbot: QtBot, ward: Ward, signing: Signing
) -> None:
    on_paper = submitted(ward, 1)
    good, placeless = submitted_with(ward, good_paper(ward), (paper(), PDF))
    with chair_at(qapp, qtbot, ward, signing=signing) as chair:
        chair.press("Alt+S", "Space", "Space", "Space", "Ctrl+Return")
        assert "Ký số 2 hồ sơ" in chair.dialog("secretDialog").windowTitle()
        chair.write(SECRET)
        chair.press("Return")

        assert chair.statuses([*on_paper, good, placeless]) == {Status.APPROVED}
        assert means(chair, on_paper[0]) is SigningMeans.PAPER
        assert files(chair, good) == [AttachmentRole.DRAFT, AttachmentRole.SIGNED]
        assert files(chair, placeless) == [AttachmentRole.DRAFT]
        assert placeless in chair.page.error_text()


def test_a_pc_without_a_device_offers_paper_only(qapp: QApplication, qtbot: QtBot, ward: Ward) -> None:
    submitted(ward, 1)
    with chair_at(qapp, qtbot, ward) as chair:
        assert chair.page.acts.means is None
        assert all(hint.keys not in ("S", "Alt+S") for hint in chair.page.shortcuts())
