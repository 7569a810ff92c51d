"""The digest of a dossier: what PC and city compare after each round, so that a difference is found and not lived with.

Source: docs/decisions/0012-sync.md.
"""

import hashlib
import json

from desktop.domain import codec
from desktop.domain.dossiers import Dossier

_TO_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, check_circular=False, separators=(",", ":")).encode


def state_digest(dossier: Dossier) -> str:
    """Return the SHA-256 of everything a dossier's fold knows, hexadecimal."""
    return hashlib.sha256(_TO_JSON(codec.dump(dossier)).encode()).hexdigest()
