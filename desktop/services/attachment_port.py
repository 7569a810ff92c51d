"""What use cases need to know of an attachment before it is kept."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class MediaType(StrEnum):
    """Name the kinds of files that are taken, as the internet does."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"


@dataclass(frozen=True, slots=True)
class CheckedAttachment:
    """Describe a file that was found readable.

    Attributes:
        media_type: What it is, by its content.
        size: Bytes.
        sha256: Hash of its content, hexadecimal: the name it is kept under.
        pages: Pages of a PDF; 1 for a picture.
        width: Of a picture in dots, of a PDF's first page in millimetres.
        height: The same.
    """

    media_type: MediaType
    size: int
    sha256: str
    pages: int
    width: int
    height: int


class AttachmentCheck(Protocol):
    """Find out whether a file can be read, before it is kept. Threads: lane io."""

    def __call__(self, content: bytes) -> CheckedAttachment:
        """Read a file by its content, never by its name.

        Raises:
            UserError: ``attachment_empty``, ``attachment_too_large``, ``attachment_unknown_type``,
                ``attachment_damaged``, ``attachment_encrypted``, ``attachment_too_many_pages``,
                ``attachment_too_many_dots``, ``attachment_active``.
        """
        ...


@dataclass(frozen=True, slots=True)
class LoadedAttachment:
    """Hold a file that was read and found readable.

    Attributes:
        name: Its name without the folder.
        content: All of it.
    """

    name: str
    checked: CheckedAttachment
    content: bytes


class AttachmentReader(Protocol):
    """Read a file of this PC and check it. Threads: lane io."""

    def __call__(self, path: str) -> LoadedAttachment:
        """Read a file by its path.

        Raises:
            UserError: ``attachment_absent``; what :class:`AttachmentCheck` refuses.
        """
        ...
