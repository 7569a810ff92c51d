"""Which blocks of ordinals a counter may give codes from: a ladder of its own, so that no two counters ever meet.

Counter n has block n-1 (four digits, the law's plain ordinal) and n+9 (five digits) for n up to 9; 9 and 19 are the
city's. Further blocks, and all blocks of counters from 10 on, are rungs 20 + (n-1) + 80·k: they depend on the counter
only, so a city restored from a backup cannot give one counter what it had given to another one.

Source: definitions 7; docs/decisions/0012-sync.md.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import count, islice

#: Counters a unit may have.
MAX_COUNTER = 80
#: The last counter that has a four-digit block: block 9 is the city's.
_LAST_PLAIN = 9
_OVERFLOW = 10
_FIRST_RUNG = 20
#: Blocks end here: ordinals of six digits.
_LAST_BLOCK = 999


def ladder(counter: int) -> Iterator[int]:
    """Yield the blocks a counter may ever have, in the order of use."""
    if counter <= _LAST_PLAIN:
        yield counter - 1
        yield counter - 1 + _OVERFLOW
    for rung in count():
        block = _FIRST_RUNG + counter - 1 + MAX_COUNTER * rung
        if block > _LAST_BLOCK:
            return
        yield block


def first_blocks(counter: int) -> tuple[int, ...]:
    """Return the blocks a counter begins with: two, of which the first has four digits where the counter has one."""
    return tuple(islice(ladder(counter), 2))


def blocks_of_copy(counter: int, taken: Iterable[int], epoch: str, wanted: int) -> tuple[int, ...]:
    """Return the next blocks a copy of a counter's PC may have: from the ladder's far half, where to begin by its log.

    A city restored from a backup may have forgotten the copy: what it gives the original next comes from the near
    end, and what it gives another copy begins elsewhere.
    """
    rungs, had = list(ladder(counter)), frozenset(taken)
    near, far = rungs[: len(rungs) // 2], rungs[len(rungs) // 2 :]
    begin = int.from_bytes(sha256(epoch.encode()).digest()[:8]) % len(far)
    order = (*far[begin:], *far[:begin], *reversed(near))
    return tuple(islice((block for block in order if block not in had), wanted))


def is_of_copy(counter: int, blocks: Iterable[int]) -> bool:
    """Tell whether blocks are of the half of the ladder that copies begin with."""
    rungs = list(ladder(counter))
    return set(blocks) <= set(rungs[len(rungs) // 2 :])


def free_blocks(counter: int, taken: Iterable[int], wanted: int) -> tuple[int, ...]:
    """Return the next blocks of a counter's ladder that nobody has had; fewer when the ladder ends."""
    had = frozenset(taken)
    return tuple(islice((block for block in ladder(counter) if block not in had), wanted))
