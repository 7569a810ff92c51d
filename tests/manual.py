"""Take the pictures of the manuals from the running program: ``just manual``.

The window is the real one, off-screen, with the fonts the program ships, on a ward that does not exist, at a time that
is given: the same program gives the same pixels. ``--check`` takes all anew and names those that differ.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from desktop.cli.demo_window import DemoWindow

PICTURES = ROOT / "resources" / "manual" / "hinh"
MORNING = datetime.fromisoformat("2026-11-23T07:35:00+07:00")
#: Small enough to be read in a window beside the work, large enough for every page.
SIZE_PX = (1120, 720)
COLOURS = 64
PATIENCE_MS = 150_000
#: Four such rests without work are calm.
REST_MS = 12
#: A pixel differs when a channel does by more than this: text that is there or not, no rounding of a colour.
OTHER_COLOUR = 64
#: So many pixels may differ; one letter has more.
MOST_DIFFERENT = 20

Shot = tuple[str, Image.Image]


class OfficePrinter:
    """Be a printer that takes everything."""

    def default_name(self) -> str:
        """Return its name."""
        return "HP LaserJet"

    def print_pdf(self, pdf: bytes, *, printer: str, paper: str, title: str) -> None:
        """Take a paper."""


def squeezed(path: Path) -> Image.Image:
    """Return a picture with few colours: a third of the size, and the same everywhere."""
    with Image.open(path) as picture:
        return picture.convert("RGB").quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def shots(folder: Path) -> Iterator[Shot]:
    """Play a morning and yield the pictures of the manuals."""
    stage = _stage(folder)

    def taken(name: str, *, overlay: bool = False) -> Shot:
        stage.picture(name, overlay=overlay)
        return name, squeezed(folder / "man-hinh" / f"{name}.png")

    try:
        yield from _counter(stage, taken)
        yield from _way(stage, taken)
        yield from _others(stage, taken)
    finally:
        stage.close()
    yield _first_start(folder)


def _stage(folder: Path) -> "DemoWindow":
    """Open the window on a new ward; its pictures are taken only when nothing moves any more."""
    # Qt reads its platform from the environment set in main.
    from PySide6.QtCore import QAbstractAnimation  # noqa: PLC0415 - see above
    from PySide6.QtTest import QTest  # noqa: PLC0415 - the same
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - the same

    from desktop import wiring  # noqa: PLC0415 - the same
    from desktop.cli import demo_window  # noqa: PLC0415 - the same
    from desktop.storage.reference.units import sample_provisioning  # noqa: PLC0415 - the same

    class StillWindow(demo_window.DemoWindow):
        def log_in(self, login: str, at: datetime) -> None:
            # A page that loads at once must not see the hour of the user before.
            self.set_clock(at)
            super().log_in(login, at)

        def picture(self, name: str, *, overlay: bool = False) -> str:
            self._settle()
            shell = self._window.shell
            if shell.is_furnished:
                # A slow machine must not lock the screen for want of a clerk.
                shell._idle.stop()
                shell.work.top.clock.look()
            while any(each.state() == each.State.Running for each in shell.findChildren(QAbstractAnimation)):
                QTest.qWait(REST_MS)
            return super().picture(name, overlay=overlay)

    (folder / "man-hinh").mkdir(parents=True)
    wiring.create_ward(folder / "phuong", sample_provisioning(), is_training=True)
    demo_window.NoPrinters = OfficePrinter  # type: ignore[misc]  # an office PC has a printer
    demo_window._SETTLE_MS = REST_MS  # type: ignore[misc]  # most of the time would go by in waiting
    app = QApplication([])
    # A caret that blinks is there or not.
    app.setCursorFlashTime(0)
    return StillWindow(folder / "phuong", folder, SIZE_PX, PATIENCE_MS, app)


def _counter(stage: "DemoWindow", taken: Callable[..., Shot]) -> Iterator[Shot]:
    from desktop.cli.demo_people import PEOPLE  # noqa: PLC0415 - see shots

    stage.set_clock(MORNING)
    yield taken("01-dang-nhap")
    stage.log_in("lan", MORNING)
    stage.receive(PEOPLE[0], "03-tiep-nhan")
    yield "03-tiep-nhan", squeezed(stage._pictures / "03-tiep-nhan.png")


def _way(stage: "DemoWindow", taken: Callable[..., Shot]) -> Iterator[Shot]:
    from desktop.cli.demo_people import PEOPLE  # noqa: PLC0415 - see shots

    stage.press("Ctrl+I")
    codes = [stage.newest()[0]]
    for place, visit in enumerate(PEOPLE[1:4], 1):
        stage.set_clock(MORNING + timedelta(minutes=7 * place))
        stage.receive(visit, "")
        stage.press("Ctrl+I")
        codes.append(stage.newest()[0])
    stage.search("hhen nie")
    yield taken("04-tim-ho-so")
    stage.scan(codes[0])
    yield taken("05-chi-tiet")
    stage._robot.press("Ctrl+/")
    yield taken("07-phim-tat", overlay=True)
    _back(stage)
    stage.hand_over(codes[:3], "08-ban-giao")
    stage.press("Ctrl+I")
    yield "08-ban-giao", squeezed(stage._pictures / "08-ban-giao.png")
    stage.change_user("hung", MORNING + timedelta(minutes=40))
    stage.confirm_slip(codes[:3], "09-nhan-ban-giao")
    yield "09-nhan-ban-giao", squeezed(stage._pictures / "09-nhan-ban-giao.png")
    for place, code in enumerate(codes[:3]):
        stage.work_on(code, "submitted", "" if place else "10-xu-ly")
    yield "10-xu-ly", squeezed(stage._pictures / "10-xu-ly.png")
    stage.change_user("chutich", MORNING + timedelta(minutes=60))
    stage.approve(codes[:2], "11-ky-duyet")
    yield "11-ky-duyet", squeezed(stage._pictures / "11-ky-duyet.png")
    stage.press("F9")
    yield taken("12-theo-doi-han")
    stage.change_user("hung", MORNING + timedelta(minutes=80))
    stage.work_on(codes[0], "result_ready")
    stage.change_user("lan", MORNING + timedelta(minutes=95))
    stage.return_result(codes[0], PEOPLE[0], "13-tra-ket-qua")
    yield "13-tra-ket-qua", squeezed(stage._pictures / "13-tra-ket-qua.png")


def _others(stage: "DemoWindow", taken: Callable[..., Shot]) -> Iterator[Shot]:
    from desktop.ui.dialogs.support import SupportDialog  # noqa: PLC0415 - see shots

    work = stage._window.shell.work
    stage._robot.press("Ctrl+Shift+H")
    yield taken("21-bai-tap", overlay=True)
    _back(stage)
    stage.change_user("thu", MORNING + timedelta(minutes=100))
    work.show_page("books")
    yield taken("14-thu-phi")
    stage.change_user("quantri", MORNING + timedelta(minutes=110))
    stage._window.shell._idle.stop()
    page = work.page()
    assert page is not None
    for key, name in (("users", "15-nguoi-dung"), ("city", "19-thanh-pho"), ("upkeep", "18-sao-luu")):
        page.open_item(key)
        if key == "upkeep":
            page.sides[key]._target.setText("D:/Sao-luu/motcua-20261123-0925.motcua")  # type: ignore[attr-defined]
        yield taken(name)
    page.open_item("update")
    # What this program says of itself comes first.
    stage._settle()
    page.sides["update"]._tell(_installation())  # type: ignore[attr-defined]
    page.sides["update"]._tell_found(_found())  # type: ignore[attr-defined]
    yield taken("22-cap-nhat")
    page.open_item("machine")
    stage._settle()
    page.sides["machine"]._show_checks(_checks())  # type: ignore[attr-defined]
    yield taken("16-may-nay")
    page.sides["machine"]._show_bundle(_bundle())  # type: ignore[attr-defined]
    dialog = stage._app.activeModalWidget()
    assert isinstance(dialog, SupportDialog)
    dialog.target.setText("D:/goi-ho-tro.zip")
    yield taken("17-goi-ho-tro", overlay=True)
    _back(stage)


def _back(stage: "DemoWindow") -> None:
    """Close what lies over the window; keys are the window's again."""
    stage.press("Escape")
    stage._window.shell.activateWindow()
    stage._settle()


def _checks() -> list[object]:
    """Return checks as an office PC has them: this machine's own would change with the machine."""
    from desktop.ui.pages.machine_ports import CheckLine  # noqa: PLC0415 - see shots

    return [
        CheckLine("printers", "fault", "không thấy máy in HP quầy 1", "bật máy in, cắm dây, hoặc chọn máy khác"),
        CheckLine("backup", "warning", "bản sao lưu gần nhất cách đây 3 ngày", "sao lưu lại"),
        CheckLine("version", "ok", "Một Cửa", ""),
        CheckLine("disk", "ok", "ổ đĩa còn 61440 MB", ""),
        CheckLine("clock", "ok", "giờ Việt Nam 09:25 23/11/2026", ""),
        CheckLine("city", "ok", "thành phố https://thanhpho.example trả lời", ""),
        CheckLine("certificate", "ok", "chứng thư của thành phố đúng", ""),
        CheckLine("city_clock", "ok", "giờ lệch thành phố 1 giây", ""),
        CheckLine("scanner", "ok", "máy quét gõ như bàn phím; quét thử để kiểm", ""),
    ]


def _bundle() -> list[object]:
    from desktop.ui.pages.machine_ports import BundleText  # noqa: PLC0415 - see shots

    checks = '[\n {"code": "disk", "state": "ok"},\n {"code": "printers", "state": "fault"}\n]\n'
    names = ("may-va-chuong-trinh.json", "cai-dat.json", "thu-muc-du-lieu.json", "nhat-ky.jsonl", "su-co.txt")
    return [BundleText("tu-kiem-tra.json", checks), *(BundleText(name, "{}\n") for name in names)]


def _installation() -> object:
    """Return what an installed PC says; this program runs from its source."""
    from desktop.ui.pages.update_ports import Installation  # noqa: PLC0415 - see shots

    return Installation("1.0.0", "1.0.0", "0.9.0", "proven", may_change=True)


def _found() -> object:
    from desktop.ui.pages.update_ports import Found  # noqa: PLC0415 - see shots

    note = "Sửa lỗi in khổ A4; tìm hồ sơ nhanh hơn."
    return Found("1.1.0", "20/11/2026", "20/05/2027", 68, note, "E:/", "")


def _first_start(folder: Path) -> Shot:
    from PySide6.QtTest import QTest  # noqa: PLC0415 - see shots

    from desktop.app.first_start import FirstStart  # noqa: PLC0415 - the same

    box = FirstStart(Path("D:/MotCua"))
    box.show()
    QTest.qWait(100)
    path = folder / "20-lan-dau.png"
    box.grab().save(str(path))
    box.close()
    return path.stem, squeezed(path)


def differences(made: Image.Image, kept: Image.Image) -> int:
    """Return how many pixels differ; all of them for another size."""
    if made.size != kept.size:
        return made.size[0] * made.size[1]
    channels = ImageChops.difference(made.convert("RGB"), kept.convert("RGB")).split()
    most = ImageChops.lighter(ImageChops.lighter(channels[0], channels[1]), channels[2])
    return sum(most.histogram()[OTHER_COLOUR + 1 :])


def main() -> int:
    """Take the pictures, or compare them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    given = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    PICTURES.mkdir(parents=True, exist_ok=True)
    unlike = 0
    with TemporaryDirectory(prefix="sach-") as temporary:
        for name, picture in shots(Path(temporary) / "ward"):
            path = PICTURES / f"{name}.png"
            differs = differing(picture, path)
            if differs <= MOST_DIFFERENT:
                continue
            unlike += 1
            sys.stdout.write(f"{name}: {differs} pixels differ\n")
            if not given.check:
                picture.save(path, optimize=True)
    return int(given.check and unlike > 0)


def differing(made: Image.Image, path: Path) -> int:
    """Return how many pixels differ from the picture that is kept; all of them when none is."""
    if not path.exists():
        return made.size[0] * made.size[1]
    with Image.open(path) as kept:
        return differences(made, kept)


if __name__ == "__main__":
    sys.exit(main())
