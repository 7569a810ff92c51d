"""Build the packages: one command each, from the locked requirements, in an environment of its own.

``just package deb``, ``city-deb``, ``tree``, ``release``, ``key``; ``--help`` says more. All goes to out/package.
"""

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "installer"
OUT = ROOT / "out" / "package"
VENV = OUT / "venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
#: A release may be installed for half a year; then a newer one is asked for.
LASTS = timedelta(days=183)
MAINTAINER = "Mot Cua <motcua@localhost>"

#: Libraries of the system that Qt, Python and the drivers load (setup.sh names the same for a checkout).
LIBRARIES = """
libc6 (>= 2.36), libstdc++6, zlib1g, libbz2-1.0, liblzma5, libffi8, libuuid1, libsqlite3-0,
libssl3 | libssl3t64
""".strip()
WINDOW_LIBRARIES = """
libegl1, libgl1, libxkbcommon0, libxkbcommon-x11-0, libdbus-1-3, libfontconfig1, libfreetype6,
libglib2.0-0 | libglib2.0-0t64, libx11-6, libx11-xcb1, libxcb-cursor0, libxcb-icccm4, libxcb-image0, libxcb-keysyms1,
libxcb-randr0, libxcb-render-util0, libxcb-render0, libxcb-shape0, libxcb-shm0, libxcb-sync1, libxcb-xfixes0,
libxcb-xkb1, libxcb-glx0, libwayland-egl1, libwayland-cursor0, libwayland-client0
""".strip()


def main() -> int:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_subparsers(dest="what", required=True)
    for name, told in (("tree", "the program's folder"), ("deb", "motcua_….deb"), ("city-deb", "motcua-city_….deb")):
        sub = what.add_parser(name, help=told)
        sub.add_argument("--from-tree", type=Path, help="a folder built before, instead of building it")
        sub.add_argument("--fast", action="store_true", help="pack quickly, for a try")
    release = what.add_parser("release", help="a signed release for `motcua update`")
    release.add_argument("--key", type=Path, required=True, help="private key, made by `key`")
    release.add_argument("--from-tree", type=Path)
    release.add_argument("--fast", action="store_true", help="pack quickly, for a try")
    release.add_argument("--percent", type=int, default=100, help="share of the PCs that take it by themselves")
    release.add_argument("--floor", default="0.1.0", help="nobody who takes it goes back before")
    release.add_argument("--expires", type=date.fromisoformat, help="last day (default: in half a year)")
    release.add_argument("--note", default="", help="what changed, in Vietnamese")
    what.add_parser("key", help="make a signing key").add_argument("file", type=Path)
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    OUT.mkdir(parents=True, exist_ok=True)
    made = {"tree": _tree, "deb": _deb, "city-deb": _city_deb, "release": _release, "key": _key}[given.what](given)
    print(made)
    return 0


def version() -> str:
    """Return the program's version."""
    from desktop import __version__  # noqa: PLC0415 - the path is set in main

    return __version__


def _tree(given: argparse.Namespace) -> Path:
    return given.from_tree or built_tree("window")


def built_tree(kind: str) -> Path:
    """Run PyInstaller in the build environment and return the program's folder.

    Args:
        kind: ``window`` or ``city``.
    """
    _make_environment()
    places = ["--distpath", OUT / "dist", "--workpath", OUT / "work" / kind]
    _run([PYTHON, "-m", "PyInstaller", "--noconfirm", *places, HERE / "motcua.spec"], MOTCUA_WITH=kind)
    return OUT / "dist" / ("motcua" if kind == "window" else "motcua-city")


def _make_environment() -> None:
    """Make the build environment from the two locks, once for each state of them."""
    stamp, locks = VENV / ".stamp", (ROOT / "requirements.txt", HERE / "requirements-build.txt")
    wanted = "".join(lock.read_text("utf-8") for lock in locks)
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return
    _run([sys.executable, "-m", "venv", "--clear", VENV])
    install = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    for lock in locks:
        _run([*install, "--only-binary", ":all:", "--require-hashes", "-r", lock])
    stamp.write_text(wanted, "utf-8")


def _deb(given: argparse.Namespace) -> Path:
    """Pack the desktop program: versions side by side below /opt, a starter, a menu entry, a manual page."""
    number, stage = version(), _stage("deb")
    program = stage / "opt/motcua/versions" / number
    _copy_tree(_tree(given), program)
    _copy(HERE / "linux/motcua", stage / "opt/motcua/motcua", 0o755)
    (stage / "usr/bin").mkdir(parents=True)
    (stage / "usr/bin/motcua").symlink_to("/opt/motcua/motcua")
    _copy(HERE / "linux/motcua.desktop", stage / "usr/share/applications/motcua.desktop")
    _copy(HERE / "motcua.svg", stage / "usr/share/icons/hicolor/scalable/apps/motcua.svg")
    # Not below /etc: dpkg would ask about it where the IT staff laid theirs down before, and an installation is silent.
    _copy(HERE / "update.toml", stage / "usr/share/doc/motcua/update.toml")
    for unit in ("motcua-update.service", "motcua-update.timer"):
        _copy(HERE / "linux" / unit, stage / "usr/lib/systemd/system" / unit)
    _manual(stage, "motcua")
    _books(stage / "usr/share/doc/motcua")
    _licences(stage / "usr/share/doc/motcua")
    depends = f"{LIBRARIES}, {WINDOW_LIBRARIES}".replace("\n", " ")
    recommends = "libcups2 | libcups2t64, gnome-keyring | libsecret-1-0, fonts-dejavu-core"
    told = "Tiếp nhận, giải quyết và trả kết quả hồ sơ tại bộ phận một cửa cấp xã, làm việc được không cần mạng."
    _control(stage, "motcua", number, depends, recommends, told, HERE / "linux")
    return _pack(stage, f"motcua_{number}_amd64.deb", is_fast=given.fast)


def _city_deb(given: argparse.Namespace) -> Path:
    """Pack the city server: the program, its unit, samples of nginx and of its settings, the runbook's scripts."""
    number, stage = version(), _stage("city-deb")
    _copy_tree(given.from_tree or built_tree("city"), stage / "opt/motcua-city")
    here = HERE / "cityserver"
    (stage / "usr/bin").mkdir(parents=True)
    (stage / "usr/bin/motcua-city").symlink_to("/opt/motcua-city/motcua-city")
    for name in ("motcua-city.service", "motcua-city-backup.service", "motcua-city-backup.timer"):
        _copy(here / name, stage / "usr/lib/systemd/system" / name)
    _copy(here / "city.env", stage / "etc/motcua-city/city.env", 0o640)
    for name in ("set-up-database", "back-up", "restore"):
        _copy(here / name, stage / "usr/lib/motcua-city" / name, 0o755)
    for name in ("nginx.conf", "README.md"):
        _copy(here / name, stage / "usr/share/doc/motcua-city" / name)
    _manual(stage, "motcua-city")
    _licences(stage / "usr/share/doc/motcua-city")
    told = "Hệ thống thành phố của Một Cửa: nhận và phát việc của các phường, công bố danh mục, tra cứu của người dân."
    depends = LIBRARIES.replace("\n", " ")
    _control(stage, "motcua-city", number, depends, "postgresql, nginx", told, here)
    return _pack(stage, f"motcua-city_{number}_amd64.deb", is_fast=given.fast)


def _release(given: argparse.Namespace) -> Path:
    """Pack and sign a release."""
    from desktop.devices.release_file import write_release  # noqa: PLC0415 - only here
    from desktop.devices.signing_key import Signer  # noqa: PLC0415 - the same
    from desktop.domain.releases import Release  # noqa: PLC0415 - the same
    from desktop.wiring.program_update import this_platform  # noqa: PLC0415 - the same

    today = datetime.now(UTC).date()  # noqa: TID251 - a build script has no clock but the machine's
    release = Release(
        version=version(),
        platform=this_platform(),
        released_on=today,
        expires_on=given.expires or today + LASTS,
        floor=given.floor,
        percent=given.percent,
        size=1,
        sha256="",
        note=given.note,
    )
    signer = Signer(bytes.fromhex(given.key.read_text("ascii").strip()))
    return write_release(_tree(given), release, signer, OUT, preset=0 if given.fast else 6)


def _key(given: argparse.Namespace) -> str:
    """Make a signing key; return the public half, for update.toml."""
    from desktop.devices.signing_key import generate  # noqa: PLC0415 - only here

    private, public = generate()
    descriptor = os.open(given.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(private.hex() + "\n")
    return public.hex()


def _control(stage: Path, name: str, number: str, depends: str, recommends: str, told: str, scripts: Path) -> None:
    """Write what dpkg reads."""
    control = stage / "DEBIAN"
    control.mkdir()
    size = sum(path.stat().st_size for path in stage.rglob("*") if path.is_file() and not path.is_symlink()) // 1024
    (control / "control").write_text(
        f"Package: {name}\nVersion: {number}\nArchitecture: amd64\nMaintainer: {MAINTAINER}\nInstalled-Size: {size}\n"
        f"Section: office\nPriority: optional\nDepends: {depends}\nRecommends: {recommends}\nDescription: {told}\n",
        "utf-8",
    )
    for script in ("preinst", "postinst", "prerm", "postrm"):
        if (scripts / script).exists():
            text = (scripts / script).read_text("utf-8").replace("@VERSION@", number)
            (control / script).write_text(text, "utf-8")
            (control / script).chmod(0o755)
    kept = sorted(path.relative_to(stage) for path in (stage / "etc").rglob("*") if path.is_file())
    if kept:
        (control / "conffiles").write_text("".join(f"/{path}\n" for path in kept), "utf-8")


def _pack(stage: Path, name: str, *, is_fast: bool) -> Path:
    target = OUT / name
    squeeze = ["-Zgzip", "-z1"] if is_fast else ["-Zxz"]
    _run(["dpkg-deb", "--root-owner-group", *squeeze, "--build", stage, target])
    shutil.rmtree(stage)
    return target


def _manual(stage: Path, command: str) -> None:
    from installer.man_page import main as write  # noqa: PLC0415 - only here

    page = stage / f"{command}.1"
    sys.argv = ["man_page", command, str(page)]
    write()
    target = stage / "usr/share/man/man1" / f"{command}.1.gz"
    target.parent.mkdir(parents=True)
    target.write_bytes(gzip.compress(page.read_bytes(), 9, mtime=0))
    page.unlink()


def _books(folder: Path) -> None:
    """Write the manuals as PDF."""
    from desktop.printing.manuals import BOOKS, write_manual  # noqa: PLC0415 - only here

    for book in BOOKS:
        write_manual(folder, book)


def _licences(folder: Path) -> None:
    """Write our notice and the licences of what is packed with us."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(HERE / "licences", folder / "licences", dirs_exist_ok=True)
    lines = [(HERE / "licences/THIRD-PARTY.md").read_text("utf-8"), "\n"]
    packed = sorted(_packed(), key=lambda each: each.metadata["Name"].lower())
    lines += [f"- {found.metadata['Name']} {found.version}: {_licence_of(found)}\n" for found in packed]
    _run([sys.executable, HERE / "supply_chain.py", "sbom", folder / "sbom.json"])
    (folder / "copyright").write_text("".join(lines), "utf-8")


def _licence_of(found: Distribution) -> str:
    """Return what a package says its licence is, in a line."""
    metadata = found.metadata
    classes = [line.rpartition("::")[2].strip() for line in metadata.get_all("Classifier") or () if "License" in line]
    plain = metadata.get("License-Expression") or ", ".join(classes) or metadata.get("License") or "?"
    return textwrap.shorten(" ".join(plain.split()), 100)


def _packed() -> Iterator[Distribution]:
    """Yield the locked packages of the build environment, or of this one when nothing was built here."""
    names = {
        line.partition("==")[0].strip().lower()
        for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()
        if "==" in line
    }
    places = [str(path) for path in VENV.glob("lib/python3*/site-packages")] or sys.path
    for found in distributions(path=places):
        if found.metadata["Name"].lower() in names:
            yield found


def _stage(name: str) -> Path:
    stage = OUT / f"stage-{name}"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    return stage


def _copy(source: Path, target: Path, mode: int = 0o644) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(mode)


def _copy_tree(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True)
    for path in target.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


def _run(command: list[object], **variables: str) -> None:
    subprocess.run([str(word) for word in command], check=True, env={**os.environ, **variables})  # noqa: S603 - ours


if __name__ == "__main__":
    sys.exit(main())
