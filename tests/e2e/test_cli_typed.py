"""What takes two people or the printed key asks for them at a terminal, and shows no password."""

import json
from pathlib import Path

import pytest

from desktop.cli import maintenance, safekeeping
from desktop.storage.database import DATABASE_NAME
from tests.support.offices import OWN, RealOffice
from tests.support.terminals import needs_terminals
from tests.support.typed_cli import typed

pytestmark = [needs_terminals, pytest.mark.timeout(300)]


def office_with_copy(tmp_path: Path, at_work: tuple[str, ...]) -> tuple[RealOffice, Path]:
    """Make a ward whose database broke after it was copied to a second place."""
    office, usb = RealOffice(tmp_path / "pc" / "data", at_work=at_work), tmp_path / "usb"
    usb.mkdir()
    ask = lambda _: ("quantri", office.secret("quantri"))  # noqa: E731
    safekeeping.backup_place(office.folder, usb, ask, is_full=True, is_drill=False)
    database = office.folder / DATABASE_NAME
    database.write_bytes(bytes(database.stat().st_size))
    return office, usb


def test_a_recovery_asks_for_two_people(tmp_path: Path) -> None:
    office, usb = office_with_copy(tmp_path, ("chutich", "quantri", "lan"))

    done = typed(
        ["--data", office.folder, "recover", "--from", usb], ["quantri", OWN, " chutich ", OWN], office.folder.parent
    )

    assert (done.code, json.loads(done.answer)["clean"]) == (0, True), done.seen
    assert done.answer.startswith("{")
    assert [each.rpartition("\n")[2] for each in done.asked] == [
        "Tên đăng nhập của người khôi phục (Enter để bỏ qua):",
        "Mật khẩu của quantri:",
        "Tên đăng nhập của người thứ hai (Enter nếu dùng tờ khóa):",
        "Mật khẩu của chutich:",
    ]
    assert "chutich" in done.seen
    assert OWN not in done.seen


def test_a_recovery_asks_one_person_for_the_paper(tmp_path: Path) -> None:
    office, usb = office_with_copy(tmp_path, ("chutich", "quantri", "lan"))
    named = ["--data", office.folder, "--password-file", office.password_file("quantri"), "recover", "--from", usb]

    alone = typed(named, ["", ""], office.folder.parent)
    done = typed(named, ["", office.recovery_key], office.folder.parent)

    assert (alone.code, alone.answer) == (1, "")
    assert "cần hai người" in alone.seen
    assert (done.code, json.loads(done.answer)["clean"]) == (0, True), done.seen
    assert office.recovery_key not in done.seen


def test_a_copy_from_before_anybody_began_is_recovered_by_the_paper_typed(tmp_path: Path) -> None:
    office, usb = office_with_copy(tmp_path, ())
    line = ["--data", office.folder, "recover", "--from", usb]
    code = office.secret("quantri")

    refused = typed(line, ["quantri", code, "chutich", office.secret("chutich")], office.folder.parent)
    done = typed(line, ["", office.recovery_key], office.folder.parent)

    assert refused.code == 1
    assert "chưa ai tự đặt mật khẩu" in refused.seen
    assert (done.code, json.loads(done.answer)["clean"]) == (0, True), done.seen


def test_a_rescue_asks_for_the_paper_and_for_who_is_there(tmp_path: Path) -> None:
    office = RealOffice(tmp_path / "pc" / "data")
    for login in ("chutich", "phochutich"):
        with maintenance.working_ward(office.folder, lambda _, login=login: (login, OWN)):  # type: ignore[misc]
            pass

    done = typed(
        ["--data", office.folder, "rescue", "quantri"],
        [office.recovery_key, "chutich", OWN, "phochutich", OWN],
        office.folder.parent,
    )

    assert done.code == 0, done.seen
    assert json.loads(done.answer)["login"] == "quantri"
    assert "cần thêm 2 người" in done.seen
    assert "cần thêm 1 người" in done.seen
    assert OWN not in done.seen


def test_a_new_recovery_key_asks_for_the_second_person(tmp_path: Path) -> None:
    office = RealOffice(tmp_path / "pc" / "data")

    done = typed(
        ["--data", office.folder, "new-recovery-key"], ["quantri", OWN, "phochutich", OWN], office.folder.parent
    )

    assert done.code == 0, done.seen
    assert json.loads(done.answer)["recovery_key_id"]
    assert "cần một người thứ hai" in done.seen
    assert OWN not in done.seen


def test_a_name_left_empty_ends_with_what_is_needed(tmp_path: Path) -> None:
    office = RealOffice(tmp_path / "pc" / "data")

    done = typed(["--data", office.folder, "new-recovery-key"], [""], office.folder.parent)

    assert (done.code, done.answer) == (3, "")
    assert "tên đăng nhập và mật khẩu" in done.seen
