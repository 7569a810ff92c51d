"""The demo's step lines."""

from collections.abc import Callable
from dataclasses import dataclass

Say = Callable[[str], None]


@dataclass(slots=True)
class Steps:
    """Number the lines of the demo.

    Attributes:
        say: Takes one line.
        n: How many were said.
    """

    say: Say
    n: int = 0

    def tell(self, text: str) -> None:
        """Say one step."""
        self.n += 1
        self.say(f"[{self.n:02d}] {text}")
