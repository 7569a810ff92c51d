"""Open an epoch of a PC's log: which blocks it may give codes from, and whether the log before it is over.

The log before is over when the same installation says so. A copy on another PC, and a log that forked, leave it open:
it goes on elsewhere, with its blocks.

Source: docs/decisions/0012-sync.md.
"""

from collections.abc import Collection
from dataclasses import replace

from desktop.cityserver.blocks import blocks_of_copy, first_blocks, free_blocks, is_of_copy
from desktop.cityserver.ports import Device, EpochState, UnitTransaction
from desktop.domain.events import GENESIS_HASH
from desktop.protocol.messages import EpochRequest

#: The city lost an epoch it had opened: which blocks the PC has, it says with its next lease.
_RECOVERED = "recovered"
#: Reasons that say that the log before goes on elsewhere: it stays open and keeps its blocks.
_ELSEWHERE = frozenset({"copied", "fork"})


def opened(
    transaction: UnitTransaction, device: Device, request: EpochRequest, relayed: EpochState | None
) -> EpochState:
    """Open an epoch and save it.

    Args:
        transaction: The unit.
        device: Who asks.
        request: What he asks.
        relayed: What is known of the epoch from events that others relayed.
    """
    previous = transaction.epoch(device.replica_id, request.previous_epoch) if request.previous_epoch else None
    is_same_log = previous is not None and previous.install in (request.install, "")
    gives_way = is_same_log and request.reason not in _ELSEWHERE
    blocks: tuple[int, ...] = ()
    if request.reason != _RECOVERED:
        blocks = previous.blocks if previous is not None and gives_way else ()
        blocks = blocks or _fresh(transaction, device, request)
    was_used = request.reason != "first" and bool(set(blocks) & set(first_blocks(device.counter)))
    if previous is not None and blocks and blocks == previous.blocks:
        was_used = True
    state = EpochState(
        replica_id=device.replica_id,
        epoch=request.epoch,
        last=relayed.last if relayed else 0,
        head=relayed.head if relayed else GENESIS_HASH,
        is_open=True,
        blocks=blocks,
        void_through=max(transaction.max_day(device.replica_id), request.void_through) if was_used else "",
        install=request.install,
        reason=request.reason,
        previous_epoch=request.previous_epoch,
        previous_seq=request.previous_seq,
    )
    if previous is not None and gives_way:
        transaction.save_epoch(replace(previous, is_open=False, blocks=()))
    transaction.save_epoch(state)
    return state


def _fresh(transaction: UnitTransaction, device: Device, request: EpochRequest) -> tuple[int, ...]:
    """Return blocks nobody has: for a copy on another PC never the first ones, which the original may use."""
    taken = {block for state in transaction.epochs() for block in state.blocks}
    first = first_blocks(device.counter)
    if request.reason not in _ELSEWHERE and taken.isdisjoint(first):
        return first
    taken |= set(first)
    if request.reason in _ELSEWHERE:
        return blocks_of_copy(device.counter, taken, request.epoch, 1)
    return free_blocks(device.counter, taken, 1)


def further_blocks(
    counter: int, state: EpochState, held: Collection[int], taken: Collection[int], wanted: int
) -> tuple[int, ...]:
    """Return more blocks for an epoch, as its first ones were chosen: a copy's from the other end of the ladder.

    Args:
        counter: Whose ladder.
        state: The epoch; one the city forgot and opened again is told by what its PC holds.
        held: Blocks the PC has.
        taken: Blocks somebody has.
        wanted: How many.
    """
    is_forgotten_copy = state.reason == _RECOVERED and bool(held) and is_of_copy(counter, held)
    if state.reason in _ELSEWHERE or is_forgotten_copy:
        return blocks_of_copy(counter, taken, state.epoch, wanted)
    return free_blocks(counter, taken, wanted)
