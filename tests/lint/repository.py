"""The files of this repository, for the checks beside this module."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def tracked_files() -> tuple[Path, ...]:
    """List what git tracks or would add: everything but what .gitignore names."""
    command = "git -c safe.directory=* ls-files -z --cached --others --exclude-standard"
    listed = subprocess.run(command.split(), cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return tuple(sorted(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()))


def python_files(*folders: str) -> tuple[Path, ...]:
    """List the tracked Python modules below these top-level folders."""
    modules = (path for path in tracked_files() if path.suffix == ".py")
    return tuple(path for path in modules if path.relative_to(ROOT).parts[0] in folders)
