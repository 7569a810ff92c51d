"""Know where pseudo-terminals stand in for a reader's cable."""

from pathlib import Path

import pytest

needs_terminals = pytest.mark.skipif(
    not Path("/dev/pts/ptmx").exists(),
    reason="no pseudo-terminals: Windows has none of this kind, and a chroot must mount devpts on /dev/pts",
)
