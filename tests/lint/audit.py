"""Ask for known holes in the locked packages; without the advisory service say so, loudly, and fail nothing silently.

Exit codes: 0 nothing known, 1 something is known, 3 not asked (no network, or pip-audit is not installed).
"""

import subprocess
import sys

from tests.lint.repository import ROOT

NOT_ASKED = 3
LOCKS = ("requirements.txt", "requirements-dev.txt")
#: What pip-audit says when the service did not answer.
_UNREACHABLE = ("ConnectionError", "Max retries", "Timeout", "Temporary failure", "ServiceError", "Could not reach")


def main() -> int:
    """Audit each lock; return the worst exit code."""
    return max(audit(lock) for lock in LOCKS)


def audit(lock: str) -> int:
    """Audit one lock.

    Args:
        lock: Name of the file at the root.
    """
    line = [sys.executable, "-m", "pip_audit", "--strict", "--disable-pip", "--require-hashes", "-r", str(ROOT / lock)]
    done = subprocess.run([*line, "--progress-spinner", "off"], capture_output=True, text=True, check=False)
    told = done.stdout + done.stderr
    if done.returncode == 0:
        print(f"{lock}: no known holes")
        return 0
    if "No module named" in told or any(word in told for word in _UNREACHABLE):
        reason = told.strip().splitlines()[-1] if told.strip() else "no answer"
        print(f"{lock}: NOT AUDITED: the advisory service was not asked ({reason}). Run `just audit` with a network.")
        return NOT_ASKED
    print(f"{lock}:\n{told}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
