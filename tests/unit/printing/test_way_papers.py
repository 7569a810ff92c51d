"""From the dossier's whole way to the texts of its papers, through real wards, services and PDFs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from desktop.domain.commands import TakeFee
from desktop.domain.dossiers import Custodian, CustodianKind, Dossier, FeeMethod
from desktop.domain.errors import UserError
from desktop.domain.vietnamese import nfc
from desktop.domain.way import LateCause, WaitKind
from desktop.domain.way_commands import (
    Apologise,
    Gap,
    MakeSlip,
    OpenWait,
    PrintPaper,
    Refuse,
    Reject,
    RequestSupplement,
    Submit,
    TurnAway,
)
from desktop.services import apologising, deciding, ending, follow, handing, papers, waiting
from desktop.services.records import PrintJob
from tests.support.wards import Ward, command, make_ward, person

SECTION = Custodian(CustodianKind.SECTION, "tu_phap")
DAYS = {"2018": "2019-07-18T09:00:00+07:00", "2025": "2025-10-20T09:00:00+07:00"}
REASON = "Chờ kết quả xác minh"


@pytest.fixture(params=DAYS)
def pack(request: pytest.FixtureRequest) -> str:
    """Name a rule pack."""
    return str(request.param)


@pytest.fixture
def ward(tmp_path: Path, pack: str) -> Iterator[Ward]:
    """Give a training ward on a working morning under the pack."""
    made = make_ward(tmp_path)
    made.clock.set(datetime.fromisoformat(DAYS[pack]))
    yield made
    made.database.close()


def text_of(ward: Ward, job: PrintJob | None) -> str:
    """Return what a paper says, blanks made one."""
    assert job is not None
    pages = pypdf.PdfReader(BytesIO(papers.paper_of(ward.desk, job))).pages
    return nfc(" ".join(" ".join(page.extract_text().split()) for page in pages))


def at_section(ward: Ward) -> Dossier:
    """Return a dossier that hung works on."""
    dossier = ward.receive(owner=person(7))
    slip = handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(SECTION, (dossier.code,))).slip
    handing.confirm_slip(ward.desk, ward.user("hung"), slip.name, [dossier.code])
    return dossier


def test_a_supplement_names_every_gap_the_reason_the_law_and_what_the_clock_does(ward: Ward) -> None:
    dossier = at_section(ward)
    first = dossier.components[0]
    asked = RequestSupplement((Gap(first.code, "thiếu chữ ký"), Gap("", "Giấy xác nhận")), REASON, "Điều 11 NĐ 61")

    done = waiting.request_supplement(ward.desk, ward.user("hung"), dossier.code, asked)

    said = text_of(ward, done.job)
    for wanted in ("PHIẾU YÊU CẦU BỔ SUNG", "Số: 01/HDHS", first.name, "thiếu chữ ký", "Giấy xác nhận", REASON):
        assert wanted in said
    for wanted in ("Điều 11 NĐ 61", "tính lại từ đầu", "Trần Quốc Hùng", dossier.code, "HỌC – KHÔNG GIÁ TRỊ"):
        assert wanted in said


def test_the_form_set_is_that_of_the_day_of_receipt(ward: Ward, pack: str) -> None:
    dossier = at_section(ward)

    done = follow.print_paper(ward.desk, ward.user("lan"), dossier.code, PrintPaper("control_sheet", "A4"))

    said = text_of(ward, done.job)
    assert ("Mẫu số 05" if pack == "2018" else "Mẫu số 06") in said
    assert "Nguyễn Thị Lan" in said
    assert "Trần Quốc Hùng" in said
    assert "IN LẠI" not in said


def test_w06_the_control_sheet_shows_allowed_and_used_minutes_and_the_grade_of_each_step(ward: Ward) -> None:
    asked = command(ward.desk, "1.004884")
    dossier = ward.receive(procedure=asked.procedure, components=asked.components, owner=person(7))
    slip = handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(SECTION, (dossier.code,))).slip
    ward.clock.advance(timedelta(minutes=90))
    handing.confirm_slip(ward.desk, ward.user("hung"), slip.name, [dossier.code])
    ward.clock.advance(timedelta(days=7))
    deciding.submit(ward.desk, ward.user("hung"), [dossier.code], Submit())

    done = follow.print_paper(ward.desk, ward.user("lan"), dossier.code, PrintPaper("control_sheet", "A4"))

    said = text_of(ward, done.job)
    assert "Cho phép 08 giờ làm việc, đã dùng 01 giờ 30 phút" in said
    assert "Cho phép 22 giờ làm việc, đã dùng 40 giờ" in said
    assert said.index("Trước hạn", said.index("Cho phép 08 giờ")) < said.index("Quá hạn", said.index("Cho phép 22 giờ"))
    assert "chưa đối chiếu với quy trình nội bộ" in said


def test_an_apology_has_its_seven_contents_and_the_right_signature(ward: Ward, pack: str) -> None:
    dossier = at_section(ward)
    later = datetime.fromisoformat(DAYS[pack]).replace(day=25 if pack == "2018" else 24, hour=16)
    given = Apologise(REASON, LateCause.OTHER_AGENCY, later)

    done = apologising.apologise(ward.desk, ward.user("phochutich"), dossier.code, given)

    said = text_of(ward, done.job)
    assert ("PHIẾU XIN LỖI" if pack == "2018" else "VĂN BẢN XIN LỖI") in said
    assert ("Số: 01/PXL-UBND" if pack == "2018" else "Số: 01/VBXL-UBND") in said
    for content in (dossier.submitter.party.name, dossier.procedure.name, dossier.code, "bộ phận chuyên môn", REASON):
        assert content in said
    for content in ("16 giờ 00 phút", "xin lỗi Ông/Bà", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Võ Thị Hạnh"):
        assert content in said


def test_a_refusal_after_the_section_is_signed_by_who_decided(ward: Ward) -> None:
    dossier = at_section(ward)
    deciding.submit(ward.desk, ward.user("hung"), [dossier.code], Submit())
    deciding.reject(ward.desk, ward.user("chutich"), [dossier.code], Reject("Không đủ điều kiện"))
    originals = tuple(line.code for line in dossier.components if line.originals)

    done = ending.refuse(ward.desk, ward.user("hung"), dossier.code, Refuse("Không đủ điều kiện", "Điều 16", originals))

    said = text_of(ward, done.job)
    for wanted in ("PHIẾU TỪ CHỐI", "Không đủ điều kiện", "Điều 16", "Phạm Văn Minh", dossier.components[0].name):
        assert wanted in said
    assert "KT. CHỦ TỊCH" not in said


@pytest.mark.parametrize("is_refusal", [False, True])
def test_who_is_sent_home_gets_a_form_without_a_code(ward: Ward, is_refusal: bool) -> None:
    asked = command(ward.desk, owner=person(8))
    given = TurnAway(asked.procedure, asked.channel, asked.owner, asked.submitter, (), REASON, is_refusal=is_refusal)

    done = ending.turn_away(ward.desk, ward.user("lan"), given)

    said = text_of(ward, done.job)
    assert "Mã hồ sơ" not in said
    assert asked.owner.name in said
    assert REASON in said
    required = [part.name for part in asked.procedure.components if part.required]
    assert all((name in said) is not is_refusal for name in required)


def test_a_slip_lists_every_dossier_and_names_differences_once_confirmed(ward: Ward) -> None:
    codes = [ward.receive(owner=person(n)).code for n in range(3)]
    made = handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(SECTION, tuple(codes[:2])))

    before = text_of(ward, made.job)
    handing.confirm_slip(ward.desk, ward.user("hung"), made.slip.name, [codes[0], codes[2]])
    after = text_of(ward, handing.print_slip(ward.desk, ward.user("lan"), made.slip.name).job)

    assert made.slip.name in before
    assert "02 hồ sơ" in before
    assert "Thiếu" not in before
    # A code breaks at its dots and hyphens in the narrow column.
    assert all(code.replace(" ", "") in before.replace(" ", "") for code in codes[:2])
    assert "IN LẠI LẦN 1" in after
    squeezed = after.replace(" ", "")
    assert f"Thiếu:{codes[1]}" in squeezed
    assert f"Thừa:{codes[2]}" in squeezed


def test_a_stop_has_its_notice_only_where_the_pack_knows_one(ward: Ward, pack: str) -> None:
    dossier = at_section(ward)

    done = waiting.open_wait(
        ward.desk, ward.user("hung"), dossier.code, OpenWait(WaitKind.STOP, "Công dân đề nghị dừng")
    )

    if pack == "2018":
        assert done.job is None
    else:
        said = text_of(ward, done.job)
        assert "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ" in said
        assert "Công dân đề nghị dừng" in said
        assert "Số: 01/TB-UBND" in said


def test_a_voucher_says_the_amount_in_words_and_that_it_is_no_tax_receipt(ward: Ward) -> None:
    of = command(ward.desk, "2.000635")
    dossier = ward.receive(owner=person(9), procedure=of.procedure, components=of.components)

    done = follow.take_fee(ward.desk, ward.user("thu"), dossier.code, TakeFee(8_000, FeeMethod.CASH))

    said = text_of(ward, done.job)
    for wanted in ("PHIẾU THU", "8.000 đ", "Tám nghìn đồng", "Lê Thị Thu", "không thay biên lai", "0001/"):
        assert wanted in said


def test_a_paper_is_drawn_on_the_sizes_it_has_and_no_other(ward: Ward) -> None:
    dossier = at_section(ward)
    job = follow.print_paper(ward.desk, ward.user("lan"), dossier.code, PrintPaper("control_sheet", "A5")).job
    assert job is not None

    with pytest.raises(UserError) as refused:
        papers.paper_of(ward.desk, replace(job, paper="80mm"))

    assert (refused.value.code, refused.value.details["allowed"]) == ("unknown_paper", ["A5", "A4"])


def test_a_paper_the_dossier_never_got_is_not_printed_again(ward: Ward) -> None:
    dossier = at_section(ward)

    with pytest.raises(UserError) as refused:
        follow.print_paper(ward.desk, ward.user("lan"), dossier.code, PrintPaper("apology", "A5"))

    assert refused.value.code == "no_such_paper"
