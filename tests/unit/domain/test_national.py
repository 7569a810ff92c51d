from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.acts.receiving import decide_receive
from desktop.domain.clock_policy import ClockEffect
from desktop.domain.dossiers import (
    NATIONAL_STATUS,
    ApplicantKind,
    Channel,
    Dossier,
    FeeMethod,
    Party,
    Payment,
    Proof,
    Relation,
    ResultBy,
    ReturnRecord,
    Status,
)
from desktop.domain.facts.counter import FeeTaken
from desktop.domain.facts.way import Withdrawn
from desktop.domain.fees import FeeLine
from desktop.domain.national import (
    Handler,
    Staff,
    differing_fields,
    dossier_record,
    progress_record,
    stamp,
    steps_of,
)
from desktop.domain.users import Role, User
from desktop.domain.way import Attachment, AttachmentRole, Ending, MissingPaper, Wait, WaitKind
from tests.support.samples import NINE, OWNER, UNIT, allotment, command, event, folded, rules

#: The record of the exchange, name by name.
NAMES = [
    "MaHoSo",
    "MaTTHC",
    "TenTTHC",
    "MaLinhVuc",
    "TenLinhVuc",
    "KenhThucHien",
    "SoGiayToChuHoSo",
    "ChuHoSo",
    "LoaiDoiTuong",
    "MaDoiTuong",
    "ThongTinKhac",
    "Email",
    "Fax",
    "SoDienThoai",
    "TrichYeuHoSo",
    "NgayTiepNhan",
    "NgayHenTra",
    "TrangThaiHoSo",
    "NgayTra",
    "ThongTinTra",
    "HinhThuc",
    "NgayKetThucXuLy",
    "DonViXuLy",
    "GhiChu",
    "TaiLieuNop",
    "DanhSachLePhi",
    "DanhSachTepDinhKemKhac",
    "DanhSachHoSoBoSung",
    "DanhSachGiayToKetQua",
    "NoiNopHoSo",
    "HoSoCoThanhPhanSoHoa",
    "TaiKhoanDuocXacThucVoiVNeID",
    "DuocThanhToanTrucTuyen",
    "NgayTuChoi",
    "DinhDanhCHS",
    "NgayNopHoSo",
    "DSKetNoiCSDL",
]


@pytest.fixture
def dossier() -> Dossier:
    return folded(*decide_receive(command(), allotment(), rules()))


def test_the_record_has_exactly_the_names_of_the_exchange(dossier: Dossier) -> None:
    assert list(dossier_record(dossier, UNIT)) == NAMES


def test_instants_are_fourteen_digits_of_vietnam_or_nothing() -> None:
    assert stamp(NINE) == "20190718090000"
    assert stamp(None) == ""


def test_a_received_dossier(dossier: Dossier) -> None:
    record = dossier_record(dossier, UNIT)

    assert (record["TrangThaiHoSo"], record["KenhThucHien"], record["HinhThuc"]) == ("2", "1", "0")
    assert (record["ChuHoSo"], record["SoGiayToChuHoSo"]) == (OWNER.name, OWNER.id_number)
    assert record["DinhDanhCHS"] == {"LoaiDinhDanh": "1", "SoDinhDanh": OWNER.id_number}
    assert (record["NgayTra"], record["NgayKetThucXuLy"], record["NgayTuChoi"]) == ("", "", "")
    assert all(paper["IsDeleted"] == "False" for paper in record["TaiLieuNop"])


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_its_number(dossier: Dossier, status: Status) -> None:
    record = dossier_record(replace(dossier, status=status), UNIT)

    assert record["TrangThaiHoSo"] == str(NATIONAL_STATUS[status])


def test_channel_kind_and_identity_have_their_numbers(dossier: Dossier) -> None:
    old = replace(dossier, owner=Party("A", ApplicantKind.BUSINESS, "123456789"), channel=Channel.POST)
    record = dossier_record(replace(old, result_by=ResultBy.POST), UNIT)

    assert (record["KenhThucHien"], record["LoaiDoiTuong"], record["HinhThuc"]) == ("3", "2", "1")
    assert record["DinhDanhCHS"]["LoaiDinhDanh"] == "2"
    passport = dossier_record(replace(dossier, owner=Party("A", id_number="C1234567")), UNIT)
    assert passport["DinhDanhCHS"] == {"LoaiDinhDanh": "", "SoDinhDanh": "C1234567"}


def test_what_happened_later_is_there(dossier: Dossier) -> None:
    gap = MissingPaper("TP01", "Tờ khai")
    waits = (
        Wait("w1", WaitKind.SUPPLEMENT, ClockEffect.RESTART, NINE, "lan", "thiếu", missing=(gap,)),
        Wait("w2", WaitKind.SUPPLEMENT, ClockEffect.RESTART, NINE, "lan", "thiếu", ended_at=NINE, answer="đủ"),
        Wait("w3", WaitKind.OPINIONS, ClockEffect.NONE, NINE, "lan", "hỏi"),
    )
    files = (
        Attachment("a" * 64, "application/pdf", 1, 1, AttachmentRole.SIGNED, "Kết quả"),
        Attachment("b" * 64, "application/pdf", 1, 1, AttachmentRole.PAPER, "Tờ khai"),
    )
    done = replace(
        dossier,
        waits=waits,
        attachments=files,
        fees=(FeeLine("Lệ phí", 8_000), FeeLine("Miễn", 0)),
        payments=(Payment(8_000, FeeMethod.TRANSFER, NINE, "thu"),),
        returned=ReturnRecord(NINE, "lan", OWNER, Relation.OWNER, Proof.SIGNATURE, ""),
        solved_at=NINE,
    )

    record = dossier_record(done, UNIT)

    assert [each["TrangThaiBoSung"] for each in record["DanhSachHoSoBoSung"]] == ["0", "1"]
    assert record["DanhSachHoSoBoSung"][0]["DanhSachGiayToBoSung"] == [
        {"TenGiayTo": "Tờ khai", "MaThanhPhanHoSo": "TP01"}
    ]
    assert [each["TenGiayTo"] for each in record["DanhSachGiayToKetQua"]] == ["Kết quả"]
    assert [(fee["Gia"], fee["HinhThucThu"]) for fee in record["DanhSachLePhi"]] == [("8000", "2")]
    assert (record["DuocThanhToanTrucTuyen"], record["HoSoCoThanhPhanSoHoa"]) == ("1", "1")
    assert (record["NgayTra"], record["ThongTinTra"]) == ("20190718090000", OWNER.name)


def test_w11_both_promises_stand_under_the_names_of_the_exchange(dossier: Dossier) -> None:
    came = Wait("w1", WaitKind.SUPPLEMENT, ClockEffect.RESTART, NINE, "lan", "thiếu", ended_at=NINE, answer="đủ")
    later = dossier.promised_at + timedelta(days=4)
    put_off = replace(dossier, promised_at=later, waits=(came,))

    record = dossier_record(put_off, UNIT)

    (supplement,) = record["DanhSachHoSoBoSung"]
    assert record["NgayHenTra"] == stamp(later)
    assert supplement["NgayHenTraTruoc"] == stamp(dossier.first_promised_at)
    assert supplement["NgayHenTraMoi"] == stamp(later)


def test_a_refused_dossier_has_its_day(dossier: Dossier) -> None:
    refused = replace(dossier, status=Status.REFUSED, ending=Ending(NINE, "lan", "không thuộc thẩm quyền"))

    assert dossier_record(refused, UNIT)["NgayTuChoi"] == "20190718090000"


def test_a_step_of_progress(dossier: Dossier) -> None:
    step = progress_record(dossier, Handler("Nguyễn " * 20, "Công chức", "Tư pháp", NINE, "Trình ký", Status.SUBMITTED))

    assert len(step["NguoiXuLy"]) == 50
    assert (step["TrangThai"], step["ThoiDiemXuLy"], step["NoiDungXuLy"]) == ("4", "20190718090000", "Trình ký")


def test_records_are_compared_by_what_they_mean() -> None:
    ours = {"A": "1", "B": "x  y", "C": {"D": "1"}, "E": ["2"], "GhiChu": "ours", "F": ""}

    assert differing_fields(ours, {"A": 1, "B": "x y", "C": {"D": 1}, "E": [2], "GhiChu": "theirs", "F": None}) == ()
    assert differing_fields(ours, {"A": 2, "B": "z"}) == ("A", "B")


def test_steps_name_who_did_them_and_where_the_dossier_stood_then() -> None:
    facts = decide_receive(command(), allotment(), rules())
    acts = [(facts[0], "lan"), (FeeTaken(8_000, FeeMethod.CASH), "lan"), (Withdrawn("thôi", ()), "nobody")]
    history = [event(fact, seq=n, actor=actor) for n, (fact, actor) in enumerate(acts, 1)]
    dossier = folded(*(fact for fact, _ in acts))
    clerk = User("lan", "lan", "Nguyễn Thị Lan", (Role.RECEPTION,), UNIT.counter_section, "Công chức")

    steps = list(steps_of(history, dossier, Staff(UNIT, {"lan": clerk}, lambda kind: f"<{kind}>")))

    assert [event_id for event_id, _ in steps] == [history[n].envelope.event_id for n in (0, 2)]
    first, last = (record for _, record in steps)
    assert (first["NguoiXuLy"], first["ChucDanh"], first["NoiDungXuLy"]) == (
        clerk.name,
        "Công chức",
        "<dossier.received>",
    )
    assert first["PhongBanXuLy"] == UNIT.section_name(UNIT.counter_section)
    assert (last["NguoiXuLy"], last["PhongBanXuLy"]) == ("", UNIT.name)
    assert (first["TrangThai"], last["TrangThai"]) == ("2", "7")
