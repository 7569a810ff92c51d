"""The city's word on the feed, kept beside the marker: what it finds, and what it lets pass."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.devices import signing_key
from desktop.domain.feed import ACCEPTED, Place, next_place
from desktop.protocol.signing_words import checkpoint_words
from desktop.storage.checkpoints import Checkpoint, CheckpointFile
from desktop.storage.engine import connect_raw
from desktop.storage.marker import Judgement
from tests.support.wards import KEY, Ward, make_ward, opened, person

PRIVATE, PUBLIC = signing_key.generate()
INCARNATION = "one"


def signed(gseq: int, feed_hash: str, seen_on: str = "2019-07-18", incarnation: str = INCARNATION) -> Checkpoint:
    words = checkpoint_words(gseq, feed_hash, incarnation)
    return Checkpoint(gseq, feed_hash, incarnation, signing_key.Signer(PRIVATE).sign(words).hex(), seen_on)


@pytest.fixture
def joined(tmp_path: Path) -> Ward:
    """Give a closed ward whose whole log stands in the feed of a city, as far as the database knows."""
    ward = make_ward(tmp_path)
    for n in range(3):
        ward.receive(owner=person(n))
    ward.database.close()
    connection = connect_raw(ward.folder / "motcua.db", KEY, read_only=False)
    place = Place()
    for position, digest in connection.execute("SELECT position, hash FROM event ORDER BY position").fetchall():
        place = next_place(place, digest, ACCEPTED)
        connection.execute(
            "INSERT INTO feed VALUES (?, ?, 'accepted', '', '', ?)", (place.gseq, position, place.feed_hash)
        )
    for key, value in (("city_key", PUBLIC.hex()), ("incarnation", INCARNATION)):
        connection.execute("INSERT INTO sync_state VALUES (?, ?)", (key, value))
    connection.close()
    file_of(ward).keep(signed(place.gseq, place.feed_hash.hex()))
    return ward


def file_of(ward: Ward) -> CheckpointFile:
    return CheckpointFile(ward.state / ward.database.replica.replica_id)


def codes(ward: Ward) -> list[str]:
    return [each.code for each in ward.verify(all_signatures=False).findings]


def changed(ward: Ward, *statements: str) -> None:
    connection = connect_raw(ward.folder / "motcua.db", KEY, read_only=False)
    for act in ("update", "delete"):
        connection.execute(f"DROP TRIGGER IF EXISTS event_refuses_{act}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_a_feed_as_long_as_the_city_signed_is_clean(joined: Ward) -> None:
    assert codes(joined) == []


def test_yesterday_put_back_with_its_marker_is_found_by_the_citys_word(tmp_path: Path, joined: Ward) -> None:
    yesterday, marker = tmp_path / "yesterday", joined.state / joined.database.replica.replica_id / "marker"
    shutil.copytree(joined.folder, yesterday)
    kept = marker.read_bytes()
    with opened(joined.folder, joined.state) as ward:
        ward.receive(owner=person(7))
    (last,) = file_of(joined).read()
    file_of(joined).keep(signed(last.gseq + 1, "ab" * 32, "2019-07-19"))
    shutil.rmtree(joined.folder)
    shutil.copytree(yesterday, joined.folder)
    marker.write_bytes(kept)

    assert codes(joined) == ["log_cut"]

    with opened(joined.folder, joined.state) as again:
        assert again.database.judgement is Judgement.RESTORED
    # The log itself says so now; the next start opens no epoch more.
    assert codes(joined) == []
    with opened(joined.folder, joined.state) as third:
        assert third.database.judgement is Judgement.SAME


def test_a_cut_tail_is_found_even_when_all_that_lies_here_agrees(joined: Ward) -> None:
    last = "(SELECT max(position) FROM event)"
    changed(
        joined,
        f"DELETE FROM feed WHERE position = {last}",
        f"DELETE FROM dossier_code WHERE dossier_id = (SELECT dossier_id FROM event WHERE position = {last})",
        f"DELETE FROM event WHERE position = {last}",
    )
    (joined.state / joined.database.replica.replica_id / "marker").unlink()

    assert "log_cut" in codes(joined)


def test_an_entry_of_the_feed_written_anew_is_named(joined: Ward) -> None:
    changed(joined, "UPDATE feed SET kind = 'rejected' WHERE gseq = 5")

    findings = joined.verify(all_signatures=False).findings

    assert ("feed_broken", "5") in [(each.code, each.where) for each in findings]


def test_a_feed_written_anew_from_some_place_on_differs_from_what_was_signed(joined: Ward) -> None:
    (last,) = file_of(joined).read()
    file_of(joined).keep(signed(last.gseq - 1, "cd" * 32, "2019-07-17"))

    assert codes(joined) == ["checkpoint_differs"]


@pytest.mark.parametrize("change", [{"signature": "00" * 64}, {"signature": "none"}, {"gseq": 2}])
def test_a_checkpoint_the_city_did_not_sign_is_told(joined: Ward, change: dict[str, object]) -> None:
    (last,) = file_of(joined).read()
    file_of(joined).keep(replace(last, **change))  # type: ignore[arg-type]

    assert codes(joined) == ["checkpoint_bad"]


def test_what_a_city_signed_before_it_was_restored_binds_nobody(joined: Ward) -> None:
    file_of(joined).keep(signed(999, "ab" * 32, "2019-07-19", incarnation="before"))

    assert codes(joined) == []


def test_a_place_the_city_lost_is_forgotten(joined: Ward) -> None:
    file = file_of(joined)
    file.keep(signed(999, "ab" * 32, "2019-07-19"))

    file.forget_after(998)

    assert [each.seen_on for each in file.read()] == ["2019-07-18"]


def test_one_checkpoint_a_day_is_kept_and_a_spoiled_line_costs_itself_alone(tmp_path: Path) -> None:
    file = CheckpointFile(tmp_path)
    for day in range(1, 41):
        file.keep(signed(day, "ab" * 32, f"2019-{7 + day // 31:02d}-{day % 31 + 1:02d}"))
    file.keep(signed(41, "ab" * 32, file.read()[-1].seen_on))

    kept = file.read()
    assert (len(kept), kept[-1].gseq, kept[0].gseq) == (32, 41, 9)
    path = tmp_path / "checkpoints"
    path.write_text("x\n" + json.dumps({"gseq": 1}) + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert CheckpointFile(tmp_path).read() == kept
