"""Update the program of this PC: from a file, from a folder on a stick or a share, or from the city's server.

Whoever may write into the program's folder may update it; nobody's data is touched here. Each user's database is taken
over when he starts the new version (:mod:`desktop.wiring.updating`).
"""

import contextlib
import getpass
import io
import os
import platform
import secrets
import string
import sys
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from platformdirs import site_config_path

from desktop.devices.program_folder import ProgramFolder, replace_durably
from desktop.devices.release_file import MOST_HEAD, Head, head_name, newest_file, open_release, read_head
from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.domain.releases import Installed, Release, check_release, is_in_turn
from desktop.sync.release_link import fetch_file, fetch_head

SETTINGS_NAME: Final = "update.toml"
_MACHINE_NAME: Final = "machine"
_FETCHED: Final = "fetched"
_KEY_BYTES: Final = 32
#: So many folders of a medium are looked into.
_MOST_BELOW: Final = 100


@dataclass(frozen=True, slots=True)
class UpdateSettings:
    """Hold what this installation says about updates; it is no part of the program, so that a city has its own key.

    Attributes:
        keys: Public keys of who may sign releases, 32 raw bytes each.
        place: Folder or https address where new releases are laid, "" for none.
        authority: Certificates (PEM) of the server's authority, "" for the system's alone.
    """

    keys: tuple[bytes, ...]
    place: str = ""
    authority: str = ""


def settings_path() -> Path:
    """Return where the installation's settings of updates lie."""
    return site_config_path("motcua", appauthor=False) / SETTINGS_NAME


def read_settings(path: Path) -> UpdateSettings:
    """Read the installation's settings.

    Raises:
        EnvironmentProblem: ``update_settings`` (path, place) when they are absent or wrong.
    """
    where = ""
    try:
        plain = tomllib.loads(path.read_text("utf-8-sig"))
        where = "keys"
        keys = tuple(_public_key(key) for key in plain["keys"])
        where = "place"
        place = str(plain.get("place", ""))
        where = "authority"
        authority = Path(plain["authority"]).read_text("ascii") if plain.get("authority") else ""
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EnvironmentProblem("update_settings", path=str(path), place=where) from error
    if not keys:
        raise EnvironmentProblem("update_settings", path=str(path), place="keys")
    return UpdateSettings(keys, place, authority)


def _public_key(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != _KEY_BYTES:
        raise ValueError(text)
    return key


def this_platform() -> str:
    """Return what kind of machine this is, as releases name it."""
    system = {"win32": "windows", "linux": "linux"}.get(sys.platform, sys.platform)
    machine = platform.machine().lower()
    return f"{system}-{'x86_64' if machine in ('amd64', 'x86_64') else machine}"


def _tell_nobody(_step: str) -> None:
    """Say nothing of the steps: the command line has nobody to tell."""


@dataclass(frozen=True, slots=True)
class Updates:
    """Update one program folder.

    Attributes:
        folder: The program's folder.
        settings: The installation's settings.
        today: The day that an expiry is compared with.
        platform: What kind of machine this is.
    """

    folder: ProgramFolder
    settings: UpdateSettings
    today: date
    platform: str

    def install(self, source: Path, told: Callable[[str], None] = _tell_nobody) -> Release:
        """Install a release from a file; whatever fails, the version in use stays in use.

        Args:
            source: The file.
            told: Called with each step as it begins: ``check``, ``unpack``, ``self_test``, ``switch``.

        Raises:
            UserError: ``release_not_newer``, ``release_below_floor``, ``release_expired``, ``release_other_platform``,
                ``update_self_test_failed``.
            DamagedData: ``release_unreadable``, ``release_signature``, ``release_cut_short``, ``release_altered``.
            EnvironmentProblem: ``release_absent``, ``update_in_progress``, ``update_needs_rights``,
                ``program_folder_unknown``.
            OSError: the disk refused.
        """
        told("check")
        head = open_release(source, self.settings.keys)
        self._check(head)
        with self.folder.changing():
            # Another update may have been quicker.
            self._check(head)
            release = head.release
            told("unpack")
            self.folder.unpack(source, head)
            told("self_test")
            try:
                self.folder.self_test(release.version)
            except UserError:
                self.folder.remove(release.version)
                raise
            told("switch")
            self.folder.switch(release.version, release.floor)
            with contextlib.suppress(OSError):
                # A version that still runs cannot be removed on Windows; the next update does it.
                self.folder.tidy()
        return release

    def offered(self, place: str = "") -> Release | None:
        """Return the release that waits at a place and that this PC may take, None when there is nothing newer.

        Args:
            place: Folder, file or address; the installation's own when empty.

        Raises:
            UserError: ``update_place_missing``; ``release_below_floor``, ``release_expired`` …
            DamagedData: ``release_unreadable``, ``release_signature``.
            EnvironmentProblem: ``release_server``, ``program_folder_unknown``.
        """
        place = place or self.settings.place
        if not place:
            raise UserError("update_place_missing")
        found = self._head_at(place)
        if found is None:
            return None
        try:
            self._check(found)
        except UserError as refusal:
            if refusal.code == "release_not_newer":
                return None
            raise
        return found.release

    def fetched(self, release: Release, place: str, told: Callable[[int], None]) -> Path:
        """Return the file of an offered release: on its medium, or fetched from the server.

        Raises:
            EnvironmentProblem: ``release_server``; what came is kept for the next try.
            OSError: the disk refused.
        """
        place = place or self.settings.place
        if not _is_address(place):
            return Path(place) if Path(place).is_file() else Path(place) / release.file_name
        kept = self.folder.root / _FETCHED
        kept.mkdir(exist_ok=True)
        for other in kept.iterdir():
            if other.name != release.file_name:
                other.unlink()
        target = kept / release.file_name
        size = self._head_size(place) + release.size
        fetch_file(place, release.file_name, self.settings.authority, target, size, told)
        return target

    def drop_fetched(self, file: Path) -> None:
        """Forget a fetched file once it was installed, or found to be none."""
        if file.parent == self.folder.root / _FETCHED:
            file.unlink(missing_ok=True)

    def is_in_turn(self, release: Release) -> bool:
        """Tell whether this PC is among the share that takes a release by itself."""
        path = self.folder.root / _MACHINE_NAME
        if not path.exists():
            replace_durably(path, secrets.token_hex(16).encode("ascii"))
        return is_in_turn(release, path.read_text("ascii").strip())

    def _check(self, head: Head) -> None:
        now = self.folder.pointer()
        check_release(head.release, Installed(now.current, now.floor, self.platform), self.today)

    def _head_size(self, place: str) -> int:
        head = self._head_at(place)
        return head.size if head else 0

    def _head_at(self, place: str) -> Head | None:
        """Read the first part of the newest release at a place."""
        name = head_name(self.platform)
        if _is_address(place):
            content = fetch_head(place, name, self.settings.authority, MOST_HEAD)
            return None if content is None else read_head(io.BytesIO(content), self.settings.keys)
        path = Path(place)
        if path.is_dir() and not (path / name).exists():
            # Somebody copied the release alone onto his stick.
            newest = newest_file(path, self.platform)
            return None if newest is None else open_release(newest, self.settings.keys)
        return open_release(path if path.is_file() else path / name, self.settings.keys)


def media_places(platform_name: str, roots: Iterable[Path]) -> tuple[str, ...]:
    """Return the folders of what is plugged in that hold a release for this kind of machine.

    Args:
        platform_name: What kind of machine this is.
        roots: Where media appear: each is looked at, and the folders right below it.
    """
    found = []
    for root in roots:
        with contextlib.suppress(OSError):
            below = [path for path in sorted(root.iterdir())[:_MOST_BELOW] if path.is_dir()]
            for folder in (root, *below):
                with contextlib.suppress(OSError):
                    if (folder / head_name(platform_name)).exists() or newest_file(folder, platform_name):
                        found.append(str(folder))
    return tuple(found)


def media_roots() -> tuple[Path, ...]:
    """Return where this system shows sticks and discs."""
    if os.name == "nt":
        drives = (Path(f"{letter}:/") for letter in string.ascii_uppercase[2:])
        return tuple(drive for drive in drives if drive.exists())
    user = getpass.getuser()
    mounts = (place / user for place in (Path("/media"), Path("/run/media")))
    sticks = [stick for mount in mounts if mount.is_dir() for stick in sorted(mount.iterdir())]
    return (*sticks, Path("/media"), Path("/mnt"))


def _is_address(place: str) -> bool:
    return place.startswith(("https://", "http://"))
