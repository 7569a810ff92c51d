"""Check that the modules of full_branch_coverage.txt keep 100 % line and branch coverage by their own tests.

Runs those tests under coverage, for `just headless` and `just perfect`. The list only grows: a
module that became perfect is named, and with --grow added.
"""

import subprocess
import sys
from pathlib import Path

import coverage
from coverage.exceptions import CoverageException

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("full_branch_coverage.txt")
FOLDERS = ("desktop/domain", "desktop/protocol")


def listed() -> list[str]:
    """Read the modules on the list."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def shortfall(data: coverage.Coverage, module: str) -> str | None:
    """Say what of a module its tests do not reach; None when they reach all."""
    path = ROOT / module
    if not path.is_file():
        return "is on the list, but not in the tree"
    try:
        _, statements, _, missing, described = data.analysis2(str(path))
        partial = data._analyze(str(path)).missing_branch_arcs()  # the API reports lines only
    except CoverageException as error:
        return f"was not measured: {error}"
    if missing:
        return f"lines not run: {described}"
    if partial and statements:
        ways = ", ".join(f"{line}->{'/'.join(map(str, ends))}" for line, ends in sorted(partial.items()))
        return f"ways not taken: {ways}"
    return None


def main() -> int:
    """Report; return the exit code."""
    tests = [f"tests/unit/{folder.rpartition('/')[2]}" for folder in FOLDERS]
    tests = [folder for folder in tests if (ROOT / folder).is_dir()]
    command = [sys.executable, "-m", "coverage", "run", "-m", "pytest", "-q", "-m", "not slow", *tests]
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        return done.returncode
    data = coverage.Coverage()
    data.load()
    wanted = listed()
    failures = {module: text for module in wanted if (text := shortfall(data, module))}
    for module, text in failures.items():
        sys.stdout.write(f"{module}: {text}\n")
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            module = path.relative_to(ROOT).as_posix()
            if module in wanted or path.name == "__init__.py":
                continue
            text = shortfall(data, module)
            if text is None and "--grow" in sys.argv:
                with LIST.open("a", encoding="utf-8") as file:
                    file.write(f"{module}\n")
            remark = f"not listed; {text}" if text else "perfect now, add it to the list (just perfect --grow)"
            sys.stdout.write(f"{module}: {remark}\n")
    kept = len(wanted) - len(failures)
    sys.stdout.write(f"{kept} of {len(wanted)} listed modules keep full branch coverage\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
