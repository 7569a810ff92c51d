"""The demo's second part: a second PC and a city on loopback, a pulled cable, and what becomes of work meanwhile."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli.demo_cable import Cable
from desktop.cli.do import Runner
from desktop.cli.syncing import failure_sentence, rounds
from desktop.domain.errors import EnvironmentProblem
from desktop.services.wording import Wording
from desktop.sync.rounds import RoundReport
from desktop.wiring import open_ward
from desktop.wiring.city import join_ward
from desktop.wiring.enrolling import create_joined_ward, settle

if TYPE_CHECKING:
    from desktop.cli.demo_steps import Steps

_OFFLINE = ("Lê Văn Mất Mạng", "Phạm Thị Vẫn Làm")
_BIRTH = "1.001193"
_COMPONENTS = [{"code": f"TP0{n}", "originals": 1} for n in (1, 2, 3)]


@dataclass(frozen=True, slots=True)
class DemoPc:
    """One of the two PCs."""

    name: str
    folder: Path
    out: Path

    def do(self, command: str, login: str, at: datetime, **with_: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Run one command as ``motcua do`` does, and return its answer."""
        line = {"id": 1, "do": command, "as": login, "at": at.isoformat(), "with": with_}
        with closing(open_ward(self.folder)) as ward:
            runner = Runner(ward, Wording(), self.out, None)
            answer, _ = runner.answer(json.dumps(line, ensure_ascii=False))
            runner.finish()
        return answer

    def receive(self, name: str, at: datetime) -> str:
        """Receive a dossier and return its code."""
        applicant = {"name": name, "kind": "citizen"}
        answer = self.do(
            "dossier.receive",
            "lan",
            at,
            procedure=_BIRTH,
            channel="direct",
            applicant=applicant,
            components=_COMPONENTS,
        )
        return str(answer["result"]["code"])

    def submit(self, code: str, at: datetime) -> None:
        """Hand a dossier over to its section and put it before the leaders."""
        slip = self.do("handover.create", "lan", at, to="hung", codes=[code])["result"]["slip"]
        self.do("handover.confirm", "hung", at, slip=slip, codes=[code])
        self.do("dossier.submit", "hung", at, code=code)

    def sync(self) -> RoundReport:
        """Exchange with the city."""
        with closing(open_ward(self.folder)) as ward:
            return rounds(ward)

    def count(self, at: datetime, text: str) -> int:
        """Return how many dossiers a search finds."""
        return len(self.do("dossier.search", "lan", at, q=text)["result"]["items"])


def meet(first: Path, out: Path, at: datetime, steps: "Steps") -> tuple[bool, tuple[Path, Path]]:
    """Join two PCs to a city, pull the cable, work, and meet again.

    Args:
        first: Data folder of the demo's ward.
        out: Folder of the demo.
        at: What the training clock says.
        steps: Numbers the lines.

    Returns:
        Whether both PCs have the work of both, and their data folders.
    """
    papers = out / "giay-to-mat-mang"
    pcs = (DemoPc("Quầy 1", first, papers), DemoPc("Quầy 2", out / "demo-ward-2", papers))
    database = out / "thanh-pho.db"
    with _city(database, out / "thanh-pho.log") as address, Cable(address) as cable:
        steps.tell(f"Chạy hệ thống thành phố trên máy này: {address}")
        _join(pcs, cable.address, database, at, steps)
        shared = pcs[0].receive("Hồ Thị Hai Quầy", at)
        pcs[0].submit(shared, at + timedelta(minutes=5))
        for pc in pcs:
            pc.sync()
        steps.tell(f"Quầy 1 nhận và trình {shared}; quầy 2 thấy ngay sau lần đồng bộ")
        cable.is_plugged = False
        codes = _work_apart(pcs, shared, at + timedelta(minutes=10), steps)
        cable.is_plugged = True
        is_agreed = _agree(pcs, codes, at + timedelta(minutes=40), steps)
    return is_agreed, (pcs[0].folder, pcs[1].folder)


def _join(pcs: tuple[DemoPc, DemoPc], address: str, database: Path, at: datetime, steps: "Steps") -> None:
    first, second = pcs
    unit_id = _admin(database, "create-unit", "--sample", "--training")
    with closing(open_ward(first.folder)) as ward:
        answer = join_ward(ward, address, _admin(database, "enrol-code", unit_id))
    sent = first.sync()
    steps.tell(f"Quầy 1 nối với thành phố, là quầy số {answer.counter}: gửi {sent.sent} mục, được nhận {sent.accepted}")
    joining = create_joined_ward(second.folder, address, _admin(database, "enrol-code", unit_id))
    pulled = second.sync()
    with closing(open_ward(second.folder)) as ward:
        settle(ward)
    seen = second.count(at, "000")
    counter = joining.answer.counter
    steps.tell(f"Quầy 2 từ thư mục trống, là quầy số {counter}: tải {pulled.pulled} mục, thấy {seen} hồ sơ")


def _work_apart(pcs: tuple[DemoPc, DemoPc], shared: str, at: datetime, steps: "Steps") -> list[str]:
    failures = {pc.sync().error for pc in pcs}
    steps.tell(f"Rút dây mạng giữa chừng: {failure_sentence(failures.pop())}")
    codes = [pc.receive(name, at) for pc, name in zip(pcs, _OFFLINE, strict=True)]
    told = "hai mã không trùng" if codes[0] != codes[1] else "HAI MÃ TRÙNG NHAU"
    steps.tell(f"Mất mạng, hai quầy vẫn tiếp nhận và in giấy hẹn, {told}: {codes[0]} và {codes[1]}")
    for pc in pcs:
        pc.do("dossier.approve", "chutich", at, code=shared)
    steps.tell(f"Chủ tịch ký {shared} ở cả hai quầy khi hai máy không thấy nhau: hai việc mâu thuẫn")
    return codes


def _agree(pcs: tuple[DemoPc, DemoPc], codes: list[str], at: datetime, steps: "Steps") -> bool:
    reports = [pc.sync() for pc in (*pcs, pcs[0])]
    refused = sum(report.rejected for report in reports)
    sent = sum(report.sent for report in reports)
    steps.tell(
        f"Cắm lại dây: gửi {sent} mục; {refused} việc mâu thuẫn nằm trong danh sách cần xử lý, không mất việc của ai"
    )
    seen = [sum(pc.count(at, code) for code in codes) for pc in pcs]
    steps.tell(f"Hai quầy gặp nhau: quầy 1 thấy {seen[0]}, quầy 2 thấy {seen[1]} trong {len(codes)} hồ sơ lúc mất mạng")
    return seen == [len(codes)] * len(pcs) and len(set(codes)) == len(codes) and refused == 1


def _admin(database: Path, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own program
        [*_command(database), "admin", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise EnvironmentProblem("city_did_not_start")
    return done.stdout.strip()


@contextmanager
def _city(database: Path, log: Path) -> Iterator[str]:
    """Run the city as a process for a block and give its address."""
    database.unlink(missing_ok=True)
    with log.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*_command(database), "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        address = process.stdout.readline().strip() if process.stdout else ""
        if not address:
            raise EnvironmentProblem("city_did_not_start")
        yield address
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _command(database: Path) -> list[str]:
    return [sys.executable, "-m", "desktop.cityserver", "--db", f"sqlite:///{database}"]
