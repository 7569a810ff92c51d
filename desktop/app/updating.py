"""What the side "Cập nhật" does: the same calls as ``motcua update``, over the folder this program was started from."""

import os
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop import __version__
from desktop.devices import trial
from desktop.devices.program_folder import VERSIONS, ProgramFolder, own_folder
from desktop.devices.system_clock import SystemClock
from desktop.domain.errors import AppError, EnvironmentProblem
from desktop.domain.releases import Release, order_of
from desktop.domain.vietnamese import local, screen_date
from desktop.storage.engine import translated
from desktop.ui.pages.update_ports import Found, Installation, Progress, Updater
from desktop.wiring import program_update, state_folder

_MB = 1_000_000
#: The starter with a console (installer/windows/motcua.cs).
_WINDOWS_STARTER = "motcua.com"
#: What Windows' command window takes as it stands.
_PLAIN_WORD = re.compile(r"[\w.:\\/-]+")


def updater_of(media: Sequence[Path] | None = None) -> Updater:
    """Return what updates the program of this PC.

    Args:
        media: Where sticks and discs appear; None for where this system shows them.
    """
    return Updater(_look, lambda place: _find(place, media), _install, _go_back)


def returned_from() -> str:
    """Return the version this PC gave up by itself for this user, "" when it did not."""
    folder = own_folder()
    if folder is None or not trial.is_return():
        return ""
    installed = folder.pointer().current
    is_returned = trial.standing(__version__, installed, trial.last_trial(state_folder())) is trial.Standing.RETURNED
    return installed if is_returned else ""


def _look() -> Installation:
    folder = own_folder()
    if folder is None:
        return Installation(__version__)
    pointer = folder.pointer()
    standing = trial.standing(__version__, pointer.current, trial.last_trial(state_folder()))
    try:
        place = program_update.read_settings(program_update.settings_path()).place
    except EnvironmentProblem:
        place = ""
    may_change = os.access(folder.root, os.W_OK) and os.access(folder.root / VERSIONS, os.W_OK)
    return Installation(__version__, pointer.current, pointer.previous, standing.value, may_change, place)


def _folder() -> ProgramFolder:
    """Return the folder of this program.

    Raises:
        EnvironmentProblem: ``program_folder_unknown``.
    """
    folder = own_folder()
    if folder is None:
        raise EnvironmentProblem("program_folder_unknown", path=sys.executable)
    return folder


def _updates() -> program_update.Updates:
    settings = program_update.read_settings(program_update.settings_path())
    today = local(SystemClock().now()).date()
    return program_update.Updates(_folder(), settings, today, program_update.this_platform())


def _find(place: str, media: Sequence[Path] | None) -> Found | None:
    """Look at one place, or at all that are known, and return the newest release this PC may take.

    Raises:
        AppError: of the place that was named; of one that was not, only when no other has anything.
    """
    updates = _updates()
    roots = program_update.media_roots() if media is None else media
    named = (str(Path(place).expanduser()) if "://" not in place else place,)
    places = named if place else (*program_update.media_places(updates.platform, roots), updates.settings.place)
    found: list[tuple[Release, str]] = []
    refusals: list[AppError] = []
    for each in filter(None, places):
        try:
            with translated():
                release = updates.offered(each)
        except AppError as refusal:
            refusals.append(refusal)
        else:
            found += [(release, each)] if release is not None else []
    if not found:
        if refusals:
            raise refusals[0]
        return None
    release, where = max(found, key=lambda pair: order_of(pair[0].version))
    return _shown(release, where, updates.folder)


def _shown(release: Release, place: str, folder: ProgramFolder) -> Found:
    return Found(
        version=release.version,
        released_on=screen_date(release.released_on),
        expires_on=screen_date(release.expires_on),
        size_mb=max(release.size // _MB, 1),
        note=release.note,
        place=place,
        command=_command(release, place, folder),
    )


def _command(release: Release, place: str, folder: ProgramFolder) -> str:
    """Return what an administrator types: the same installation, with his rights."""
    if "://" in place:
        words = ["update", "check", "--apply", "--now", "--from", place]
    else:
        path = Path(place)
        words = ["update", "apply", str(path if path.is_file() else path / release.file_name)]
    if os.name == "nt":
        return windows_line(str(folder.root / _WINDOWS_STARTER), *words)
    return f"sudo motcua {shlex.join(words)}"


def windows_line(*words: str) -> str:
    """Return words as a line of Windows' command window."""
    return " ".join(word if _PLAIN_WORD.fullmatch(word) else f'"{word}"' for word in words)


def _install(found: Found, progress: Progress) -> str:
    """Install what was found; it is read and checked anew.

    Raises:
        AppError: as ``motcua update apply``; ``release_absent`` when it is no longer there.
    """
    updates = _updates()

    def fetched(have: int) -> None:
        progress.step, progress.have_mb = "fetch", have // _MB

    def told(step: str) -> None:
        progress.step = step

    with translated():
        release = updates.offered(found.place)
        if release is None:
            raise EnvironmentProblem("release_absent", path=found.place)
        file = updates.fetched(release, found.place, fetched)
        try:
            return updates.install(file, told).version
        finally:
            updates.drop_fetched(file)


def _go_back() -> str:
    """Take the whole PC back to the version before.

    Raises:
        AppError: as ``motcua update back``.
    """
    folder = _folder()
    with translated(), folder.changing():
        return folder.go_back()
