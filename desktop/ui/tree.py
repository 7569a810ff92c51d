"""Look for what stands inside a window without keeping it."""

from collections.abc import Iterator

from PySide6.QtCore import QObject


def within(root: QObject) -> Iterator[QObject]:
    """Yield everything inside an object, parents before their children.

    PySide's ``findChildren`` binds whatever it finds to the object that was asked: the Python side of each scroll bar
    and list that Qt itself made inside a page stays until the *window* goes, though the page went long before: a tenth
    of a megabyte a log-in. ``children`` binds to the true parent.
    """
    for child in root.children():
        yield child
        yield from within(child)
