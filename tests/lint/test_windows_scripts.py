"""What can be held of the scripts for Windows without Windows: what its own tools read otherwise than ours."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.lint.repository import ROOT, tracked_files

WINDOWS = ROOT / "installer" / "windows"
SETUP = (WINDOWS / "setup.nsi").read_text("utf-8")
SCRIPTS = [path for path in tracked_files() if path.suffix == ".ps1"]
#: What PowerShell 7 knows and Windows PowerShell 5.1 does not parse.
NEWER = re.compile(r"&&|\|\||\?\?|\?\.|\?\[|-Parallel\b|\bclean\s*\{")
#: Instructions whose path makensis looks for on the machine it runs on.
LOOKED_FOR = re.compile(r"^\s*(?:File|OutFile|LicenseData|LoadLanguageFile)\b.*$", re.MULTILINE)
LAID_DOWN = re.compile(r'^\s*(?:File "[^"]*\\|WriteUninstaller "\$INSTDIR\\)([^"\\*]+)"', re.MULTILINE)
SHORTCUT = re.compile(r'^\s*CreateShortcut "([^"]+)"', re.MULTILINE)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_of_powershell_is_plain_ascii(path: Path) -> None:
    # Windows PowerShell reads a file without a mark of its encoding in the machine's code page.
    assert path.read_bytes().isascii()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_of_powershell_keeps_to_what_windows_brings(path: Path) -> None:
    lines = [line.partition("#")[0] for line in path.read_text("ascii").splitlines()]
    code = re.sub(r"'[^']*'", "''", "\n".join(lines))

    assert NEWER.findall(code) == []


def test_paths_of_the_setup_have_backslashes_since_windows_splits_at_nothing_else() -> None:
    looked_for = [word for line in LOOKED_FOR.findall(SETUP) for word in re.findall(r'"([^"]+)"', line)]

    assert looked_for
    assert [word for word in looked_for if "/" in word] == []


def test_what_the_setup_lays_down_the_remover_takes_away() -> None:
    laid = LAID_DOWN.findall(SETUP)
    shortcuts = SHORTCUT.findall(SETUP)
    removal = SETUP.partition("Section Uninstall")[2]

    assert {"motcua.exe", "motcua.com", "uninstall.exe"} <= set(laid)
    assert [name for name in laid if f'Delete "$INSTDIR\\{name}"' not in removal] == []
    assert [link for link in shortcuts if f'Delete "{link}"' not in removal] == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", [(), ("-DPER_USER",)], ids=["machine", "user"])
def test_the_setup_compiles(kind: tuple[str, ...], tmp_path: Path) -> None:
    if shutil.which("makensis") is None:
        pytest.skip("no makensis here")
    for name in ("tree/_internal/x.dll", "tree/motcua.exe", "tree/motcua-cli.exe", "motcua.exe", "motcua.com"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")

    made = subprocess.run(
        [WINDOWS / "build-setup.sh", tmp_path / "tree", tmp_path, tmp_path, *kind],
        capture_output=True,
        text=True,
        check=False,
    )

    assert made.returncode == 0, made.stdout + made.stderr
    assert "warning" not in made.stdout
    assert list(tmp_path.glob("MotCua-*-setup.exe"))
