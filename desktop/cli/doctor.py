"""The first self-checks: each with a stable code, a state and a remedy in Vietnamese."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from sqlcipher3 import dbapi2

from desktop import __version__
from desktop.cli.exits import Exit
from desktop.devices.system_clock import SystemClock
from desktop.domain.errors import AppError
from desktop.domain.vietnamese import local, screen_datetime
from desktop.services.wording import Wording
from desktop.storage.backup import last_backup_at
from desktop.storage.database import DATABASE_NAME
from desktop.storage.engine import OLDEST_SQLITE
from desktop.storage.keys import KeyMode, choose_mode
from desktop.storage.location import check_location
from desktop.wiring import keyring_store, load_reference

LEAST_FREE_MB = 1_024
EARLIEST_YEAR = 2_026
#: A nightly backup is a day old at most.
OLDEST_BACKUP_DAYS = 1
#: How far the PC's clock may be from the city's.
MOST_CLOCK_S = 120
WORST_CLOCK_S = 600


class State(StrEnum):
    """Say how a check came out."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Check:
    """State one check's outcome.

    Attributes:
        code: Stable English identifier.
        state: How it came out.
        finding: What was seen, in Vietnamese.
        remedy: What to do; "" when nothing.
    """

    code: str
    state: State
    finding: str
    remedy: str = ""

    def as_plain(self) -> dict[str, str]:
        """Return it as JSON-able data."""
        return {"code": self.code, "state": self.state.value, "finding": self.finding, "remedy": self.remedy}

    def as_line(self) -> str:
        """Return it as a line for a person."""
        mark = {State.OK: "[ổn]   ", State.WARNING: "[lưu ý]", State.FAULT: "[lỗi]  "}[self.state]
        return f"{mark} {self.code}: {self.finding}" + (f" → {self.remedy}" if self.remedy else "")


def examine(folder: Path) -> tuple[Check, ...]:
    """Run every check on a data folder; a check never raises."""
    return tuple(check(folder) for check in _CHECKS)


def worst(checks: tuple[Check, ...]) -> Exit:
    """Return the exit code: refused when anything is at fault."""
    return Exit.REFUSED if any(check.state is State.FAULT for check in checks) else Exit.DONE


def _version(folder: Path) -> Check:
    del folder
    return Check("version", State.OK, f"Một Cửa {__version__}")


def _disk(folder: Path) -> Check:
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free_mb = shutil.disk_usage(place).free // 2**20
    if free_mb < LEAST_FREE_MB:
        return Check("disk", State.FAULT, f"ổ đĩa chỉ còn {free_mb} MB", "xóa bớt tệp hoặc chuyển dữ liệu")
    return Check("disk", State.OK, f"ổ đĩa còn {free_mb} MB")


def _location(folder: Path) -> Check:
    try:
        if folder.exists():
            check_location(folder)
    except AppError as error:
        return Check("location", State.FAULT, Wording().error(error), "chuyển dữ liệu về ổ đĩa của máy")
    return Check("location", State.OK, f"dữ liệu ở {folder}")


def _clock(folder: Path) -> Check:
    del folder
    now = SystemClock().now()
    if local(now).year < EARLIEST_YEAR:
        return Check("clock", State.FAULT, f"đồng hồ chỉ {screen_datetime(now)}", "chỉnh lại ngày giờ của máy")
    return Check("clock", State.OK, f"giờ Việt Nam {screen_datetime(now)}")


def _sqlite(folder: Path) -> Check:
    del folder
    version = tuple(int(part) for part in dbapi2.sqlite_version.split("."))
    if version < OLDEST_SQLITE:
        return Check("sqlite", State.FAULT, f"SQLite {dbapi2.sqlite_version}", "cài lại chương trình")
    return Check("sqlite", State.OK, f"SQLite {dbapi2.sqlite_version} có mã hóa")


def _keyring(folder: Path) -> Check:
    del folder
    choice = choose_mode(keyring_store())
    if choice.mode is KeyMode.KEYRING:
        return Check("keyring", State.OK, "kho khóa của hệ điều hành dùng được")
    return Check(
        "keyring",
        State.WARNING,
        "không có kho khóa tin cậy",
        "máy văn phòng nên bật kho khóa; nếu không, dữ liệu mở bằng mật khẩu",
    )


def _database(folder: Path) -> Check:
    path = folder / DATABASE_NAME
    if not path.exists():
        return Check("database", State.FAULT, "chưa có dữ liệu", "chạy motcua init")
    if not os.access(path, os.R_OK | os.W_OK):
        return Check("database", State.FAULT, "không có quyền đọc, ghi dữ liệu", "xin quyền trên thư mục dữ liệu")
    return Check("database", State.OK, f"tệp dữ liệu {path.stat().st_size // 2**20} MB")


def _backup(folder: Path) -> Check:
    made = last_backup_at(folder)
    if made is None:
        return Check("backup", State.WARNING, "chưa sao lưu lần nào", "chạy motcua backup FILE")
    days = (SystemClock().now() - made).days
    is_fresh = days <= OLDEST_BACKUP_DAYS
    finding = f"bản sao lưu gần nhất cách đây {days} ngày"
    return Check("backup", State.OK if is_fresh else State.WARNING, finding, "" if is_fresh else "sao lưu lại")


def _city(folder: Path) -> Check:
    """Look whether the city can be reached, whose certificate it shows, and what its clock says."""
    from desktop.wiring.city import joined_city, reach  # noqa: PLC0415 - heavy

    if not (folder / DATABASE_NAME).exists():
        return Check("city", State.OK, "chưa có dữ liệu nên chưa nối với thành phố")
    try:
        city = joined_city(folder, keyring_store())
    except AppError as error:
        return Check("city", State.WARNING, Wording().error(error), "mở chương trình rồi xem trạng thái đồng bộ")
    if city is None:
        return Check("city", State.OK, "máy làm việc một mình, chưa nối với thành phố")
    reached = reach(city)
    if reached.problem is not None:
        is_fault = reached.problem.code.startswith("link_tls")
        finding = f"{city.address}: {Wording().error(reached.problem)}"
        return Check("city", State.FAULT if is_fault else State.WARNING, finding, "làm theo câu trên rồi kiểm tra lại")
    ahead_s = reached.ahead_s
    finding = f"thành phố {city.address} trả lời, chứng thư đúng, giờ lệch {abs(ahead_s):.0f} giây"
    if abs(ahead_s) <= MOST_CLOCK_S:
        return Check("city", State.OK, finding)
    state = State.FAULT if abs(ahead_s) > WORST_CLOCK_S else State.WARNING
    return Check("city", state, finding, "chỉnh lại ngày giờ của máy")


def _reference(folder: Path) -> Check:
    del folder
    reference = load_reference()
    on = local(SystemClock().now()).date()
    published = len(reference.catalogue.on(on).procedures)
    return Check("catalogue", State.OK, f"{published} thủ tục đang có hiệu lực, {len(reference.packs)} bộ quy định")


def _window(folder: Path) -> Check:
    del folder
    if find_spec("PySide6") is None:
        return Check("window", State.WARNING, "không có thư viện cửa sổ", "cài lại chương trình để dùng cửa sổ")
    return Check("window", State.OK, "có thư viện cửa sổ")


_CHECKS: tuple[Callable[[Path], Check], ...] = (
    _version,
    _disk,
    _location,
    _clock,
    _sqlite,
    _keyring,
    _database,
    _backup,
    _city,
    _reference,
    _window,
)
