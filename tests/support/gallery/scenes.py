"""What is shown in the pictures, user by user: every page as it is found, at work, and every dialog over it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from desktop.app.first_start import FirstStart
from desktop.cli.demo_people import PEOPLE
from desktop.domain.slips import SlipState, slip_qr
from desktop.ui.dialogs.recover import RecoverDialog, Recoverer, RecoveryTold
from desktop.ui.dialogs.witness import WitnessDialog
from desktop.ui.pages.admin_dialogs import CodeDialog
from desktop.ui.pages.approval_signing import SecretDialog
from desktop.ui.pages.handover_parts import focus_in_view
from desktop.ui.pages.sync import SyncPage
from tests.support.gallery.leftovers import source
from tests.support.gallery.stage import Stage

Play = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """Name what is shown and say how one gets there.

    Attributes:
        login: Who works.
        page: Page it begins at.
        name: What is shown, in the file's name.
        play: What is done on the page.
    """

    login: str
    page: str
    name: str
    play: Play


def _dossier(situation: str, *keys: str) -> Play:
    """Open a dossier on a page and press keys."""

    def play(stage: Stage) -> None:
        stage.scan(stage.codes[situation])
        if keys:
            stage.press(*keys)

    return play


def _keys(*keys: str) -> Play:
    return lambda stage: stage.press(*keys)


def _scenes(login: str, page: str, plays: dict[str, Play]) -> Iterator[Scene]:
    return (Scene(login, page, name, play) for name, play in plays.items())


def _on(**acts: tuple[str, str]) -> dict[str, Play]:
    return {name.replace("_", "-"): _dossier(situation, *keys.split()) for name, (situation, keys) in acts.items()}


def _intake(*keys: str, visit: int = 0) -> Play:
    """Fill the intake page for a citizen with a card, then press keys."""

    def play(stage: Stage) -> None:
        stage.press("F2", "Ctrl+N")
        stage.scan(PEOPLE[visit].card)
        stage.type(PEOPLE[visit].procedure)
        stage.press("Return")
        stage.press(*keys or ("Return",))

    return play


def _restored(stage: Stage) -> None:
    _intake(visit=3)(stage)
    stage.leave()
    stage.enter("lan")
    stage.press("F2")


def _give(stage: Stage) -> None:
    stage.press("Alt+G")
    for situation in ("quầy", "cũ", "xử lý"):
        stage.scan(stage.codes[situation])


def _take(stage: Stage) -> None:
    slip = next(each for each in stage.desk.way.slips(SlipState.OPEN) if stage.codes["đang bàn giao"] in each.codes)
    stage.press("Alt+N")
    stage.scan(slip_qr(slip))
    stage.scan(stage.codes["đang bàn giao"])
    stage.scan(stage.codes["quầy"])


def _by_pin(stage: Stage) -> None:
    slip = next(each for each in stage.desk.way.slips(SlipState.OPEN) if stage.codes["đang bàn giao"] in each.codes)
    stage.front.open_item(slip.name)
    stage._settle()
    stage.press("Ctrl+Shift+N")


def _return(stage: Stage, *keys: str) -> None:
    stage.scan(stage.codes["nợ phí"])
    stage.scan(PEOPLE[0].card)
    if keys:
        stage.press(*keys)


def _left(*keys: str) -> Play:
    """Let the exchange have left something on the page "Đồng bộ", then press keys."""

    def play(stage: Stage) -> None:
        page = stage.front
        assert isinstance(page, SyncPage)
        page._source = source(stage.desk, [stage.codes[each] for each in ("quầy", "trình", "xử lý")])
        page._tabs.setCurrentIndex(0)
        page.shown()
        stage._settle()
        stage.press(*keys)

    return play


def _plain(stage: Stage) -> None:
    del stage


def counter() -> Iterator[Scene]:
    """Yield the scenes of the clerk at the counter."""
    yield from _scenes(
        "lan",
        "intake",
        {
            "da-dien": _intake(),
            "mot-chu": _intake(visit=3),
            "thieu-giay": _intake("Space"),
            "mau-02": _intake("Space", "Ctrl+2"),
            "mau-03": _intake("Space", "Ctrl+3"),
            "vi-sao-hen": _intake("Ctrl+G"),
            "nop-thay": _intake("Ctrl+H"),
            "nhap-do": _restored,
            "tro-giup": _keys("F1"),
            "phim-tat": _keys("Ctrl+/"),
        },
    )
    yield from _scenes(
        "lan",
        "dossiers",
        _on(
            chi_tiet=("kết quả", ""),
            tre=("trễ", ""),
            in_lai=("quầy", "Ctrl+P"),
            dinh_chinh=("quầy", "Ctrl+E"),
            in_giay=("bổ sung", "Ctrl+Shift+P"),
            nhan_bo_sung=("bổ sung", "Ctrl+B"),
            tu_choi=("quầy", "Ctrl+R"),
            rut=("quầy", "Ctrl+Shift+R"),
            bao_cong_dan=("quầy", "Ctrl+G"),
            so_day_du=("quầy", "Ctrl+Shift+X"),
        )
        | {
            "loc": _keys("Alt+B"),
            "tim-khong-thay": lambda stage: (stage.press("Ctrl+F"), stage.type("không có ai"))[0],
        },
    )
    yield from _scenes(
        "lan", "handover", {"giao": _give, "nhan": _take, "phieu": _keys("Alt+B"), "nhan-bang-pin": _by_pin}
    )
    yield from _scenes(
        "lan",
        "return_result",
        {
            "quet": _dossier("nợ phí"),
            "chua-xong": _dossier("xử lý"),
            "dung-nguoi": _return,
            "uy-quyen": partial(_returning, keys=("Alt+U",)),
        },
    )
    yield from _scenes(
        "lan",
        "online",
        {
            "tiep-nhan": _keys("Ctrl+Return"),
            "bo-sung": _keys("Alt+B"),
            "tu-choi": _keys("Alt+T"),
            "nhap-chung": _keys("Alt+N"),
            "da-xu-ly": _keys("Alt+D"),
        },
    )
    yield from _scenes(
        "lan",
        "sync",
        {
            "can-chu-y": _left(),
            "gui-lai": _left("Alt+G"),
            "nhan-ban-kia": _left("Alt+N"),
            "lap-bien-ban": _left("Alt+L"),
            "doi-soat": _left("Alt+D"),
            "chon-ban-dung": _left("Alt+D", "Alt+N"),
        },
    )
    yield from _scenes("lan", "books", {"thu": _keys("Alt+T"), "so": _keys("Alt+S")})
    yield Scene("lan", "intake", "gioi-thieu", lambda stage: stage.window._show_about())
    yield Scene("lan", "intake", "hang-doi-in", lambda stage: stage._window._behind._show_queue())
    yield Scene("lan", "intake", "dat-pin", lambda stage: stage.window._ask_pin())
    yield Scene("lan", "intake", "bai-tap", lambda stage: stage.exercises())
    yield Scene("lan", "intake", "khoa", _keys("F12"))


def _returning(stage: Stage, *, keys: tuple[str, ...]) -> None:
    _return(stage, *keys)


def section() -> Iterator[Scene]:
    """Yield the scenes of the specialist."""
    begins = {"bo-sung": "Ctrl+B", "xin-y-kien": "Ctrl+H", "xac-minh": "Ctrl+N", "tai-chinh": "Ctrl+T"}
    common = {"rut": "Ctrl+Shift+R", "bao": "Ctrl+G", "dinh-kem": "Ctrl+Shift+D", "in-giay": "Ctrl+Shift+P"}
    ends = {"ý kiến": "Ctrl+H", "xác minh": "Ctrl+N", "tài chính": "Ctrl+T", "dừng": "Ctrl+D", "bổ sung": "Ctrl+B"}
    plays: dict[str, Play] = {"mot-ho-so": _dossier("xử lý")}
    plays |= {name: _dossier("xử lý", keys) for name, keys in (begins | common).items()}
    plays |= {f"het-{n}": _dossier(of, keys) for n, (of, keys) in enumerate(ends.items(), 1)}
    plays["khong-duyet"] = _dossier("không duyệt")
    plays["tu-choi"] = _dossier("không duyệt", "Ctrl+R")
    plays["co-ket-qua"] = _dossier("đã duyệt")
    yield from _scenes("hung", "work", plays)
    yield from _scenes("hung", "handover", {"nhan": _take, "phieu": _keys("Alt+B")})


def leaders() -> Iterator[Scene]:
    """Yield the scenes of chair and vice chair."""
    for login in ("chutich", "phochutich"):
        plays: dict[str, Play] = {
            "mot-ho-so": _dossier("trình"),
            "tre-chua-xin-loi": _dossier("trễ"),
            "xin-loi": _dossier("trễ", "X"),
            "tra-lai": _dossier("trình", "T"),
            "tu-choi": _dossier("trình", "K"),
            "chon": _dossier("trình", "Space"),
        }
        yield from _scenes(login, "approval", plays)
    sections = {f"muc-{n}": _keys(f"Alt+{n}") for n in range(1, 6)}
    yield from _scenes("chutich", "board", sections)
    yield from _scenes(
        "chutich",
        "admin",
        {
            "uy-quyen": _keys("Alt+Y"),
            "cap-uy-quyen": _keys("Alt+Y", "Ctrl+N"),
            "thu-hoi": _keys("Alt+Y", "Ctrl+D"),
            "giao-lai": _keys("Alt+G"),
        },
    )
    yield from _scenes("chutich", "dossiers", {"dinh-chinh": _dossier("trình", "Ctrl+E")})


def others() -> Iterator[Scene]:
    """Yield the scenes of cashier, IT and inspector."""
    yield from _scenes("thu", "books", {"thu": _keys("Alt+T")})
    yield from _scenes(
        "quantri",
        "admin",
        {
            "nguoi-dung": _keys("Alt+N"),
            "them-nguoi": _keys("Alt+N", "Ctrl+N"),
            "sua-nguoi": _keys("Alt+N", "Ctrl+E"),
            "ngung": _keys("Alt+N", "Ctrl+D"),
            "don-vi": _keys("Alt+D"),
            "lich-nghi": _keys("Alt+L"),
            "them-ngay": _keys("Alt+L", "Ctrl+N"),
            "thanh-pho": _keys("Alt+T"),
            "kiem-tra": _keys("Alt+K"),
            "an-toan": _keys("Alt+A"),
            "khoa": _key_cards,
            "nhat-ky-xem": _keys("Alt+X"),
            "viec-hai-nguoi": _keys("Alt+V"),
            "may-nay": _keys("Alt+M"),
            "cap-nhat": _keys("Alt+C"),
        },
    )
    yield from _scenes("thanhtra", "dossiers", {"chi-tiet": _dossier("trễ")})


def before_log_in() -> dict[str, Play]:
    """Return what is seen before anybody is in, and boxes that only a real ward or a signing device opens."""
    return {
        "dang-nhap": _plain,
        "dat-mat-khau": _new_password,
        "lan-dau": _first_start,
        "khai-don-vi": _unit_form,
        "ghi-danh": _enrol_form,
        "ma-mot-lan": _code,
        "ma-pin-ky-so": _secret,
        "khoi-phuc": _recover,
        "nguoi-thu-hai": _witness,
    }


def _new_password(stage: Stage) -> None:
    stage.window.login._steps.setCurrentIndex(1)


def _first_start(stage: Stage) -> None:
    stage.kept = FirstStart(Path("C:/MotCua/du-lieu"))
    stage.kept.show()


def _unit_form(stage: Stage) -> None:
    _first_start(stage)
    assert isinstance(stage.kept, FirstStart)
    stage.kept.show_form()


def _enrol_form(stage: Stage) -> None:
    _first_start(stage)
    assert isinstance(stage.kept, FirstStart)
    stage.kept.show_enrolment()


def _code(stage: Stage) -> None:
    stage.window.login._steps.setCurrentIndex(0)
    who = "Phạm Quốc Hùng · tên đăng nhập: hung"
    CodeDialog(stage.kit, who, "7K4M-2QXP-9TRD", _print_nothing, stage.window).open()


def _print_nothing(_pdf: bytes, _title: str) -> str:
    return ""


def _key_cards(stage: Stage) -> None:
    stage.press("Alt+A")
    focus_in_view(stage.child("changeDataKey"))


def _recover(stage: Stage) -> None:
    dialog = RecoverDialog(stage.kit, Recoverer("E:/", _recover_nothing, asks_people=True), stage.window)
    dialog.said.say(stage.kit.words.sentence("database_damaged"), "late")
    dialog.open()


def _witness(stage: Stage) -> None:
    people = (
        {"login": "chutich", "name": "Phạm Văn Minh", "title": "Chủ tịch Ủy ban nhân dân"},
        {"login": "phochutich", "name": "Võ Thị Hạnh", "title": "Phó Chủ tịch Ủy ban nhân dân"},
    )
    about = "Đổi vai trò của Lê Thị Thu · trước: Thu phí · từ nay: Tiếp nhận, Thu phí"
    dialog = WitnessDialog(stage.kit.theme, about, people)
    dialog.show_over(stage.window)
    dialog.password.line.setText("sai mật khẩu")
    dialog.show_error(stage.kit.words.sentence("wrong_password"))


def _recover_nothing(_place: str, _key: str, _people: object) -> RecoveryTold:
    raise NotImplementedError


def _secret(stage: Stage) -> None:
    SecretDialog(stage.kit, 12, stage.window).open()


def scenes() -> tuple[Scene, ...]:
    """Return every scene besides the pages as they are found."""
    return (*counter(), *section(), *leaders(), *others())
