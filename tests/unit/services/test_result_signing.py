from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from desktop.devices.pdf_signing import Pkcs12Signer, verify_signed
from desktop.devices.signature_spot import find_signature_place
from desktop.domain.commands import MarkResultReady
from desktop.domain.dossiers import Status
from desktop.domain.errors import UserError
from desktop.domain.way import Attachment, AttachmentRole, SigningMeans
from desktop.domain.way_commands import Approve, MakeSlip, Submit
from desktop.services import deciding, follow, handing
from desktop.services.result_signing import (
    Signed,
    Signing,
    attach_signed,
    drafts_to_sign,
    sign_drafts,
    signable_draft,
    unsigned_approvals,
)
from tests.support.signing import make_authority, make_holder, named_paper, paper, pkcs12_file
from tests.support.wards import Ward, person
from tests.support.way import SECTION

SECRET = "mật khẩu của chủ tịch"
#: The test ward's clock stands in 2019, the test's certificates begin long before.
LONG = (-3600, 365)


@pytest.fixture(scope="module")
def key_file() -> bytes:
    authority = make_authority()
    return pkcs12_file(make_holder(authority, "Phạm Văn Minh", days=LONG), authority, SECRET)


@pytest.fixture
def signing(tmp_path: Path, key_file: bytes) -> Signing:
    path = tmp_path / "chair.p12"
    path.write_bytes(key_file)
    return Signing(Pkcs12Signer(path), find_signature_place)


def approved(ward: Ward, *drafts: bytes, means: SigningMeans = SigningMeans.DIGITAL) -> list[str]:
    codes = [ward.receive(owner=person(number)).code for number in range(len(drafts))]
    lan, hung, chair = (ward.user(login) for login in ("lan", "hung", "chutich"))
    slip = handing.make_slip(ward.desk, lan, MakeSlip(SECTION, tuple(codes))).slip
    handing.confirm_slip(ward.desk, hung, slip.name, codes)
    for code, draft in zip(codes, drafts, strict=True):
        kind = "application/pdf" if draft.startswith(b"%PDF") else "image/png"
        file = Attachment(sha256(draft).hexdigest(), kind, len(draft), 1, AttachmentRole.DRAFT, "Dự thảo")
        deciding.submit(ward.desk, hung, [code], Submit(file), draft)
    deciding.approve(ward.desk, chair, codes, [Approve(means=means)])
    return codes


def signed(ward: Ward, signing: Signing, codes: Sequence[str], secret: str = SECRET) -> tuple[Signed, ...]:
    drafts = drafts_to_sign(ward.desk, ward.user("chutich"), codes)
    return sign_drafts(signing, drafts, secret, ward.clock.now())


def test_a_batch_is_signed_verified_attached_and_no_longer_waits(ward: Ward, signing: Signing) -> None:
    chair = ward.user("chutich")
    codes = approved(ward, named_paper(chair.name), named_paper(chair.name) + b"\n% other\n")
    assert sorted(unsigned_approvals(ward.desk, chair)) == sorted(codes)

    results = signed(ward, signing, codes)
    for result in results:
        attach_signed(ward.desk, chair, result)

    assert [result.problem for result in results] == [None, None]
    assert unsigned_approvals(ward.desk, chair) == ()
    for code in codes:
        dossier = ward.desk.reader.find(code)
        assert dossier is not None
        file = dossier.attachments[-1]
        assert file.role is AttachmentRole.SIGNED
        content = deciding.file_of(ward.desk, chair, file.sha256)
        (report,) = verify_signed(content, ward.clock.now())
        assert report.is_good
        assert dossier.status is Status.APPROVED
    follow.mark_result_ready(ward.desk, ward.user("hung"), codes[0], MarkResultReady("Kệ A1"))


def test_a_result_to_be_signed_digitally_is_not_ready_before(ward: Ward) -> None:
    (code,) = approved(ward, paper())

    with pytest.raises(UserError):
        follow.mark_result_ready(ward.desk, ward.user("hung"), code, MarkResultReady("Kệ A1"))


def test_one_that_cannot_be_placed_does_not_keep_the_others_back(ward: Ward, signing: Signing) -> None:
    chair = ward.user("chutich")
    codes = approved(ward, paper(), named_paper(chair.name))

    nameless, named = signed(ward, signing, codes)

    assert nameless.problem is not None
    assert nameless.problem.code == "signature_place_unknown"
    assert named.attachment is not None
    with pytest.raises(UserError, match="file_missing"):
        attach_signed(ward.desk, chair, nameless)


def test_a_wrong_secret_leaves_the_approval_waiting_for_its_signature(ward: Ward, signing: Signing) -> None:
    chair = ward.user("chutich")
    codes = approved(ward, named_paper(chair.name))

    with pytest.raises(UserError, match="key_file_secret_wrong"):
        signed(ward, signing, codes, "sai")

    assert unsigned_approvals(ward.desk, chair) == tuple(codes)


def test_what_is_signed_on_paper_is_not_offered(ward: Ward) -> None:
    chair = ward.user("chutich")
    codes = approved(ward, named_paper(chair.name), means=SigningMeans.PAPER)

    assert unsigned_approvals(ward.desk, chair) == ()
    assert drafts_to_sign(ward.desk, chair, codes) == ()


def test_somebody_elses_approval_is_not_offered(ward: Ward) -> None:
    codes = approved(ward, paper())

    assert unsigned_approvals(ward.desk, ward.user("phochutich")) == ()
    assert drafts_to_sign(ward.desk, ward.user("phochutich"), codes) == ()


def test_only_a_pdf_can_be_signed_digitally(ward: Ward) -> None:
    (code,) = approved(ward, b"\x89PNG\r\n\x1a\n", means=SigningMeans.PAPER)
    dossier = ward.desk.reader.find(code)
    assert dossier is not None

    assert signable_draft(dossier) is None
