"""Make the database that a release leaves behind for the tests of all later ones.

``python -m tests.support.release_database`` writes ``tests/fixtures/databases/<version>``; run it once per release,
before the release is tagged, and never again for the same version. The key is the tests' own (``wards.KEY``).
"""

import json
import shutil
import sys
import tempfile
from datetime import timedelta
from itertools import count
from pathlib import Path

from desktop import __version__
from desktop.domain.commands import Correct, MarkResultReady, ReturnResult, TakeFee
from desktop.domain.dossiers import Dossier, FeeMethod, Party, Proof, Relation
from desktop.services import follow
from desktop.storage import act
from tests.support import wards
from tests.support.samples import NINE, OWNER, REASON
from tests.support.wards import Ward, command, make_ward, person

#: Not ``.db``: such files are left out of the repository.
FILE = "motcua.sqlcipher"
FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "databases"


def fill(ward: Ward) -> list[Dossier]:
    """Let everything happen once that this release knows."""
    lan, hung, thu = (ward.user(login) for login in ("lan", "hung", "thu"))
    first, second = ward.receive(NINE), ward.receive(owner=Party("H'Hen Niê Kđăm", id_number="066090022222"))
    copies = command(ward.desk, "2.000635")
    third = ward.receive(procedure=copies.procedure, components=copies.components, owner=person(3), paid_vnd=3_000)
    ward.receive(owner=person(4), is_immediate=True)
    ward.receive(duplicate_reason="con sinh đôi")
    ward.clock.advance(timedelta(hours=1))
    follow.correct(ward.desk, lan, first.code, Correct({"applicant.name": "Nguyễn Thị Ngọc Ơ", "note": "gấp"}, REASON))
    follow.print_receipt(ward.desk, lan, first.code, "A4")
    follow.take_fee(ward.desk, thu, third.code, TakeFee(5_000, FeeMethod.TRANSFER))
    for each in (first, third):
        follow.mark_result_ready(ward.desk, hung, each.code, MarkResultReady("A1", "đã gọi"))
    ward.clock.advance(timedelta(days=1))
    follow.return_result(
        ward.desk,
        lan,
        first.code,
        ReturnResult(OWNER, Relation.OWNER, Proof.SIGNATURE, "ký", originals_returned=("TP01",)),
    )
    found = [ward.desk.reader.find(code) for code in ward_codes(ward)]
    assert second.code in {each.code for each in found if each}
    return [each for each in found if each]


def ward_codes(ward: Ward) -> list[str]:
    """Name every dossier of a ward, newest first."""
    return [card.code for card in ward.desk.reader.search("000", 99)]


def summary(dossier: Dossier) -> dict[str, object]:
    """Say of a dossier what every later release must still say."""
    return {
        "code": dossier.code,
        "status": dossier.status.value,
        "applicant": dossier.owner.name,
        "number": dossier.receipt.number,
        "version": dossier.receipt.version,
        "first_promised_at": dossier.first_promised_at.isoformat(),
        "promised_at": dossier.promised_at.isoformat(),
        "paid_vnd": dossier.paid_vnd,
        "owed_vnd": dossier.owed_vnd,
        "events": dossier.version,
    }


def main() -> int:
    """Write the database of this release."""
    target = FOLDER / __version__
    if target.exists():
        sys.stderr.write(f"{target} exists: a release's database is made once\n")
        return 1
    act.WORKSTATION = "may-tap-huan"
    # No test that opens it may repeat its ids.
    wards.random_seeds = count(1_000_000)
    with tempfile.TemporaryDirectory() as scratch:
        ward = make_ward(Path(scratch))
        dossiers = fill(ward)
        ward.database.close()
        target.mkdir(parents=True)
        shutil.copy(ward.folder / "motcua.db", target / FILE)
    expected = json.dumps([summary(dossier) for dossier in dossiers], ensure_ascii=False, indent=1)
    (target / "expected.json").write_text(expected + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
