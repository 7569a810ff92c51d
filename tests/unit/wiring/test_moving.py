"""A ward's data goes out into plain files and comes back with the same hashes, on another PC."""

import hashlib
import json
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from desktop.domain.errors import AppError
from desktop.domain.way import Attachment, AttachmentRole
from desktop.services import deciding
from desktop.storage.database import DATABASE_NAME
from desktop.storage.keys_file import WrapCost
from desktop.storage.open_export import EVENTS, FILES, MANIFEST, ROWS, Exported, write_export
from desktop.wiring import open_ward
from desktop.wiring.moving import Imported, import_data
from tests.support.samples import NINE
from tests.support.wards import CHEAP, KEY, Ward, make_ward, person

PDF = b"%PDF-1.4 giay to %%EOF"
DRAFT = Attachment(hashlib.sha256(PDF).hexdigest(), "application/pdf", len(PDF), 1, AttachmentRole.PAPER, "giấy")
CHEAP_WRAP = WrapCost(memory_kib=8, rounds=1, lanes=1)


def export(ward: Ward, target: Path) -> Exported:
    return write_export(ward.folder, KEY, target, "ghi chú", NINE)


def imported(source: Path, folder: Path) -> Imported:
    return import_data(folder, source, cost=CHEAP, wrap_cost=CHEAP_WRAP)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the export of a training ward with two dossiers and a file; nobody changes it."""
    place = tmp_path_factory.mktemp("export")
    (place / "ward").mkdir()
    ward = make_ward(place / "ward")
    try:
        first, _ = (ward.receive(owner=person(n)) for n in range(2))
        deciding.attach_file(ward.desk, ward.user("lan"), first.code, DRAFT, PDF)
        export(ward, place / "open")
    finally:
        ward.database.close()
    return place / "open"


def test_every_event_comes_back_with_its_hash_and_the_dossiers_with_their_files(written: Path, tmp_path: Path) -> None:
    told = json.loads((written / MANIFEST).read_text("utf-8"))
    lines = [json.loads(line) for line in (written / EVENTS).read_text("utf-8").splitlines()]

    done = imported(written, tmp_path / "other")

    assert (done.events, done.head_hash, done.one_time_codes) == (len(lines), told["head_hash"], ())
    assert lines[-1]["hash"] == told["head_hash"]
    for before, after in pairwise(lines):
        assert hashlib.sha256(bytes.fromhex(before["hash"]) + after["body"].encode()).hexdigest() == after["hash"]
    ward = open_ward(tmp_path / "other")
    try:
        found = ward.desk.reader.search("tran", 10)
        assert sorted(card.applicant for card in found) == sorted(person(n).name for n in range(2))
        assert ward.desk.way.file(DRAFT.sha256) == PDF
        assert {user.login for user in ward.desk.reader.users()} >= {"lan", "chutich", "quantri"}
        assert ward.database.judgement.needs_new_epoch, "no number is given twice"
    finally:
        ward.close()


def test_what_belongs_to_the_old_pc_alone_stays_there(written: Path) -> None:
    names = {json.loads(line)[0] for line in (written / ROWS).read_text("utf-8").splitlines()}

    assert names.isdisjoint({"account", "replica", "draft", "print_job", "access", "meta"})
    assert "private_key" not in "".join(path.read_text("latin-1") for path in written.iterdir() if path.is_file())


def test_a_real_ward_comes_back_with_fresh_codes_and_a_recovery_key(tmp_path: Path) -> None:
    (tmp_path / "ward").mkdir()
    ward = make_ward(tmp_path / "ward", is_training=False)
    try:
        ward.receive()
        export(ward, tmp_path / "open")
    finally:
        ward.database.close()

    done = imported(tmp_path / "open", tmp_path / "other")

    codes = dict(done.one_time_codes)
    assert set(codes) >= {"lan", "chutich"}
    assert done.recovery_key
    opened = open_ward(tmp_path / "other", password=("lan", codes["lan"]))
    opened.close()


def test_a_folder_that_holds_anything_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "ward").mkdir()
    ward = make_ward(tmp_path / "ward")
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "ghi-chu.txt").write_text("của tôi")
    try:
        with pytest.raises(AppError, match="export_folder_used"):
            export(ward, tmp_path / "open")
    finally:
        ward.database.close()


def _without_manifest(source: Path) -> None:
    (source / MANIFEST).unlink()


def _one_letter(source: Path) -> None:
    path = source / EVENTS
    path.write_bytes(path.read_bytes().replace(b"Nguy", b"Nguj", 1))


def _one_letter_and_its_sum(source: Path) -> None:
    """A forger who mends the manifest still breaks the chain."""
    _one_letter(source)
    told = json.loads((source / MANIFEST).read_text("utf-8"))
    told["sha256"][EVENTS] = hashlib.sha256((source / EVENTS).read_bytes()).hexdigest()
    (source / MANIFEST).write_text(json.dumps(told), "utf-8")


def _cut(source: Path) -> None:
    path = source / EVENTS
    path.write_bytes(path.read_bytes()[:-20])


def _other_file(source: Path) -> None:
    (source / FILES / DRAFT.sha256).write_bytes(PDF + b" ")


def _newer(source: Path) -> None:
    told = json.loads((source / MANIFEST).read_text("utf-8"))
    (source / MANIFEST).write_text(json.dumps(told | {"revision": "9999"}), "utf-8")


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (_without_manifest, "export_absent"),
        (_one_letter, "export_damaged"),
        (_one_letter_and_its_sum, "restored_unsound"),
        (_cut, "export_damaged"),
        (_other_file, "export_damaged"),
        (_newer, "database_newer"),
    ],
)
def test_a_harmed_export_is_refused_and_leaves_no_database(
    written: Path, tmp_path: Path, harm: Callable[[Path], None], code: str
) -> None:
    harmed = tmp_path / "harmed"
    shutil.copytree(written, harmed)
    harm(harmed)

    with pytest.raises(AppError) as refused:
        imported(harmed, tmp_path / "other")

    assert refused.value.code == code
    assert not (tmp_path / "other" / DATABASE_NAME).exists()
