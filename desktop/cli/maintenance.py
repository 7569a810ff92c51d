"""Create and verify from the command line."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from desktop.cli.exits import Exit
from desktop.devices import signing_key
from desktop.devices.settings_file import SettingsFile, settings_path
from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.domain.users import User
from desktop.domain.vietnamese import nfc
from desktop.services import accounts
from desktop.services.wording import Wording
from desktop.storage import verification
from desktop.storage.recount import Finding
from desktop.storage.reference.units import sample_provisioning
from desktop.wiring import Ward, keyring_store, open_ward, read_key, state_folder
from desktop.wiring.own_password import take_password
from desktop.wiring.provisioning import mark_used, read_file, set_up

#: Eight digits of a hash are guessed once in four thousand million times.
_LEAST_DIGITS = 8

AskPassword = Callable[[str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """Say a verification's result to a program or a person."""

    report: verification.Report

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is wrong."""
        return self.report.is_clean

    def as_plain(self) -> dict[str, Any]:
        """Return the report as JSON-able data."""
        return {
            "ok": self.report.is_clean,
            "events": self.report.events,
            "dossiers": self.report.dossiers,
            "head_hash": self.report.head_hash,
            "findings": [_finding(finding) for finding in self.report.findings],
        }

    def lines(self, wording: Wording) -> list[str]:
        """Return the report as lines for a person."""
        counted = f"{self.report.events} mục nhật ký, {self.report.dossiers} hồ sơ, đầu chuỗi {self.report.head_hash}"
        if self.report.is_clean:
            return [f"Toàn vẹn: {counted}."]
        wrong = [wording.sentence(each.code, {"where": _place(each)}) for each in self.report.findings]
        return [*wrong, f"Có sai lệch: {counted}."]


def _mark(printed: str) -> tuple[int, str] | None:
    """Read a log's end as it is printed: "1.234 · 4F2A 91C0 …"."""
    if not printed.strip():
        return None
    seq, _, digits = nfc(printed).replace("·", ":").partition(":")
    seq, digits = "".join(seq.split()).replace(".", ""), "".join(digits.split()).lower()
    if not seq.isascii() or not seq.isdigit() or len(digits) < _LEAST_DIGITS or set(digits) - set("0123456789abcdef"):
        raise UserError("bad_log_mark")
    return int(seq), digits


def _finding(found: Finding) -> dict[str, Any]:
    plain: dict[str, Any] = {"code": found.code, "where": found.where}
    return plain if found.entry is None else plain | {"entry": asdict(found.entry)}


def _place(found: Finding) -> str:
    return found.where if found.entry is None else f"{found.where} ({found.entry})"


def init(folder: Path, unit: Path | None, *, training: bool) -> int:
    """Create a database and print, once, what must be kept.

    Raises:
        UserError: ``bad_provisioning``.
        EnvironmentProblem: ``database_exists``, ``network_share`` …
    """
    provisioning = sample_provisioning() if unit is None else read_file(unit)
    if isinstance(sys.stdout, TextIOWrapper):
        # Before anything is made: what cannot be printed later would be lost, the recovery key above all.
        sys.stdout.reconfigure(encoding="utf-8")
    store = None if training else keyring_store()
    settings = SettingsFile(settings_path()) if provisioning.settings else None
    done = set_up(folder, provisioning, is_training=training, store=store, settings=settings)
    created = done.created
    if unit is not None and not training:
        mark_used(unit)
    plain = {
        "data": str(created.folder),
        "unit_id": created.unit_id,
        "training": training,
        "key_mode": created.key_mode.value,
        "key_note": _KEY_NOTES[created.key_mode.value],
        "recovery_key": created.recovery_key or None,
        "one_time_codes": dict(created.one_time_codes),
    }
    if provisioning.city is not None:
        problem = done.city_problem
        plain["city"] = done.city or None
        plain["city_note"] = "" if problem is None else Wording().error(problem)
    print(json.dumps(plain, ensure_ascii=False))  # noqa: T201 - the answer itself
    return int(Exit.DONE)


_KEY_NOTES = {
    "training": "Dữ liệu tập huấn: khóa để ngay trong thư mục dữ liệu, ai có thư mục này đều đọc được.",
    "keyring": "Khóa nằm trong kho khóa của hệ điều hành; in khóa khôi phục và cất kỹ.",
    "password": "Máy không có kho khóa tin cậy: mở dữ liệu bằng mật khẩu; in khóa khôi phục và cất kỹ.",
}


@contextmanager
def working_ward(folder: Path, ask: AskPassword) -> Iterator[tuple[Ward, User | None]]:
    """Open a ward for commands: without a password in training, else as the user who gives one.

    Raises:
        UserError: ``password_needed``, ``wrong_password``, ``password_not_set`` for who has a one-time code only …
        EnvironmentProblem: ``database_absent``, ``database_in_use``, ``key_missing`` …
    """
    given = _asked(folder, ask)
    ward = open_ward(folder, store=None if given is None else keyring_store(), password=given)
    try:
        user = None
        if given is not None:
            session = accounts.log_in(ward.desk, *given, how="command_line")
            accounts.need_own_password(session)
            user = session.user
        yield ward, user
    finally:
        ward.close()


def change_password(folder: Path, ask: AskPassword, ask_new: Callable[[str], str]) -> dict[str, Any]:
    """Take a new password in place of one's own, or of a one-time code.

    Args:
        folder: Data folder.
        ask: Asks for log-in and present password or code.
        ask_new: Asks for the new password of a log-in.

    Raises:
        UserError: ``training_has_no_passwords``, ``wrong_password``, ``weak_password``, ``log_in_delayed`` …
        EnvironmentProblem: ``database_absent``, ``database_in_use``, ``key_missing`` …
    """
    given = _asked(folder, ask)
    ward = open_ward(folder, store=None if given is None else keyring_store(), password=given)
    try:
        if given is None:
            raise UserError("training_has_no_passwords")
        user = accounts.log_in(ward.desk, *given, how="command_line").user
        take_password(ward, user, given[1], ask_new(user.login))
    finally:
        ward.close()
    return {"login": user.login}


def verify(folder: Path, ask: AskPassword, *, signatures: bool, quick: bool = False, printed: str = "") -> VerifyReport:
    """Verify a data folder, read-only, beside a running program; quickly, its hashes alone.

    Args:
        folder: Data folder.
        ask: Asks for a password where one is needed.
        signatures: Check every signature.
        quick: Check hashes alone.
        printed: The log's end as a register printed it: number and first digits of the hash; "" for none.

    Raises:
        UserError: ``bad_log_mark``.
        EnvironmentProblem: ``database_absent``, ``key_missing``.
        DamagedData: ``database_damaged`` when it cannot be opened at all.
    """
    mark = _mark(printed)
    key = open_key(folder, ask)
    if quick:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return VerifyReport(
                verification.verify_quickly(folder, key, state_folder(), signing_key.verify, pool.map, mark)
            )
    report = verification.verify(
        folder, key, state_folder(), signing_key.verify, all_signatures=signatures, printed=mark
    )
    return VerifyReport(report)


def open_key(folder: Path, ask: AskPassword) -> bytes:
    """Return the key of a data folder; a password is asked for when nothing else opens it.

    Raises:
        EnvironmentProblem: ``database_absent``, ``key_missing`` …
    """
    try:
        return read_key(folder, store=keyring_store())
    except EnvironmentProblem as problem:
        if problem.code not in {"key_missing", "keyring_unavailable"}:
            raise
    return read_key(folder, store=keyring_store(), password=ask(""))


def _asked(folder: Path, ask: AskPassword) -> tuple[str, str] | None:
    if (folder / "training.key").exists() or not (folder / "keys.toml").exists():
        return None
    return ask("")
