"""The self-check of a PC: each check with a stable code, a state, what was seen and what to do.

Checks are functions of :class:`~desktop.wiring.probes.Probes`, what lies outside the program. The window and ``motcua
doctor`` call the same ones. A check never raises.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from typing import Final, TypeVar

from desktop import __version__
from desktop.domain.errors import AppError, EnvironmentProblem
from desktop.domain.vietnamese import local, screen_datetime
from desktop.storage.database import DATABASE_NAME
from desktop.storage.engine import OLDEST_SQLITE
from desktop.storage.keys import KeyMode, choose_mode
from desktop.storage.location import check_location
from desktop.wiring.probes import Probes

T = TypeVar("T")

LEAST_FREE_MB: Final = 1_024
EARLIEST_YEAR: Final = 2_026
#: A nightly backup is a day old at most.
OLDEST_BACKUP_DAYS: Final = 1
#: How far the PC's clock may be from the city's.
MOST_CLOCK_S: Final = 120
WORST_CLOCK_S: Final = 600
_MB: Final = 2**20


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


def examine(probes: Probes) -> tuple[Check, ...]:
    """Run every check, in the order people look for causes."""
    return tuple(check(probes) for check in _CHECKS)


def within(limit_s: float, work: Callable[[], T]) -> T:
    """Return what a call that cannot be interrupted gives, unless it takes too long.

    Args:
        limit_s: Longest time to wait.
        work: The call; past its time it is left alone, and its result is dropped.

    Raises:
        TimeoutError: It took longer.

    Threads: any but the UI thread. The call runs on a thread of its own, which ends with the process at the latest.
    """
    given: list[T] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            given.append(work())
        except Exception as error:  # noqa: BLE001 - handed to the caller
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True, name="self-check")
    thread.start()
    thread.join(limit_s)
    if failed:
        raise failed[0]
    if not given:
        raise TimeoutError
    return given[0]


def _version(probes: Probes) -> Check:
    if probes.installed not in ("", __version__):
        finding = f"chương trình {__version__} nằm trong bản cài {probes.installed}"
        return Check("version", State.FAULT, finding, "cài lại chương trình, bản cập nhật chưa xong")
    return Check("version", State.OK, f"Một Cửa {__version__}")


def _disk(probes: Probes) -> Check:
    place = next(parent for parent in (probes.folder, *probes.folder.parents) if parent.exists())
    free_mb = probes.free_bytes(place) // _MB
    if free_mb < LEAST_FREE_MB:
        return Check("disk", State.FAULT, f"ổ đĩa chỉ còn {free_mb} MB", "xóa bớt tệp hoặc chuyển dữ liệu")
    return Check("disk", State.OK, f"ổ đĩa còn {free_mb} MB")


def _location(probes: Probes) -> Check:
    try:
        if probes.folder.exists():
            check_location(probes.folder)
    except AppError as error:
        return Check("location", State.FAULT, probes.wording.error(error), "chuyển dữ liệu về ổ đĩa của máy")
    return Check("location", State.OK, f"dữ liệu ở {probes.folder}")


def _clock(probes: Probes) -> Check:
    now = probes.now()
    if local(now).year < EARLIEST_YEAR:
        return Check("clock", State.FAULT, f"đồng hồ chỉ {screen_datetime(now)}", "chỉnh lại ngày giờ của máy")
    return Check("clock", State.OK, f"giờ Việt Nam {screen_datetime(now)}")


def _sqlite(probes: Probes) -> Check:
    if tuple(int(part) for part in probes.sqlite.split(".")) < OLDEST_SQLITE:
        return Check("sqlite", State.FAULT, f"SQLite {probes.sqlite}", "cài lại chương trình")
    return Check("sqlite", State.OK, f"SQLite {probes.sqlite} có mã hóa")


def _keyring(probes: Probes) -> Check:
    if choose_mode(probes.store()).mode is KeyMode.KEYRING:
        return Check("keyring", State.OK, "kho khóa của hệ điều hành dùng được")
    remedy = "máy văn phòng nên bật kho khóa; nếu không, dữ liệu mở bằng mật khẩu"
    return Check("keyring", State.WARNING, "không có kho khóa tin cậy", remedy)


def _database(probes: Probes) -> Check:
    path = probes.folder / DATABASE_NAME
    if not path.exists():
        return Check("database", State.FAULT, "chưa có dữ liệu", "mở chương trình để thiết lập, hoặc chạy motcua init")
    if not (path.is_file() and os.access(path, os.R_OK | os.W_OK)):
        return Check("database", State.FAULT, "không có quyền đọc, ghi dữ liệu", "xin quyền trên thư mục dữ liệu")
    return Check("database", State.OK, f"tệp dữ liệu {path.stat().st_size // _MB} MB")


def _backup(probes: Probes) -> Check:
    made = probes.last_backup(probes.folder)
    if made is None:
        remedy = "mở Quản trị, bấm Sao lưu ngay, hoặc chạy motcua backup FILE"
        return Check("backup", State.WARNING, "chưa sao lưu lần nào", remedy)
    days = (probes.now() - made).days
    finding = f"bản sao lưu gần nhất cách đây {days} ngày"
    if days > OLDEST_BACKUP_DAYS:
        return Check("backup", State.WARNING, finding, "sao lưu lại, rồi xem vì sao bản hằng đêm không chạy")
    return Check("backup", State.OK, finding)


def _city(probes: Probes) -> Check:
    """Look whether the city answers."""
    reaching = probes.city()
    if reaching.problem is not None:
        finding = probes.wording.error(reaching.problem)
        return Check("city", State.WARNING, finding, "mở chương trình rồi xem trạng thái đồng bộ")
    if reaching.answer is None:
        return Check("city", State.OK, "máy làm việc một mình, chưa nối với thành phố")
    problem = reaching.answer.problem
    if problem is not None and not _is_certificate(problem):
        finding = f"{reaching.address}: {probes.wording.error(problem)}"
        return Check("city", State.WARNING, finding, "xem dây mạng và địa chỉ; việc ở quầy vẫn làm được")
    return Check("city", State.OK, f"thành phố {reaching.address} trả lời")


def _certificate(probes: Probes) -> Check:
    """Look whether the city shows a certificate this PC trusts."""
    answer = probes.city().answer
    if answer is None or (answer.problem is not None and not _is_certificate(answer.problem)):
        return Check("certificate", State.OK, "chưa có chứng thư nào để xem")
    if answer.problem is not None:
        remedy = "báo người quản trị thành phố; đừng tắt kiểm tra chứng thư"
        return Check("certificate", State.FAULT, probes.wording.error(answer.problem), remedy)
    return Check("certificate", State.OK, "chứng thư của thành phố đúng")


def _city_clock(probes: Probes) -> Check:
    """Look how far this PC's clock is from the city's."""
    answer = probes.city().answer
    if answer is None or answer.problem is not None:
        return Check("city_clock", State.OK, "chưa có giờ của thành phố để so")
    ahead_s = abs(answer.ahead_s)
    finding = f"giờ lệch thành phố {ahead_s:.0f} giây"
    if ahead_s <= MOST_CLOCK_S:
        return Check("city_clock", State.OK, finding)
    state = State.FAULT if ahead_s > WORST_CLOCK_S else State.WARNING
    return Check("city_clock", state, finding, "chỉnh lại ngày giờ của máy")


def _is_certificate(problem: AppError) -> bool:
    return problem.code.startswith("link_tls")


def _catalogue(probes: Probes) -> Check:
    in_force = probes.procedures(local(probes.now()).date())
    if not in_force:
        remedy = "chỉnh ngày giờ của máy; nếu đúng ngày thì cài bản chương trình mới"
        return Check("catalogue", State.FAULT, "không thủ tục nào có hiệu lực hôm nay", remedy)
    finding = f"{in_force} thủ tục đang có hiệu lực"
    published = probes.published()
    for each in published:
        if each.problem:
            finding += f"; tài liệu {each.name} của thành phố không dùng được ở {each.problem}"
            return Check("catalogue", State.WARNING, finding, "báo quản trị thành phố công bố lại")
    if published:
        finding += f", theo {len(published)} tài liệu của thành phố"
    return Check("catalogue", State.OK, finding)


def _window(probes: Probes) -> Check:
    if probes.printers is None:
        return Check("window", State.WARNING, "không có thư viện cửa sổ", "cài lại chương trình để dùng cửa sổ")
    return Check("window", State.OK, "có thư viện cửa sổ")


def _printers(probes: Probes) -> Check:
    if probes.printers is None:
        return Check("printers", State.WARNING, "không hỏi được máy in", "cài lại chương trình để dùng cửa sổ")
    try:
        names = within(probes.printers_s, probes.printers)
    except TimeoutError:
        finding = f"danh sách máy in không trả lời sau {probes.printers_s:.0f} giây"
        return Check("printers", State.FAULT, finding, "gỡ máy in mạng đã hỏng khỏi máy rồi khởi động lại")
    wanted = probes.settings.print_printer
    if wanted and wanted not in names:
        return Check("printers", State.FAULT, f"không thấy máy in {wanted}", "bật máy in, cắm dây, hoặc chọn máy khác")
    if not names:
        finding = "máy chưa có máy in nào; giấy được lưu thành tệp PDF"
        return Check("printers", State.WARNING, finding, "cài máy in của hệ điều hành, rồi in trang thử")
    return Check("printers", State.OK, f"{len(names)} máy in, dùng {wanted or names[0]}")


def _scanner(probes: Probes) -> Check:
    port = probes.settings.scanner_serial_port
    if not port:
        return Check("scanner", State.OK, "máy quét gõ như bàn phím; quét thử để kiểm")
    try:
        probes.open_scanner(port, probes.settings.scanner_serial_baud)
    except (OSError, ValueError, EnvironmentProblem):
        remedy = "cắm lại máy quét, xem lại cổng trong tệp cài đặt, đóng chương trình khác đang dùng cổng"
        return Check("scanner", State.FAULT, f"không mở được cổng máy quét {port}", remedy)
    return Check("scanner", State.OK, f"máy quét ở cổng {port}")


def _log(probes: Probes) -> Check:
    place = next(parent for parent in (probes.log_folder, *probes.log_folder.parents) if parent.exists())
    if not (place.is_dir() and os.access(place, os.W_OK)):
        return Check("log", State.WARNING, f"không ghi được nhật ký kỹ thuật vào {place}", "xin quyền ghi thư mục này")
    return Check("log", State.OK, f"nhật ký kỹ thuật ở {probes.log_folder}")


def has_window() -> bool:
    """Tell whether the library of windows is there."""
    return find_spec("PySide6") is not None


_CHECKS: Final[tuple[Callable[[Probes], Check], ...]] = (
    _version,
    _disk,
    _location,
    _clock,
    _sqlite,
    _keyring,
    _database,
    _backup,
    _city,
    _certificate,
    _city_clock,
    _catalogue,
    _window,
    _printers,
    _scanner,
    _log,
)
