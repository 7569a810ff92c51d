"""Talk to the person who started the program: on the terminal, or in a box where Windows gave it none."""

import ctypes
import sys
from typing import Final

_TITLE: Final = "Một Cửa"
#: MB_ICONERROR of MessageBoxW.
_ERROR_ICON: Final = 0x10


def ask_line(words: str) -> str:
    """Ask for a line and return it without spaces around it, "" where nothing comes; for a terminal only.

    The library's own prompts write a space to standard output, which is for answers alone.
    """
    sys.stderr.write(f"{words}: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def tell(sentence: str) -> None:
    """Say a sentence; standard output is for answers alone.

    A Windows program without a console has no standard error at all: what is said there would be lost, or end it.
    """
    if sys.stderr is not None:
        sys.stderr.write(f"{sentence}\n")
    elif sys.platform == "win32":
        ctypes.windll.user32.MessageBoxW(None, sentence, _TITLE, _ERROR_ICON)
