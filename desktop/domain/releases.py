"""What a release says of itself, and whether this PC may take it.

The signed words of a release are JSON; they are read here only after their signature was found good. Versions are
three numbers, compared one by one. How releases are made and travel is told in installer/README.md.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from desktop.domain.errors import DamagedData, UserError

_VERSION: Final = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})")
_PLATFORM: Final = re.compile(r"[a-z0-9]{1,20}-[a-z0-9_]{1,20}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
#: All PCs of a city; a share of them is counted in hundredths.
EVERYBODY: Final = 100


@dataclass(frozen=True, slots=True)
class Release:
    """Describe one release of the program for one kind of machine.

    Attributes:
        version: Three numbers between points.
        platform: ``linux-x86_64``, ``windows-x86_64``.
        released_on: Day of the release.
        expires_on: Last day on which it may be installed: an old medium does not keep a PC behind for ever.
        floor: Nobody who took this release goes back before this version.
        percent: Share of the PCs that take it by themselves, 0 to 100; a person may install it anywhere.
        size: Bytes of its program files, packed.
        sha256: Digest of them.
        note: What changed, for the person who installs it.
    """

    version: str
    platform: str
    released_on: date
    expires_on: date
    floor: str
    percent: int
    size: int
    sha256: str
    note: str = ""

    @property
    def file_name(self) -> str:
        """Return the name its file has on a medium, a share or the city's server."""
        return f"motcua-{self.version}-{self.platform}.motcua-release"


@dataclass(frozen=True, slots=True)
class Installed:
    """Say what a PC has.

    Attributes:
        version: The version in use.
        floor: The highest floor of all releases it took.
        platform: What kind of machine it is.
    """

    version: str
    floor: str
    platform: str


def order_of(version: str) -> tuple[int, int, int]:
    """Return what versions are compared by.

    Raises:
        ValueError: these are not three numbers.
    """
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError("a version is three numbers between points")
    first, second, third = match.groups()
    return int(first), int(second), int(third)


def is_version(text: str) -> bool:
    """Tell whether a text is a version, and so a safe name of a folder."""
    return _VERSION.fullmatch(text) is not None


def release_words(release: Release) -> bytes:
    """Return the words that are signed."""
    plain = {
        "version": release.version,
        "platform": release.platform,
        "released_on": release.released_on.isoformat(),
        "expires_on": release.expires_on.isoformat(),
        "floor": release.floor,
        "percent": release.percent,
        "size": release.size,
        "sha256": release.sha256,
        "note": release.note,
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def read_release(words: bytes) -> Release:
    """Read signed words; a newer program may have said more.

    Raises:
        DamagedData: ``release_unreadable``.
    """
    try:
        plain: Mapping[str, Any] = json.loads(words)
        release = Release(
            version=str(plain["version"]),
            platform=str(plain["platform"]),
            released_on=date.fromisoformat(plain["released_on"]),
            expires_on=date.fromisoformat(plain["expires_on"]),
            floor=str(plain["floor"]),
            percent=int(plain["percent"]),
            size=int(plain["size"]),
            sha256=str(plain["sha256"]),
            note=str(plain.get("note", "")),
        )
        is_whole = (
            order_of(release.floor) <= order_of(release.version)
            and _PLATFORM.fullmatch(release.platform)
            and _SHA256.fullmatch(release.sha256)
            and 0 <= release.percent <= EVERYBODY
            and release.size > 0
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedData("release_unreadable") from error
    if not is_whole:
        raise DamagedData("release_unreadable")
    return release


def check_release(release: Release, installed: Installed, on: date) -> None:
    """Refuse a release that this PC must not take.

    Args:
        release: Its signature is good.
        installed: What the PC has.
        on: Today.

    Raises:
        UserError: ``release_other_platform``, ``release_expired``, ``release_below_floor``, ``release_not_newer``.
    """
    if release.platform != installed.platform:
        raise UserError("release_other_platform", platform=release.platform, ours=installed.platform)
    if order_of(release.version) < order_of(installed.floor):
        raise UserError("release_below_floor", version=release.version, floor=installed.floor)
    if order_of(release.version) <= order_of(installed.version):
        raise UserError("release_not_newer", version=release.version, current=installed.version)
    if on > release.expires_on:
        raise UserError("release_expired", version=release.version, expires_on=f"{release.expires_on:%d/%m/%Y}")


def check_return(version: str, floor: str) -> None:
    """Refuse to go back before the floor.

    Raises:
        UserError: ``release_below_floor``.
    """
    if order_of(version) < order_of(floor):
        raise UserError("release_below_floor", version=version, floor=floor)


def is_in_turn(release: Release, machine: str) -> bool:
    """Tell whether a PC is among the share that takes a release by itself.

    A PC stays in turn when the share grows; each version draws the PCs anew.

    Args:
        release: The release.
        machine: Id of the PC.
    """
    drawn = int.from_bytes(hashlib.sha256(f"{release.version}\n{machine}".encode()).digest()[:4]) % EVERYBODY
    return drawn < release.percent
