"""Write a dossier in the field names of the national exchange, and compare two such records.

Source: the adapters of provincial systems in use (law-and-forms §4): ``DongBoHoSoMC``, ``CapNhatTienDoHoSoMC``;
statuses 1-10, dates ``yyyyMMddHHmmss`` of Vietnam, "" for what is unknown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from desktop.domain.dossiers import (
    NATIONAL_STATUS,
    ApplicantKind,
    Channel,
    ComponentLine,
    Dossier,
    FeeMethod,
    ResultBy,
    Status,
)
from desktop.domain.events import EVENT_TYPES, Event
from desktop.domain.fold import apply
from desktop.domain.units import Unit
from desktop.domain.users import User
from desktop.domain.vietnamese import local
from desktop.domain.way import Attachment, AttachmentRole, Wait, WaitKind

#: A record as JSON.
Record = dict[str, Any]  # the exchange's own shape: texts, and lists of such records

CHANNELS: Final = {Channel.DIRECT: "1", Channel.ONLINE: "2", Channel.POST: "3"}
KINDS: Final = {
    ApplicantKind.CITIZEN: "1",
    ApplicantKind.BUSINESS: "2",
    ApplicantKind.AGENCY: "3",
    ApplicantKind.ORGANISATION: "4",
}
#: The steps the exchange is told of, by the words ``national.step.…`` of the messages; whatever else happens is none.
STEPS: Final = frozenset(
    {
        "dossier.received",
        "dossier.corrected",
        "handover.confirmed",
        "wait.opened",
        "wait.closed",
        "dossier.submitted",
        "dossier.approved",
        "dossier.sent_back",
        "dossier.rejected",
        "dossier.apologised",
        "dossier.result_ready",
        "dossier.returned",
        "dossier.refused",
        "dossier.withdrawn",
    }
)
_OLD_ID_DIGITS: Final = 9
_MOST_SUMMARY: Final = 1_000
_MOST_HANDLER: Final = 50
_RESULT_ROLES: Final = frozenset({AttachmentRole.SIGNED})
#: What the other side may write in its own way.
_NOT_COMPARED: Final = frozenset({"isUpdating", "TaiLieuNop", "DanhSachTepDinhKemKhac", "GhiChu", "ThongTinTra"})


@dataclass(frozen=True, slots=True)
class Handler:
    """Say who did what to a dossier, for a record of progress.

    Attributes:
        content: What was done, in words.
        status: Where the dossier stood after it.
    """

    name: str
    title: str
    section: str
    at: datetime
    content: str
    status: Status


def stamp(at: datetime | None) -> str:
    """Write an instant as the exchange does, "" for none."""
    return "" if at is None else local(at).strftime("%Y%m%d%H%M%S")


def dossier_record(dossier: Dossier, unit: Unit) -> Record:
    """Return a dossier as ``DongBoHoSoMC`` takes it."""
    owner, procedure = dossier.owner, dossier.procedure
    refused_at = dossier.ending.at if dossier.status is Status.REFUSED and dossier.ending else None
    return {
        "MaHoSo": dossier.code,
        "MaTTHC": procedure.code,
        "TenTTHC": procedure.name,
        "MaLinhVuc": procedure.field,
        "TenLinhVuc": procedure.field_name,
        "KenhThucHien": CHANNELS[dossier.channel],
        "SoGiayToChuHoSo": owner.id_number,
        "ChuHoSo": owner.name,
        "LoaiDoiTuong": KINDS[owner.kind],
        "MaDoiTuong": "",
        "ThongTinKhac": "",
        "Email": owner.email,
        "Fax": "",
        "SoDienThoai": owner.phone,
        "TrichYeuHoSo": f"{procedure.name} - {owner.name}"[:_MOST_SUMMARY],
        "NgayTiepNhan": stamp(dossier.received_at),
        "NgayHenTra": stamp(dossier.promised_at),
        "TrangThaiHoSo": str(NATIONAL_STATUS[dossier.status]),
        "NgayTra": stamp(dossier.returned.at if dossier.returned else None),
        "ThongTinTra": dossier.returned.recipient.name if dossier.returned else "",
        "HinhThuc": "1" if dossier.result_by is ResultBy.POST else "0",
        "NgayKetThucXuLy": stamp(dossier.solved_at),
        "DonViXuLy": unit.name,
        "GhiChu": dossier.note,
        "TaiLieuNop": [_paper(line) for line in dossier.components if line.total],
        "DanhSachLePhi": _fees(dossier),
        "DanhSachTepDinhKemKhac": [
            {"TenGiayTo": line.name, "SoLuong": str(line.total), "LoaiGiayTo": ""}
            for line in dossier.components
            if not line.code and line.total
        ],
        "DanhSachHoSoBoSung": [
            _supplement(wait, dossier) for wait in dossier.waits if wait.kind is WaitKind.SUPPLEMENT
        ],
        "DanhSachGiayToKetQua": [_result(file) for file in dossier.attachments if file.role in _RESULT_ROLES],
        "NoiNopHoSo": "1",
        "HoSoCoThanhPhanSoHoa": "1" if any(file.role is AttachmentRole.PAPER for file in dossier.attachments) else "0",
        "TaiKhoanDuocXacThucVoiVNeID": "0",
        "DuocThanhToanTrucTuyen": "1" if any(p.method is FeeMethod.TRANSFER for p in dossier.payments) else "0",
        "NgayTuChoi": stamp(refused_at),
        "DinhDanhCHS": _identity(owner.id_number),
        "NgayNopHoSo": stamp(dossier.received_at),
        "DSKetNoiCSDL": [],
    }


def progress_record(dossier: Dossier, handler: Handler) -> Record:
    """Return one step as ``CapNhatTienDoHoSoMC`` takes it."""
    return {
        "MaHoSo": dossier.code,
        "NguoiXuLy": handler.name[:_MOST_HANDLER],
        "ChucDanh": handler.title,
        "ThoiDiemXuLy": stamp(handler.at),
        "PhongBanXuLy": handler.section,
        "NoiDungXuLy": handler.content,
        "TrangThai": str(NATIONAL_STATUS[handler.status]),
        "NgayBatDau": stamp(dossier.received_at),
        "NgayKetThucTheoQuyDinh": stamp(dossier.due_at),
    }


@dataclass(frozen=True, slots=True)
class Staff:
    """Hold who works in a unit, to name who did a step.

    Attributes:
        people: By user id.
        words: The sentence of a step by its kind, a member of :data:`STEPS`.
    """

    unit: Unit
    people: Mapping[str, User]
    words: Callable[[str], str]


def steps_of(history: Iterable[Event], dossier: Dossier, staff: Staff) -> Iterator[tuple[str, Record]]:
    """Yield what happened to a dossier that the exchange calls a step: the event's id, and its record.

    Args:
        history: All its events, in the order they fold.
        dossier: What they make of it.
        staff: Who works there.
    """
    state: Dossier | None = None
    for event in history:
        state = apply(state, event)
        kind = EVENT_TYPES[type(event.fact)][0]
        if kind in STEPS:
            handler = _handler(event, staff, kind, state.status)
            # As of the step, so that telling it again says the same to the letter; only the code is the last one.
            yield event.envelope.event_id, progress_record(replace(state, code=dossier.code), handler)


def differing_fields(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields in which the other side has something else; what it does not know does not differ."""
    return tuple(
        sorted(
            name
            for name, value in ours.items()
            if name in theirs and name not in _NOT_COMPARED and _plain(theirs[name]) != _plain(value)
        )
    )


def _handler(event: Event, staff: Staff, kind: str, status: Status) -> Handler:
    user = staff.people.get(event.envelope.actor)
    return Handler(
        name=user.name if user else "",
        title=user.title if user else "",
        section=staff.unit.section_name(user.section) if user and user.section else staff.unit.name,
        at=event.envelope.acted_at,
        content=staff.words(kind),
        status=status,
    )


def _plain(value: object) -> object:
    """Return a value without differences of writing: numbers as text, blanks, None for ""."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return " ".join(str(value).split())


def _paper(line: ComponentLine) -> Record:
    return {
        "TepDinhKemId": "",
        "TenTepDinhKem": line.name,
        "IsDeleted": "False",
        "MaThanhPhanHoSo": line.code,
        "DuongDanTaiTepTin": "",
        "DuocSoHoa": "0",
        "DuocTaiSuDung": "0",
        "DuocLayTuKhoDMQG": "0",
        "MaKetQuaThayThe": "",
    }


def _fees(dossier: Dossier) -> list[Record]:
    mode = "2" if any(payment.method is FeeMethod.TRANSFER for payment in dossier.payments) else "1"
    return [
        {
            "TenPhiLePhi": line.name,
            "MaPhiLePhi": "",
            "HinhThucThu": mode,
            "Gia": str(line.amount_vnd),
            "LoaiPhiLePhi": "2",
        }
        for line in dossier.fees
        if line.amount_vnd
    ]


def _supplement(wait: Wait, dossier: Dossier) -> Record:
    return {
        "HoSoBoSungId": wait.wait_id,
        "NguoiYeuCauBoSung": wait.by,
        "NoiDungBoSung": wait.reason,
        "NgayBoSung": stamp(wait.began_at),
        "NguoiTiepNhanBoSung": "",
        "ThongTinTiepNhan": wait.answer,
        "NgayTiepNhanBoSung": stamp(wait.ended_at),
        "TrangThaiBoSung": "0" if wait.is_open else "1",
        "DanhSachGiayToBoSung": [{"TenGiayTo": gap.name, "MaThanhPhanHoSo": gap.code} for gap in wait.missing],
        "DanhSachLePhiBoSung": [],
        "NgayHenTraTruoc": stamp(dossier.first_promised_at),
        "NgayHenTraMoi": "" if wait.is_open else stamp(dossier.promised_at),
    }


def _result(file: Attachment) -> Record:
    return {
        "TenGiayTo": file.title,
        "MaThanhPhanHoSo": "",
        "GiayToId": file.sha256,
        "DuongDanTepTinKetQua": "",
        "MaGiayToKetQua": "",
    }


def _identity(id_number: str) -> Record:
    if not id_number.isdigit():
        return {"LoaiDinhDanh": "", "SoDinhDanh": id_number}
    return {"LoaiDinhDanh": "2" if len(id_number) == _OLD_ID_DIGITS else "1", "SoDinhDanh": id_number}
