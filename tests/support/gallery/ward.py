"""The ward of the pictures: dossiers in every situation that a page or a dialog shows."""

from datetime import datetime, timedelta
from pathlib import Path

from desktop import wiring
from desktop.domain.dossiers import Custodian, CustodianKind, Party, Status
from desktop.domain.way import WaitKind
from desktop.domain.way_commands import Gap, MakeSlip, OpenWait, Reject, RequestSupplement, Submit
from desktop.services import accounts, deciding, handing, online, papers, receive, waiting
from desktop.services.ports import Desk
from desktop.services.records import JobState
from desktop.storage.reference.units import sample_provisioning
from tests.support.wards import BIRTH, command
from tests.support.way import SECTION, bring

MONDAY = datetime.fromisoformat("2026-11-23T08:00:00+07:00")
#: A copy from the civil register.
WITH_FEE = "2.000635"
NAMES = (
    "Nguyễn Thị Ngọc Ở",
    "Đỗ Quỳnh Ỷ",
    "H'Hen Niê Kđăm",
    "Ánh",
    "Trần Văn Đức",
    "Huỳnh Ngọc Phương Uyên",
    "Tôn Nữ Thị Ninh",
    "Nguyễn Hoàng Khánh Nguyên Thảo Vy",
)
#: What a dossier waits for, by the name of the situation.
WAITS = {
    "ý kiến": (WaitKind.OPINIONS, "Công an phường"),
    "xác minh": (WaitKind.VERIFICATION, "Tổ trưởng khu phố 3"),
    "tài chính": (WaitKind.OBLIGATION, ""),
    "dừng": (WaitKind.STOP, ""),
}


def fill(folder: Path) -> dict[str, str]:
    """Make the ward; return a code for each situation."""
    wiring.create_ward(folder, sample_provisioning(), is_training=True)
    with wiring.opened_ward(folder) as ward:
        desk = ward.desk
        ward.clock.set(MONDAY - timedelta(days=14))
        old = [_received(desk, n) for n in range(16)]
        bring(desk, *old[:6])
        bring(desk, *old[6:8], to=Status.APPROVED)
        ward.clock.set(MONDAY)
        new = [_received(desk, n) for n in range(16, 34)]
        bring(desk, *old[8:12], new[0], new[1], to=Status.SUBMITTED)
        bring(desk, *old[12:14], *new[2:9], to=Status.WITH_SECTION)
        found = {"kết quả": old[0], "đã duyệt": old[6], "trễ": old[8], "trình": new[0], "xử lý": old[12]}
        _print(desk, all_but=3)
        _file_online(desk)
        return found | {"quầy": new[12], "nợ phí": old[3]} | _waiting(desk, new[2:7]) | _others(desk, old, new)


def fill_nothing(folder: Path) -> None:
    """Make a ward that has not received anything yet."""
    wiring.create_ward(folder, sample_provisioning(), is_training=True)


def _file_online(desk: Desk) -> None:
    """Let some file online; the first one stands at the counter already."""
    lan = accounts.user_of(desk, "lan")
    for n, name in enumerate(NAMES[:4]):
        applicant = Party(name, id_number=f"0790900{16 + n:05d}", phone=f"09012345{n:02d}", address="12 Lê Lợi")
        online.practise(desk, lan, BIRTH, applicant, "Xin nhận tại quầy", f"TT-261123-{n:08d}")


def _print(desk: Desk, *, all_but: int) -> None:
    lan = accounts.user_of(desk, "lan")
    for job in desk.reader.jobs(JobState.WAITING)[all_but:]:
        papers.settle_job(desk, lan, job.job_id, JobState.PRINTED)


def _waiting(desk: Desk, codes: list[str]) -> dict[str, str]:
    hung = accounts.user_of(desk, "hung")
    first = desk.reader.find(codes[0])
    assert first is not None
    gap = Gap(first.components[0].code, "thiếu chữ ký")
    waiting.request_supplement(desk, hung, codes[0], RequestSupplement((gap,), "Hồ sơ chưa đủ thành phần"))
    for code, (kind, of) in zip(codes[1:], WAITS.values(), strict=True):
        waiting.open_wait(desk, hung, code, OpenWait(kind, "Chờ để giải quyết tiếp hồ sơ", of))
    return {"bổ sung": codes[0]} | dict(zip(WAITS, codes[1:], strict=True))


def _others(desk: Desk, old: list[str], new: list[str]) -> dict[str, str]:
    """Bring some where a leader has said no, and one slip on its way."""
    hung, lan = (accounts.user_of(desk, login) for login in ("hung", "lan"))
    deciding.submit(desk, hung, [new[7]], Submit())
    deciding.reject(desk, accounts.user_of(desk, "chutich"), [new[7]], Reject("Không đủ điều kiện đăng ký"))
    handing.make_slip(desk, lan, MakeSlip(SECTION, tuple(new[9:12])))
    handing.make_slip(desk, hung, MakeSlip(Custodian(CustodianKind.USER, lan.user_id), (new[8],)))
    return {"không duyệt": new[7], "đang bàn giao": new[9], "trên đường về": new[8], "cũ": old[14]}


def _received(desk: Desk, n: int) -> str:
    """Receive the n-th dossier; every third asks for a fee."""
    lan = accounts.user_of(desk, "lan")
    owner = Party(NAMES[n % len(NAMES)], id_number=f"0790900{n:05d}", phone=f"09012345{n:02d}", address="12 Lê Lợi")
    return receive.receive(desk, lan, command(desk, WITH_FEE if n % 3 == 0 else BIRTH, owner=owner)).dossier.code
