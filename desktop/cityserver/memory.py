"""Let Python look for rubbish more rarely: a batch is thousands of small objects that all die with its answer."""

import gc
from typing import Final

#: New objects between two looks; Python's own 700 would come a dozen times within one batch.
_BETWEEN: Final = 50_000


def settle_memory() -> None:
    """Leave what is loaded by now alone for good, and look at the rest more rarely; call it once, before serving."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_BETWEEN, 20, 20)
