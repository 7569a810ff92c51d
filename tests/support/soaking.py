"""What a process holds step by step, and whether it grew: the judgement of a long run."""

import ctypes
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: May be held more at the end of a day of eight hours than after the warm-up.
MOST_GROWN_MB: Final = 50.0
#: Citizens of such a day at one busy counter; the wards with most to do receive a few more in the whole ward.
DAY: Final = 600
MINUTE_S: Final = 60.0
#: The warm-up ends after this share of the time, not before so many dossiers: every page, dialog and paper was seen.
WARM_SHARE: Final = 0.1
WARM_DOSSIERS: Final = 20
#: Lines looked at on either side: a dialog on its way out, a paper being written is no leak.
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
        used_mb: Of it, asked for from the C library and not given back; None where it does not tell. What is resident
            beyond that is room between what is used: it is used again.
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
    used_mb: float | None = None

    def line(self) -> str:
        """Return it as one line of the record."""
        used = "" if self.used_mb is None else f"({self.used_mb:.1f} used) "
        return (
            f"{self.at_s / MINUTE_S:7.1f} min {self.dossiers:>5} dossiers {self.memory_mb:7.1f} MB {used}"
            f"{self.files:>3} files {self.widgets:>5} widgets {self.timers:>4} timers {self.threads:>3} threads "
            f"{100 * self.cpu_s / max(self.at_s, 1):5.1f} % cpu"
        )


class _Mallinfo2(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


def used_mb() -> float | None:
    """Return what was asked for from the C library and not given back, in all threads; None where it does not tell.

    Python's own small objects lie in blocks of their own beside it: ``sys.getallocatedblocks`` counts them.
    """
    ask = getattr(ctypes.CDLL(None), "mallinfo2", None) if sys.platform == "linux" else None
    if ask is None:
        return None
    ask.restype = _Mallinfo2
    told = ask()
    return float(told.uordblks + told.hblkhd) / 1e6


def grown(lines: Sequence[Held], days: float = 1.0) -> list[str]:
    """Return what is held more in the last lines than in the first ones after the warm-up.

    Args:
        lines: One a minute, or one every so many dossiers.
        days: How many days' work it was; less than one may grow no less.
    """
    warm_s = lines[-1].at_s * WARM_SHARE if lines else 0.0
    warm = [each for each in lines if each.at_s >= warm_s and each.dossiers >= WARM_DOSSIERS]
    if len(warm) < 2 * SPAN:
        return [f"only {len(warm)} lines after the warm-up: too short to tell"]
    first, last = warm[:SPAN], warm[-SPAN:]
    found = []
    more_mb = min(each.memory_mb for each in last) - min(each.memory_mb for each in first)
    if more_mb > MOST_GROWN_MB * max(days, 1.0):
        found.append(f"memory grew by {more_mb:.0f} MB")
    for name in COUNTED:
        before, after = max(getattr(each, name) for each in first), min(getattr(each, name) for each in last)
        if after > before:
            found.append(f"{name} grew from {before} to {after}")
    return found
