"""Read a file that somebody chose, and check it before anything is kept."""

import unicodedata
from pathlib import Path

from desktop.devices.attachments_check import LARGEST_MB, MEGABYTE, check_attachment
from desktop.domain.errors import UserError
from desktop.services.attachment_port import LoadedAttachment


def read_attachment(path: str) -> LoadedAttachment:
    """Read and check a file (:class:`desktop.services.attachment_port.AttachmentReader`).

    Args:
        path: As chosen or typed; quotes around it, as file managers copy them, are left out.

    Raises:
        UserError: ``attachment_absent``; what :func:`~desktop.devices.attachments_check.check_attachment` refuses.

    Threads:
        Lane io.
    """
    wanted = path.strip().strip("\"'")
    try:
        with Path(wanted).expanduser().open("rb") as opened:
            # One byte more than is allowed: the check says that it is too large.
            content = opened.read(LARGEST_MB * MEGABYTE + 1)
    except (OSError, ValueError, RuntimeError):
        raise UserError("attachment_absent", path=wanted) from None
    return LoadedAttachment(unicodedata.normalize("NFC", Path(wanted).name), check_attachment(content), content)
