"""Count how often a PDF draws its own pieces before anything draws it: pieces inside pieces double a thousandfold.

A form inside a form inside a form, ten times each, makes a billion drawings of a kilobyte: PDFium would read them all,
and nothing could stop it. Here every piece is read once; it costs what its parts cost, as often as it names them.
"""

import base64
import re
import zlib
from io import BytesIO
from typing import Any, Final

from desktop.devices.pdf_active_content import unpacked_objects

#: Far more pieces than a page of an office document or a drawing draws, far fewer than take a second.
MOST_PIECES: Final = 100_000
#: Pieces nested deeper than this are an attack, not a document.
DEEPEST: Final = 20
#: Bytes of drawing commands that are looked through of one document.
_MOST_COMMANDS: Final = 60_000_000
_MOST_PAGES: Final = 200
_MOST_OF_A_LETTER: Final = 10
_DEEPEST_PAGES: Final = 50
#: Without a word of these nothing can be nested; a name may be written with escapes.
_MAY_NEST: Final = re.compile(rb"/Form\b|/Pattern\b|/Type3\b|#[0-9A-Fa-f]{2}|/ObjStm\b")
_NESTS: Final = re.compile(rb"/Form\b|/Pattern\b|/Type3\b|#[0-9A-Fa-f]{2}")
_DRAWN: Final = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+(?:Do|scn|SCN)\b")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_KINDS: Final = ("/XObject", "/Pattern")


class TooManyPieces(Exception):
    """A page draws more pieces than any document needs."""


def check_nesting(pdf: bytes) -> None:
    """Refuse a PDF whose pages draw too many pieces of pieces.

    A file that may nest and cannot be read here is refused too: PDFium would repair and draw it.

    Raises:
        TooManyPieces: A page would draw more than ``MOST_PIECES``, or its pieces are nested too deep.
        ValueError: It cannot be read.
    """
    if _MAY_NEST.search(pdf) is None:
        return
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415 - slow to load
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - the same

    counting = _Counting()
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        for page, resources in _pages(reader.root["/Pages"], None, 0, set()):
            counting.page(page, resources)
    except RecursionError as error:
        raise TooManyPieces from error
    except (PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, OSError) as error:
        if any(_NESTS.search(text) for text in (pdf, *unpacked_objects(pdf))):
            raise ValueError(type(error).__name__) from error


def _pages(node: Any, inherited: Any, depth: int, seen: set[int]) -> Any:  # noqa: ANN401 - pyHanko's objects
    """Yield (page, its resources) in order, as far as a document may have them."""
    if depth > _DEEPEST_PAGES or id(node) in seen or len(seen) > _MOST_PAGES * 4:
        return
    seen.add(id(node))
    resources = node.get("/Resources", inherited)
    if "/Kids" not in node:
        yield node, resources
        return
    for kid in node["/Kids"]:
        yield from _pages(_followed(kid), resources, depth + 1, seen)


def _followed(value: Any) -> Any:  # noqa: ANN401 - the same
    """Return what a reference points at."""
    return value.get_object() if hasattr(value, "get_object") else value


class _Counting:
    """Count pieces; each is read once."""

    def __init__(self) -> None:
        self._costs: dict[Any, int] = {}
        self._fonts: set[int] = set()
        self._left = _MOST_COMMANDS

    def page(self, page: Any, resources: Any) -> None:  # noqa: ANN401 - pyHanko's objects
        """Refuse a page that draws too many."""
        contents = page.get("/Contents", ())
        streams = contents if isinstance(contents, list | tuple) else (contents,)
        self._sum(b"\n".join(self._commands(_followed(each)) for each in streams), resources, 0)
        for note in page.get("/Annots", ()):
            self._appearance(_followed(note))

    def _appearance(self, note: Any) -> None:  # noqa: ANN401 - the same
        """Look at what an annotation draws: one stream, or one for each of its states."""
        looks = note.get("/AP", {})
        for name in looks:
            look = looks[name]
            for each in (look,) if hasattr(look, "encoded_data") else (look[state] for state in look):
                if self._cost(each, None, 0) > MOST_PIECES:
                    raise TooManyPieces

    def _sum(self, text: bytes, resources: Any, depth: int) -> int:  # noqa: ANN401 - the same
        """Return how many pieces some commands draw, their own parts included."""
        if depth > DEEPEST:
            raise TooManyPieces
        pieces = _named(resources)
        self._letters(resources, depth)
        total = 0
        for name in _DRAWN.findall(text):
            piece = pieces.get(_ESCAPED.sub(_letter, name))
            if piece is not None:
                total += self._cost(piece, resources, depth)
                if total > MOST_PIECES:
                    raise TooManyPieces
        return total

    def _letters(self, resources: Any, depth: int) -> None:  # noqa: ANN401 - the same
        """Refuse fonts whose letters are drawings that draw many pieces themselves."""
        fonts = resources["/Font"] if resources is not None and "/Font" in resources else {}
        for name in fonts:
            font = fonts[name]
            if id(font) in self._fonts or font.get("/Subtype", "") != "/Type3":
                continue
            self._fonts.add(id(font))
            own = font.get("/Resources", resources)
            for letter in font["/CharProcs"]:
                drawn = font["/CharProcs"][letter]
                if self._sum(self._commands(drawn), drawn.get("/Resources", own), depth + 1) > _MOST_OF_A_LETTER:
                    raise TooManyPieces

    def _cost(self, reference: Any, inherited: Any, depth: int) -> int:  # noqa: ANN401 - the same
        key = getattr(reference, "reference", None) or id(reference)
        if key not in self._costs:
            self._costs[key] = 1  # a piece that names itself is drawn once
            stream = _followed(reference)
            is_piece = hasattr(stream, "encoded_data") and stream.get("/Subtype", "/Form") == "/Form"
            if is_piece:
                own = stream.get("/Resources", inherited)
                self._costs[key] = 1 + self._sum(self._commands(stream), own, depth + 1)
        return self._costs[key]

    def _commands(self, stream: Any) -> bytes:  # noqa: ANN401 - the same
        """Return the drawing commands of a stream, unpacked no further than is looked through."""
        if not hasattr(stream, "encoded_data"):
            return b""
        data = bytes(stream.encoded_data)
        kinds = stream.get("/Filter", ())
        for kind in kinds if isinstance(kinds, list | tuple) else (kinds,):
            data = self._unpacked(str(kind), data)
        self._left -= len(data)
        if self._left < 0:
            raise TooManyPieces
        return data

    def _unpacked(self, kind: str, data: bytes) -> bytes:
        if kind in ("/FlateDecode", "/Fl"):
            try:
                return zlib.decompressobj().decompress(data, self._left + 1)
            except zlib.error:
                return b""
        if kind in ("/ASCII85Decode", "/A85"):
            return base64.a85decode(data.strip().removesuffix(b"~>").removeprefix(b"<~"), ignorechars=b" \t\n\r\x0b\0")
        if kind in ("/ASCIIHexDecode", "/AHx"):
            return bytes.fromhex(data.split(b">")[0].decode("ascii", "replace"))
        # Commands packed in another way are of no program offices have; pictures are not read here.
        raise TooManyPieces if kind in ("/LZWDecode", "/LZW", "/RunLengthDecode", "/RL") else ValueError(kind)


def _named(resources: Any) -> dict[bytes, Any]:  # noqa: ANN401 - pyHanko's objects
    """Return the pieces that resources name, as references where they are."""
    found: dict[bytes, Any] = {}
    if resources is None:
        return found
    for kind in _KINDS:
        if kind in resources:
            group = resources[kind]
            found |= {str(name)[1:].encode("latin-1", "replace"): group.raw_get(name) for name in group}
    return found


def _letter(escaped: re.Match[bytes]) -> bytes:
    return bytes([int(escaped.group(1), 16)])
