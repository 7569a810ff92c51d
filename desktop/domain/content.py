"""The hash of what a decision rests on: whoever approves approves exactly this, and any change voids it."""

import hashlib
import json
from typing import Final

from desktop.domain import codec
from desktop.domain.dossiers import Dossier
from desktop.domain.way import AttachmentRole

_VERSION: Final = 1
_TO_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")).encode


def content_hash(dossier: Dossier) -> str:
    """Return the SHA-256 of a dossier's content, hexadecimal.

    It covers who asks for what, with which papers, and the draft; not the clock, the custody or the money, which do
    not change what is decided.
    """
    drafts = [file.sha256 for file in dossier.attachments if file.role is AttachmentRole.DRAFT]
    plain = {
        "version": _VERSION,
        # The code it was decided under: one bound later changes nothing.
        "code": dossier.aliases[0] if dossier.aliases else dossier.code,
        "procedure": dossier.procedure.code,
        "owner": codec.dump(dossier.owner),
        "submitter": codec.dump(dossier.submitter),
        "components": codec.dump(dossier.components),
        "documents": codec.dump(dossier.documents),
        "draft": drafts[-1:],
    }
    return hashlib.sha256(_TO_JSON(plain).encode()).hexdigest()
