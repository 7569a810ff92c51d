"""Make releases and program folders for tests: signed files whose program is a script that runs ours."""

import subprocess
from datetime import date
from pathlib import Path

from desktop.devices.program_folder import Pointer, ProgramFolder
from desktop.devices.release_file import write_release
from desktop.devices.signing_key import Signer
from desktop.domain.releases import Release
from desktop.wiring.program_update import this_platform

ISSUER = Signer(bytes(range(1, 33)))
STRANGER = Signer(bytes(range(2, 34)))
TODAY = date(2026, 11, 30)
#: A program that passes its self-test, and answers with its version.
GOOD = '#!/bin/sh\ncase "$1" in update) exit 0 ;; esac\necho "{version} $*"\n'
#: One that does not.
FAILING = "#!/bin/sh\necho 'không mở được cửa sổ' >&2\nexit 1\n"


def program(folder: Path, version: str, script: str = GOOD) -> Path:
    """Write a program's folder; return it."""
    folder.mkdir(parents=True)
    (folder / "motcua").write_text(script.format(version=version), "utf-8")
    (folder / "motcua").chmod(0o755)
    (folder / "lib").mkdir()
    (folder / "lib" / "data").write_bytes(bytes(range(256)) * 300)
    (folder / "lib" / "link").symlink_to("data")
    return folder


def make_release(
    folder: Path, version: str = "0.2.0", *, signer: Signer = ISSUER, script: str = GOOD, **says: object
) -> Path:
    """Write a release's file; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    source = program(folder / f"program-{version}", version, script)
    plain = Release(
        version=version,
        platform=str(says.get("platform", this_platform())),
        released_on=TODAY,
        expires_on=says.get("expires_on", date(2099, 1, 1)),  # type: ignore[arg-type]
        floor=str(says.get("floor", "0.1.0")),
        percent=int(str(says.get("percent", 100))),
        size=1,
        sha256="",
        note=str(says.get("note", "")),
    )
    return write_release(source, plain, signer, folder, preset=0)


def make_folder(root: Path, version: str = "0.1.0") -> ProgramFolder:
    """Write a program folder with one version in use; return it."""
    program(root / "versions" / version, version)
    folder = ProgramFolder(root)
    folder.point(Pointer(version, "", version))
    return folder


def write_settings(path: Path, *, place: str = "", keys: tuple[bytes, ...] = (ISSUER.public,)) -> Path:
    """Write an installation's ``update.toml``; return it."""
    listed = ", ".join(f'"{key.hex()}"' for key in keys)
    path.write_text(f'keys = [{listed}]\nplace = "{place}"\n', "utf-8")
    return path


def starts(root: Path) -> str:
    """Start the version in use as the starter does, and return what it says."""
    version = (root / "current").read_text("ascii").split()[0]
    return subprocess.run(
        [root / "versions" / version / "motcua", "x"], capture_output=True, text=True, check=True
    ).stdout
