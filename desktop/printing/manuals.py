"""The manuals as PDF, for those who read on paper."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from desktop import __version__
from reports import manual

#: The books, by the name of their file.
BOOKS: Final = ("can-bo", "lanh-dao", "quan-tri")


def manual_pdf(book: str) -> bytes:
    """Return a manual as a PDF.

    Args:
        book: One of :data:`BOOKS`.

    Threads: any.
    """
    folder = Path(str(files("resources").joinpath("manual")))
    return manual.render((folder / f"{book}.md").read_text("utf-8"), folder.joinpath, f"Một Cửa {__version__}")


def file_name(book: str) -> str:
    """Return the name of a manual's file."""
    return f"sach-{book}.pdf"


def write_manual(folder: Path, book: str) -> Path:
    """Write a manual into a folder; return the file.

    Raises:
        OSError: the disk refused.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(book)
    path.write_bytes(manual_pdf(book))
    return path
