"""One lock for PDFium, whoever uses it: the library is not safe for threads."""

from threading import Lock
from typing import Final

PDFIUM_LOCK: Final = Lock()
