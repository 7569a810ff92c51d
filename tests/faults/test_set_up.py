"""A set-up that is killed leaves nothing that the next one, or ``do``, mistakes for data."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.faults

#: Kill at the n-th of a call: every rename (that is where files come into place), and some writes before.
KILLED_AT = (*(("rename", n) for n in range(1, 6)), ("pwrite64", 30), ("fsync", 3))


def motcua(*arguments: str, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*prefix, sys.executable, "-m", "desktop", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )


@pytest.mark.parametrize(("call", "n"), KILLED_AT)
def test_a_killed_set_up_can_be_done_again(tmp_path: Path, call: str, n: int) -> None:
    folder = str(tmp_path / "ward")
    inject = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={call}:signal=KILL:when={n}")

    killed = motcua("--data", folder, "init", "--training", "--sample", prefix=inject)
    between = motcua("--data", folder, "verify")
    again = motcua("--data", folder, "init", "--training", "--sample")
    after = motcua("--data", folder, "verify", "--json")

    if killed.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL) and not (tmp_path / "ward" / "motcua.db").exists():
        assert between.returncode == 3
    if between.returncode == 0:
        assert again.returncode == 3
    else:
        assert (between.returncode, again.returncode) == (3, 0), (between.stderr, again.stderr)
    assert json.loads(after.stdout)["ok"]
    assert not list((tmp_path / "ward").glob(".dang-tao-*")) or between.returncode == 0


def test_keys_of_another_database_are_never_dropped(tmp_path: Path) -> None:
    keys = tmp_path / "keys.toml"
    keys.write_text("anything", "utf-8")

    refused = motcua("--data", str(tmp_path), "init", "--training", "--sample")

    assert refused.returncode == 3
    assert keys.read_text("utf-8") == "anything"
