"""Write the sources of a version after this one, to build and to prove updates with: ``next_version.py FOLDER 0.2.0``.

What a real next release changes is not known before it is there, so this one changes what an update must be able to
carry: its number, a migration of the kept tables (the one the tests use), and the version of the folded tables, so that
every database is migrated and folded anew. The folder then builds like this one: ``FOLDER/installer/build.py deb``.
"""

import argparse
import io
import re
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = Path("out/package/venv")


def main() -> int:
    """Write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("version")
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True)  # noqa: S607 - git
    given.folder.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(given.folder)  # noqa: S202 - our own commit
    make_next(given.folder, given.version)
    if (ROOT / ENVIRONMENT).is_dir():
        # The build environment is the same: its locks are.
        (given.folder / ENVIRONMENT).parent.mkdir(parents=True)
        (given.folder / ENVIRONMENT).symlink_to(ROOT / ENVIRONMENT)
    return 0


def make_next(folder: Path, version: str) -> None:
    """Turn a copy of the sources into the next version.

    Raises:
        ValueError: a line that is to be changed is not where it was.
    """
    from tests.support.next_release import MIGRATION, REVISION  # noqa: PLC0415 - the path is set in main

    _replace(folder / "desktop/__init__.py", r'__version__ = "[^"]+"', f'__version__ = "{version}"')
    _replace(folder / "pyproject.toml", r'(?m)^version = "[^"]+"', f'version = "{version}"')
    _replace(folder / "desktop/storage/schema.py", r"REVISIONS = \((.+)\)", rf'REVISIONS = (\1, "{REVISION}")')
    tables = folder / "desktop/storage/tables.py"
    found = re.search(r"PROJECTION_VERSION: Final = (\d+)", tables.read_text("utf-8"))
    fold = int(found[1]) + 1 if found else 0
    _replace(tables, r"PROJECTION_VERSION: Final = \d+", f"PROJECTION_VERSION: Final = {fold}")
    (folder / "desktop/storage/migrations/versions" / f"{REVISION}_next.py").write_text(MIGRATION, "utf-8")


def _replace(path: Path, pattern: str, text: str) -> None:
    changed, n = re.subn(pattern, text, path.read_text("utf-8"))
    if n != 1:
        raise ValueError(path)
    path.write_text(changed, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
