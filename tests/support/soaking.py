"""What a process holds minute by minute, and whether it grew: the judgement of a long run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: May be held more at the end than after the warm-up.
MOST_GROWN_MB: Final = 50.0
MINUTE_S: Final = 60.0
#: The warm-up ends after this share of the time, not before so many dossiers: every page, dialog and paper was seen.
WARM_SHARE: Final = 0.1
WARM_DOSSIERS: Final = 20
#: Minutes looked at on either side: a dialog on its way out, a paper being written is no leak.
SPAN: Final = 3
#: What must not grow at all.
COUNTED: Final = ("files", "widgets", "timers", "threads")


@dataclass(frozen=True, slots=True)
class Held:
    """Say what the process holds.

    Attributes:
        at_s: Since the start.
        dossiers: Received so far.
        memory_mb: Resident.
        files: Open descriptors.
        widgets: Of all windows.
        timers: Of all windows.
        threads: Of the process.
        cpu_s: Processor time since the start.
    """

    at_s: float
    dossiers: int
    memory_mb: float
    files: int
    widgets: int
    timers: int
    threads: int
    cpu_s: float

    def line(self) -> str:
        """Return it as one line of the record."""
        return (
            f"{self.at_s / MINUTE_S:7.1f} min {self.dossiers:>5} dossiers {self.memory_mb:7.1f} MB "
            f"{self.files:>3} files {self.widgets:>5} widgets {self.timers:>4} timers {self.threads:>3} threads "
            f"{100 * self.cpu_s / max(self.at_s, 1):5.1f} % cpu"
        )


def grown(lines: Sequence[Held]) -> list[str]:
    """Return what is held more in the last minutes than in the first ones after the warm-up.

    Args:
        lines: One a minute.
    """
    warm_s = lines[-1].at_s * WARM_SHARE if lines else 0.0
    warm = [each for each in lines if each.at_s >= warm_s and each.dossiers >= WARM_DOSSIERS]
    if len(warm) < 2 * SPAN:
        return [f"only {len(warm)} minutes after the warm-up: too short to tell"]
    first, last = warm[:SPAN], warm[-SPAN:]
    found = []
    more_mb = min(each.memory_mb for each in last) - min(each.memory_mb for each in first)
    if more_mb > MOST_GROWN_MB:
        found.append(f"memory grew by {more_mb:.0f} MB")
    for name in COUNTED:
        before, after = max(getattr(each, name) for each in first), min(getattr(each, name) for each in last)
        if after > before:
            found.append(f"{name} grew from {before} to {after}")
    return found
