"""The ward the benches measure is a ward like any other: made quickly past the program, it verifies as if lived."""

import subprocess
import sys
from pathlib import Path

import pytest

GENERATE = Path(__file__).parents[1] / "bench" / "generate.py"


@pytest.mark.slow
def test_a_generated_ward_verifies(tmp_path: Path) -> None:
    command = [sys.executable, str(GENERATE), "--dossiers", "60", "--folder", str(tmp_path / "ward"), "--verify"]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1].endswith(": clean")
