"""Look for what acts by itself in a PDF: scripts and programs to be started. A paper has neither.

A search of names, not a reading of the document: cheap, and enough for files that do not hide. What hides is
caught where it would act: PDFium is built without scripts here and starts nothing.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

_ACTIVE: Final = frozenset({b"JavaScript", b"Launch"})

#: The kind of an action, long enough for the shortest of them, its letters perhaps written as #xx.
_KIND: Final = re.compile(rb"/(?:S|#53)\s{0,9}/((?:[A-Za-z]|#[0-9A-Fa-f]{2}){6,10})(?![A-Za-z0-9#_.+-])")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")

#: Streams that hold objects; their names are not seen before they are unpacked.
_OBJECTS: Final = re.compile(rb"/ObjStm\b[^>]{0,300}>>\s{0,4}stream\r?\n")

#: More than a document's objects ever need: beyond it lies a bomb.
_LONGEST: Final = 20_000_000


def has_active_content(pdf: bytes) -> bool:
    """Tell whether a PDF names a script or a program to be started."""
    return any(_names_action(text) for text in (pdf, *unpacked_objects(pdf)))


def _names_action(text: bytes) -> bool:
    names = (match.group(1) for match in _KIND.finditer(text))
    return any(_ESCAPED.sub(_letter, name) in _ACTIVE for name in names)


def _letter(escaped: re.Match[bytes]) -> bytes:
    return bytes([int(escaped.group(1), 16)])


def unpacked_objects(pdf: bytes) -> Iterator[bytes]:
    """Yield the text of the streams that hold objects, as far as they are ever looked through."""
    left = _LONGEST
    for match in _OBJECTS.finditer(pdf):
        unpacking = zlib.decompressobj()
        try:
            text = unpacking.decompress(pdf[match.end() :], left)
        except zlib.error:
            continue
        left -= len(text)
        yield text
        if left <= 0:
            return
