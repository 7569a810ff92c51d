"""Look into a database from beside the product, and work with its services in one process.

Run inside :mod:`tests.faults.warm`; answers are JSON on standard output.
"""

import json
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop.domain.commands import ComponentCount, Receive
from desktop.domain.dossiers import Channel, Party, Relation, Submitter
from desktop.services import accounts, drafts
from desktop.services.receive import find_procedure, receive
from desktop.storage.engine import connect_raw
from desktop.wiring import open_ward, read_key

_QUERIES = {
    "events": "SELECT body FROM event ORDER BY position",
    "rows": "SELECT dossier_id, code, status, position, custodian_kind FROM dossier ORDER BY position",
    "codes": "SELECT code, dossier_id FROM dossier_code ORDER BY code",
    "jobs": "SELECT code, form, dossier_version, copy_no FROM print_job ORDER BY rowid",
    "found": "SELECT rowid FROM dossier_search ORDER BY rowid",
    "ordinals": "SELECT day, block, last FROM ordinal ORDER BY day, block",
    "numbers": "SELECT form, year, book, last FROM form_number ORDER BY form, year, book",
    "slips": "SELECT name, state FROM slip ORDER BY name",
    "files": "SELECT sha256, size FROM attachment ORDER BY sha256",
}


def inspect(arguments: list[str]) -> int:
    """Print what the tables hold: ``inspect FOLDER``."""
    print(json.dumps(tables_of(Path(arguments[0])), ensure_ascii=False))  # noqa: T201 - the answer itself
    return 0


def tables_of(folder: Path) -> dict[str, list[Any]]:
    """Return what the tables of a data folder hold."""
    found: dict[str, list[Any]] = {}
    with closing(connect_raw(folder / "motcua.db", read_key(folder), read_only=True)) as connection:
        for name, query in _QUERIES.items():
            rows = connection.execute(query).fetchall()
            found[name] = [[_plain(value) for value in row] for row in rows]
    return found


def work(arguments: list[str]) -> int:
    """Receive n dossiers, and keep a draft when one is given: ``work FOLDER N [DRAFT]``."""
    folder, n = Path(arguments[0]), int(arguments[1])
    ward = open_ward(folder)
    with closing(ward):
        ward.clock.set(datetime.fromisoformat("2019-07-22T09:00:00+07:00"))
        lan = accounts.user_of(ward.desk, "lan")
        procedure = find_procedure(ward.desk, "1.001193", ward.clock.now())
        owner = Party("Phan Văn Đếm", id_number="079090000000")
        counted = tuple(ComponentCount(part.code, originals=1) for part in procedure.components)
        command = Receive(procedure, Channel.DIRECT, owner, Submitter(owner, Relation.OWNER), counted)
        for number in range(n):
            party = replace(owner, id_number=f"0790900{number:05d}")
            receive(ward.desk, lan, replace(command, owner=party, submitter=Submitter(party, Relation.OWNER)))
        for draft in arguments[2:]:
            drafts.keep_draft(ward.desk, lan, drafts.DraftPage.INTAKE, draft)
    return 0


def _plain(value: object) -> object:
    return json.loads(value) if isinstance(value, bytes) else value
