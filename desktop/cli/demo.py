"""``motcua demo``: a day at the counter without a display, driven by keys and scans like a clerk's.

The window is the real one, off-screen; the database is a real training ward; only the clerk is software. It leaves
the receipts as PDF and a picture of every page, and says one line per step. Then a second PC and a city come: the cable
is pulled, both go on receiving, and they meet again (:mod:`desktop.cli.demo_city`).
"""

import logging
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.demo_people import PEOPLE, Visit
from desktop.cli.demo_steps import Say, Steps
from desktop.cli.exits import Exit
from desktop.domain.errors import EnvironmentProblem
from desktop.domain.vietnamese import VIETNAM, screen_datetime

if TYPE_CHECKING:
    from desktop.cli.demo_window import DemoWindow

logger = logging.getLogger(__name__)

#: The day the demo plays: an ordinary Monday.
MORNING = datetime(2026, 11, 23, 7, 35, tzinfo=VIETNAM)
_SIZE_PX = (1366, 768)
#: Spent only where something is wrong: a slow machine is not.
_PATIENCE_MS = 300_000


def run_demo(out: Path, say: Say) -> int:
    """Play the day.

    Args:
        out: Folder for pictures, receipts and the sample ward; what an earlier demo left there is replaced.
        say: Takes one line per step.

    Returns:
        Exit code: 0; 4 when the verification at the end finds anything; 1 when the two PCs do not agree.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    steps = Steps(say)
    ward = out / "demo-ward"
    for folder in (ward, out / "demo-ward-2"):
        shutil.rmtree(folder, ignore_errors=True)
    (out / "man-hinh").mkdir(parents=True, exist_ok=True)
    _create(ward, steps)
    from desktop.cli.demo_window import DemoWindow, hush  # noqa: PLC0415 - Qt only for the demo

    hush()
    stage = DemoWindow(ward, out, _SIZE_PX, _PATIENCE_MS)
    try:
        _play(stage, steps, out)
    finally:
        stage.close()
    from desktop.cli.demo_city import meet  # noqa: PLC0415 - heavy

    is_agreed, wards = meet(ward, out, MORNING + timedelta(hours=4), steps)
    ended = max(_verify(each, n, steps) for n, each in enumerate(wards, 1))
    return ended or int(Exit.DONE if is_agreed else Exit.REFUSED)


def _create(ward: Path, steps: Steps) -> None:
    from desktop.storage.reference.units import sample_provisioning  # noqa: PLC0415 - heavy
    from desktop.wiring import create_ward  # noqa: PLC0415 - heavy

    created = create_ward(ward, sample_provisioning(), is_training=True)
    steps.tell(f"Tạo phường mẫu để tập, dữ liệu mã hóa tại {created.folder}")


def _play(stage: "DemoWindow", steps: Steps, out: Path) -> None:
    at = MORNING
    stage.set_clock(at)
    stage.picture("01-dang-nhap")
    steps.tell(f"Mở cửa sổ lúc {screen_datetime(at)}; lan (tiếp nhận) đăng nhập")
    stage.log_in("lan", at)
    stage.picture("02-tiep-nhan-trong")
    codes: list[str] = []
    for visit in PEOPLE:
        at += timedelta(minutes=7)
        codes.append(_receive(stage, visit, at, steps))
    papers = stage.print_other_papers(codes[0], out / "giay-hen-cac-kho")
    steps.tell(f"In giấy hẹn của {codes[0]} trên {papers} khổ giấy (A5, A4, A4x2, 80 mm), ghi rõ IN LẠI LẦN n")
    _look_up(stage, codes, steps)
    _whole_way(stage, codes[:3], at, steps, out)
    _looks(stage, steps)


def _receive(stage: "DemoWindow", visit: Visit, at: datetime, steps: Steps) -> str:
    stage.set_clock(at)
    keys = stage.receive(visit, f"03-tiep-nhan-{visit.picture}" if visit.picture else "")
    code, promise = stage.newest()
    steps.tell(f"{visit.story}: mã {code}, hẹn {promise}, {keys} lần gõ phím")
    return code


def _look_up(stage: "DemoWindow", codes: list[str], steps: Steps) -> None:
    found = stage.search("hhen nie")
    steps.tell(f"F4: tìm “hhen nie” không dấu ra {found} hồ sơ")
    stage.picture("04-ho-so-tim")
    stage.scan(codes[0])
    stage.picture("05-ho-so-chi-tiet")
    steps.tell(f"Quét giấy hẹn {codes[0]}: mở đúng hồ sơ với dòng thời gian")
    stage.press("F12")
    stage.picture("06-khoa-may")
    steps.tell("F12 khóa máy: che hết nội dung")
    stage.unlock()


def _whole_way(stage: "DemoWindow", codes: list[str], at: datetime, steps: Steps, out: Path) -> None:
    """Play what happens between counter and citizen: hand over, work, approve, give back."""
    keys = stage.hand_over(codes, "07-ban-giao-giao")
    steps.tell(f"F5: quét {len(codes)} hồ sơ thành giấy bàn giao hai liên với {keys} lần gõ phím")
    stage.change_user("hung", at + timedelta(minutes=30))
    name = stage.confirm_slip(codes, "08-ban-giao-nhan")
    steps.tell(f"hung (chuyên môn) quét mã {name} và từng hồ sơ để xác nhận: từ đây hung giữ giấy tờ")
    for place, code in enumerate(codes):
        stage.work_on(code, "submitted", "" if place else "09-xu-ly")
    steps.tell(f"F6: trình {len(codes)} hồ sơ")
    stage.change_user("chutich", at + timedelta(minutes=45))
    keys = stage.approve(codes, "10-ky-duyet")
    steps.tell(f"F7: chutich xem từng hồ sơ rồi ký duyệt một lượt với {keys} lần gõ phím")
    stage.press("F9")
    stage.picture("11-theo-doi-han")
    steps.tell("F9: bảng theo dõi hạn, tên trước, con số sau")
    stage.change_user("hung", at + timedelta(minutes=60))
    for place, code in enumerate(codes):
        stage.work_on(code, "result_ready", "" if place else "12-xu-ly-co-ket-qua")
    steps.tell(f"hung đưa {len(codes)} kết quả về quầy")
    stage.change_user("lan", at + timedelta(minutes=75))
    keys = stage.return_result(codes[0], PEOPLE[0], "13-tra-ket-qua")
    steps.tell(f"F8: quét giấy hẹn, quét thẻ, trả kết quả {codes[0]} với {keys} lần gõ phím")
    stage.press("F4")
    stage.scan(codes[0])
    stage.picture("14-ho-so-tron-duong-di")
    papers = stage.write_papers(out / "giay-to-khac")
    steps.tell(f"Dòng thời gian cho thấy trọn đường đi của hồ sơ; {papers} giấy tờ khác nằm trong giay-to-khac")
    stage.change_user("quantri", at + timedelta(minutes=90))
    stage.picture("15-quan-tri")
    steps.tell("quantri (IT) chỉ thấy trang Quản trị, không thấy nội dung hồ sơ")
    stage.change_user("lan", at + timedelta(minutes=95))


def _looks(stage: "DemoWindow", steps: Steps) -> None:
    for name, text in stage.show_looks():
        steps.tell(f"{text}: {name}.png")


def _verify(ward: Path, n: int, steps: Steps) -> int:
    from desktop.cli.maintenance import verify  # noqa: PLC0415 - heavy

    def nobody(login: str) -> tuple[str, str]:
        raise EnvironmentProblem("key_missing", mode=login)

    report = verify(ward, nobody, signatures=True)
    counted = report.report
    if not report.is_clean:
        steps.tell(f"Kiểm tra toàn vẹn quầy {n}: có {len(counted.findings)} sai lệch")
        return int(Exit.DAMAGED)
    steps.tell(f"Kiểm tra toàn vẹn quầy {n}: {counted.events} mục nhật ký, {counted.dossiers} hồ sơ, mọi chữ ký đúng")
    return int(Exit.DONE)
