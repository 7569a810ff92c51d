from typing import get_args

import pytest

from desktop.domain.commands import ComponentCount
from desktop.domain.dossiers import Custodian, CustodianKind, Dossier, Status
from desktop.domain.events import EVENT_TYPES, DossierFact
from desktop.domain.facts.way import (
    Apologised,
    Approved,
    CustodyAssigned,
    FileAttached,
    PaperPrinted,
    Refused,
    Rejected,
    SentBack,
)
from desktop.domain.slips import SlipState
from desktop.domain.vietnamese import VIETNAM
from desktop.domain.way import (
    Attachment,
    AttachmentRole,
    AuthorityUsed,
    FormNumber,
    LateCause,
    SigningForm,
    SigningMeans,
    WaitKind,
)
from desktop.domain.way_commands import (
    AssignCustody,
    CloseWait,
    Gap,
    MakeSlip,
    NotifyCitizen,
    OpenWait,
    RequestSupplement,
)
from desktop.services import ending, handing, look_up, waiting
from desktop.services.timeline import details_of
from desktop.services.wording import LANGUAGES, Wording
from tests.support.samples import NINE, REASON
from tests.support.wards import SLOW, Ward, command
from tests.support.way import bring

USED = AuthorityUsed(SigningForm.KT, "d1", "01/QĐ", ("KT. CHỦ TỊCH",), "Võ Thị Hạnh")
FORM = FormNumber("apology", 2019, 1, 3)


def sentences(ward: Ward, made: Dossier, login: str = "lan", language: str = "vi") -> list[str]:
    wording = Wording(language)
    timeline = look_up.show(ward.desk, ward.user(login), made.code).timeline
    return [wording.sentence(f"timeline.{entry.type}", dict(entry.details)) for entry in timeline]


def detail(fact: object) -> dict[str, str]:
    return dict(details_of(fact, lambda number: number, lambda holder: f"<{holder.holder}>"))  # type: ignore[arg-type]


def said(fact: object, language: str = "vi") -> str:
    name, _ = EVENT_TYPES[type(fact)]
    return Wording(language).sentence(f"timeline.{name}", detail(fact))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", get_args(DossierFact), ids=lambda kind: kind.__name__)
def test_every_event_of_a_dossier_has_a_sentence(kind: type, language: str) -> None:
    assert Wording(language).knows(f"timeline.{EVENT_TYPES[kind][0]}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kind", WaitKind),
        ("cause", LateCause),
        ("authority", SigningForm),
        ("means", SigningMeans),
        ("role", AttachmentRole),
        ("status", Status),
    ],
)
def test_every_word_of_ours_is_shown_by_a_word_of_people(name: str, words: type, language: str) -> None:
    wording = Wording(language)

    assert all(wording.knows(f"word.{name}.{word.value}") for word in words)  # type: ignore[attr-defined]


def test_a_way_with_a_supplement_reads_like_a_story(ward: Ward) -> None:
    lan, hung = ward.user("lan"), ward.user("hung")
    made = ward.receive(procedure=command(ward.desk, SLOW).procedure, components=command(ward.desk, SLOW).components)
    bring(ward.desk, made.code, to=Status.WITH_SECTION)
    gap = Gap("TP01", "bản rõ hơn")
    waiting.request_supplement(ward.desk, hung, made.code, RequestSupplement((gap,), "tờ khai mờ chữ"))
    waiting.close_wait(
        ward.desk, lan, made.code, CloseWait(WaitKind.SUPPLEMENT, "đã đủ", (ComponentCount("TP01", originals=1),))
    )
    ending.notify_citizen(ward.desk, lan, made.code, NotifyCitizen("điện thoại", "đã nhận đủ giấy tờ"))

    told = sentences(ward, made)

    name = f"BG-{NINE.year}-01-0001"
    assert told[1:] == [
        f"Lập giấy bàn giao {name} cho Tư pháp - Hộ tịch",
        f"Tư pháp - Hộ tịch đã nhận theo giấy bàn giao {name}",
        "Bắt đầu chờ (bổ sung giấy tờ): tờ khai mờ chữ",
        told[4],
        "Đã báo công dân qua điện thoại: đã nhận đủ giấy tờ",
    ]
    assert told[4].startswith("Hết chờ (bổ sung giấy tờ), hạn giải quyết 17:00 ")
    opened = dict(look_up.show(ward.desk, lan, made.code).timeline[3].details)
    assert opened["missing"].endswith(" (bản rõ hơn)")
    assert (opened["number"], opened["of"], opened["answer_due"]) == ("1", "", "")


def test_a_slip_taken_back_and_a_leaders_word_are_told(ward: Ward) -> None:
    lan, hung, chair = ward.user("lan"), ward.user("hung"), ward.user("chutich")
    made = ward.receive()
    slip = handing.make_slip(ward.desk, lan, MakeSlip(Custodian(CustodianKind.USER, hung.user_id), (made.code,))).slip
    handing.withdraw_slip(ward.desk, lan, slip.name, "đưa nhầm người")
    handing.assign_custody(
        ward.desk, chair, made.code, AssignCustody(Custodian(CustodianKind.SECTION, "tu_phap"), "người giữ nghỉ ốm")
    )

    assert slip.state is SlipState.OPEN
    assert sentences(ward, made)[1:] == [
        f"Lập giấy bàn giao {slip.name} cho Trần Quốc Hùng",
        f"Không chuyển theo giấy bàn giao {slip.name}: bên giao rút giấy lại",
        "Lãnh đạo giao Tư pháp - Hộ tịch giữ hồ sơ: người giữ nghỉ ốm",
    ]


def test_a_decision_names_who_signs_and_in_whose_right(ward: Ward) -> None:
    made = ward.receive()
    bring(ward.desk, made.code, to=Status.RESULT_READY)

    told = sentences(ward, made)

    assert told[3:6] == [
        "Trình Lãnh đạo Ủy ban nhân dân",
        "Phạm Văn Minh duyệt, đúng thẩm quyền, ký trên giấy",
        "Đã có kết quả, chờ trả cho công dân",
    ]
    assert sentences(ward, made, language="en")[4] == "Approved by Phạm Văn Minh, in his own right, on paper"


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (Approved("h", USED, SigningMeans.DIGITAL), "Võ Thị Hạnh duyệt, ký thay (KT.), ký số"),
        (Rejected("thiếu điều kiện", USED), "Võ Thị Hạnh quyết định không giải quyết, ký thay (KT.): thiếu điều kiện"),
        (SentBack("ghi sai tên"), "Trả lại người trình: ghi sai tên"),
        (Refused(FORM, "không đủ điều kiện", ""), "Từ chối hồ sơ: không đủ điều kiện"),
        (PaperPrinted("supplement", "", 2, "A4"), "In phiếu yêu cầu bổ sung khổ A4, in lại lần 2"),
        (PaperPrinted("control_sheet", "", 0, "A4"), "In phiếu kiểm soát khổ A4, bản mới"),
        (
            CustodyAssigned(Custodian(CustodianKind.SECTION, "x"), "người giữ nghỉ ốm"),
            "Lãnh đạo giao <x> giữ hồ sơ: người giữ nghỉ ốm",
        ),
        (
            FileAttached(Attachment("0" * 64, "application/pdf", 9, 2, AttachmentRole.DRAFT)),
            "Đính kèm dự thảo kết quả: PDF",
        ),
        (
            FileAttached(Attachment("0" * 64, "image/png", 9, 1, AttachmentRole.PROOF, "ảnh trả")),
            "Đính kèm bằng chứng: ảnh trả",
        ),
        (
            Apologised(FORM, REASON, LateCause.WARD, NINE.astimezone(VIETNAM), is_late=True, authority=USED),
            "Xin lỗi, hẹn lại 09:00 18/07/2019; nguyên nhân: do phường; xin lỗi muộn",
        ),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_the_sentence_of(fact: object, sentence: str) -> None:
    assert said(fact) == sentence


def test_a_question_to_another_agency_says_whom_and_until_when(ward: Ward) -> None:
    made = ward.receive()
    asked = OpenWait(WaitKind.OPINIONS, "cần ý kiến", of="Công an phường", answer_due=NINE)
    waiting.open_wait(ward.desk, ward.user("lan"), made.code, asked)

    details = dict(look_up.show(ward.desk, ward.user("lan"), made.code).timeline[-1].details)

    assert (details["kind"], details["of"]) == ("opinions", "Công an phường")
    assert (details["answer_due"], details["number"]) == ("09:00 18/07/2019", "")


def test_an_event_that_no_time_line_shows_has_no_fields() -> None:
    from desktop.domain.facts.unit import SessionClosed  # noqa: PLC0415 - only here

    assert detail(SessionClosed("u", "log_out")) == {}
