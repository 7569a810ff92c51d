"""Two PCs of a ward on SQLCipher and the city's rules: what each sees after they met, were cut, restored, copied."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.devices import signing_key
from desktop.domain.codes import Lease
from desktop.domain.commands import Correct, ReturnResult, TakeFee
from desktop.domain.dossiers import Dossier, FeeMethod, Proof, Relation, Status
from desktop.domain.errors import Conflict, UserError
from desktop.domain.events import chain_hash
from desktop.domain.feed import ACCEPTED, next_place
from desktop.domain.users import Role
from desktop.domain.way_commands import MakeSlip, Submit
from desktop.protocol.messages import FeedEntry, PushRequest, WireEvent
from desktop.protocol.replica import UntrustedFeed
from desktop.services import attention, binding, deciding, follow, handing, staff
from desktop.services.attention import Remedy
from tests.support.samples import OWNER, REASON
from tests.support.sync.pcs import UNIT, Pc, Town, open_pc
from tests.support.wards import command, person, reopened
from tests.support.way import SECTION, bring


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def first(tmp_path: Path, town: Town) -> Iterator[Pc]:
    pc = open_pc(tmp_path / "one", town)
    yield pc
    pc.ward.database.close()


@pytest.fixture
def second(tmp_path: Path, town: Town, first: Pc) -> Iterator[Pc]:
    first.sync()
    pc = open_pc(tmp_path / "two", town, 2)
    pc.sync()
    yield pc
    pc.ward.database.close()


def meet(*pcs: Pc) -> None:
    for _ in range(2):
        for pc in pcs:
            pc.sync()


def rows(pc: Pc, sql: str) -> list[tuple[Any, ...]]:
    connection = pc.ward.database._engine.raw_connection()
    return [tuple(row) for row in connection.cursor().execute(sql)]


def states(pc: Pc) -> list[tuple[Any, ...]]:
    return rows(pc, "SELECT code, state FROM dossier ORDER BY code")


def unit_of(pc: Pc) -> list[tuple[Any, ...]]:
    shared = "key LIKE 'user:%' OR key LIKE 'delegation:%' OR key IN ('unit', 'overlay')"
    return rows(pc, f"SELECT * FROM unit_state WHERE {shared} ORDER BY key") + rows(
        pc, "SELECT slip_id, value FROM slip ORDER BY slip_id"
    )


def agree(*pcs: Pc) -> bool:
    """Tell whether all see the same, nothing waits, and every database stands its own verification."""
    for pc in pcs:
        assert pc.ward.verify().findings == ()
        assert pc.replica.unsent().events == 0
        assert pc.ward.database.sync.differences() == []
    return all(states(pc) == states(pcs[0]) and unit_of(pc) == unit_of(pcs[0]) for pc in pcs)


def receive_copies(pc: Pc) -> Dossier:
    """Receive a dossier that costs something."""
    chosen = command(pc.ward.desk, "2.000635")
    return pc.ward.receive(procedure=chosen.procedure, components=chosen.components)


def give(pc: Pc, code: str) -> None:
    """Return a result to its owner."""
    done = ReturnResult(OWNER, Relation.OWNER, Proof.SIGNATURE, "ký", originals_returned=("TP01",))
    follow.return_result(pc.ward.desk, pc.ward.user("lan"), code, done)


def test_what_one_pc_receives_the_other_sees(first: Pc, second: Pc) -> None:
    made = first.ward.receive()
    other = second.ward.receive(owner=person(2))

    meet(first, second)

    assert made.code != other.code
    assert second.state(made.code) == first.state(made.code) == made
    assert first.state(other.code) == other
    assert agree(first, second)


def test_a_joined_pc_gets_unit_and_users_from_the_feed_and_numbers_of_its_own(first: Pc, second: Pc) -> None:
    assert second.ward.desk.reader.unit() == first.ward.desk.reader.unit()
    assert second.ward.desk.reader.users() == first.ward.desk.reader.users()
    assert not set(second.replica.blocks()) & set(first.replica.blocks())


def test_additive_acts_of_two_pcs_commute(first: Pc, second: Pc) -> None:
    made = receive_copies(first)
    meet(first, second)
    for pc, amount in ((first, 1_000), (second, 2_000)):
        follow.take_fee(pc.ward.desk, pc.ward.user("thu"), made.code, TakeFee(amount, FeeMethod.CASH))

    meet(first, second)

    found = first.ward.desk.reader.find(made.code)
    assert found is not None
    assert sorted(payment.amount_vnd for payment in found.payments) == [1_000, 2_000]
    assert agree(first, second)


def test_of_two_returns_one_counts_and_the_other_waits_for_a_person(first: Pc, second: Pc) -> None:
    made = first.ward.receive()
    bring(first.ward.desk, made.code)
    meet(first, second)
    give(first, made.code)
    give(second, made.code)

    meet(first, second)

    (item,) = second.ward.database.sync.attention()
    assert (item.kind, item.reason, item.code) == ("rejected", "conflict", made.code)
    assert first.ward.database.sync.attention() == []
    assert agree(first, second)


def test_a_feed_that_came_between_own_acts_folds_anew(first: Pc, second: Pc) -> None:
    made = receive_copies(first)
    meet(first, second)
    correction = Correct({"applicant.name": "Tên Đúng"}, REASON)
    follow.correct(first.ward.desk, first.ward.user("lan"), made.code, correction)
    follow.take_fee(second.ward.desk, second.ward.user("thu"), made.code, TakeFee(1_000, FeeMethod.CASH))
    first.sync()

    second.sync()

    assert second.state(made.code).owner.name == "Tên Đúng"  # type: ignore[attr-defined]
    assert [event.envelope.type for event in second.ward.desk.reader.history(second.state(made.code).dossier_id)] == [  # type: ignore[attr-defined]
        "dossier.received",
        "dossier.corrected",
        "fee.taken",
    ]
    assert second.ward.desk.reader.search("ten dung", 5)[0].code == made.code
    meet(first, second)
    assert agree(first, second)


def test_an_exclusive_act_on_what_another_pc_holds_is_refused_at_once(first: Pc, second: Pc) -> None:
    made = first.ward.receive()
    meet(first, second)

    with pytest.raises(Conflict) as caught:
        handing.make_slip(second.ward.desk, second.ward.user("lan"), MakeSlip(SECTION, (made.code,)))

    assert caught.value.code == "held_elsewhere"
    assert caught.value.details["counter"] == 1
    assert second.ward.database.sync.holder(made.dossier_id).counter == 1  # type: ignore[union-attr]
    assert first.ward.database.sync.holder(made.dossier_id) is None


def test_a_batch_names_every_dossier_another_pc_holds(first: Pc, second: Pc) -> None:
    held = [first.ward.receive(owner=person(n)) for n in range(2)]
    own = second.ward.receive(owner=person(2))
    meet(first, second)
    codes = (held[0].code, own.code, held[1].code)

    with pytest.raises(Conflict) as slip:
        handing.make_slip(second.ward.desk, second.ward.user("lan"), MakeSlip(SECTION, codes))
    bring(first.ward.desk, codes[0], codes[2], to=Status.WITH_SECTION)
    bring(second.ward.desk, own.code, to=Status.WITH_SECTION)
    meet(first, second)
    with pytest.raises(Conflict) as submission:
        deciding.submit(second.ward.desk, second.ward.user("hung"), codes, Submit())

    told = [{"code": code, "reason": "held_elsewhere"} for code in (codes[0], codes[2])]
    assert slip.value.code == submission.value.code == "batch_refused"
    for refusal in (slip, submission):
        items = refusal.value.details["items"]
        assert [{key: item[key] for key in ("code", "reason")} for item in items] == told
        assert all(item["details"]["counter"] == 1 for item in items)
    assert (slip.value.details["n"], slip.value.details["total"]) == (2, 3)
    assert second.state(own.code).status is Status.WITH_SECTION  # type: ignore[attr-defined]


def test_a_slip_made_at_one_pc_is_confirmed_at_the_other(first: Pc, second: Pc) -> None:
    made = first.ward.receive()
    slip = handing.make_slip(first.ward.desk, first.ward.user("lan"), MakeSlip(SECTION, (made.code,))).slip
    meet(first, second)

    handing.confirm_slip(second.ward.desk, second.ward.user("hung"), slip.name, (made.code,))
    meet(first, second)

    assert first.state(made.code).status is Status.WITH_SECTION  # type: ignore[attr-defined]
    assert first.ward.database.sync.holder(made.dossier_id).counter == 2  # type: ignore[union-attr]
    assert second.ward.database.sync.holder(made.dossier_id) is None
    assert agree(first, second)


@pytest.mark.parametrize("is_read_before", [True, False])
def test_of_two_ends_of_a_slip_the_first_in_the_feed_holds(first: Pc, second: Pc, *, is_read_before: bool) -> None:
    made = first.ward.receive()
    slip = handing.make_slip(first.ward.desk, first.ward.user("lan"), MakeSlip(SECTION, (made.code,))).slip
    meet(first, second)
    handing.confirm_slip(second.ward.desk, second.ward.user("hung"), slip.name, (made.code,))
    handing.withdraw_slip(first.ward.desk, first.ward.user("lan"), slip.name, REASON)
    first.sync()
    if not is_read_before:
        push_only(second)

    meet(second, first)

    assert first.ward.desk.way.slip(slip.name) == second.ward.desk.way.slip(slip.name)
    assert agree(first, second)


def push_only(pc: Pc) -> None:
    """Send what is here before anything of the feed is read, as after a lost answer."""
    head = pc.replica.head()
    events = pc.replica.pending(head.acked, 500, 1_000_000)
    pc.town.core.push(UNIT, pc.replica.replica_id, PushRequest(epoch=head.epoch, events=list(events)))


@pytest.mark.parametrize("is_read_before", [True, False])
def test_users_changed_at_two_pcs_become_the_same(first: Pc, second: Pc, *, is_read_before: bool) -> None:
    for pc, title in ((first, "Công chức A"), (second, "Công chức B")):
        lan, it = pc.ward.user("lan"), next(user for user in pc.ward.desk.reader.users() if Role.IT in user.roles)
        staff.save_user(pc.ward.desk, it, replace(lan, title=title), "")
    first.sync()
    if not is_read_before:
        push_only(second)

    meet(second, first)

    assert first.ward.user("lan") == second.ward.user("lan")
    assert agree(first, second)


def test_a_restored_city_gets_everything_back(first: Pc, second: Pc, town: Town) -> None:
    made = receive_copies(first)
    meet(first, second)
    kept = town.backup()
    later = first.ward.receive(owner=person(2))
    follow.take_fee(second.ward.desk, second.ward.user("thu"), made.code, TakeFee(1_000, FeeMethod.CASH))
    meet(first, second)
    town.restore(kept)

    meet(second, first)

    assert second.state(later.code) is not None
    assert len(town.store.tables.feed) == first.replica.place().gseq
    assert agree(first, second)


def test_what_the_city_lost_stays_on_the_screen_meanwhile(first: Pc, second: Pc) -> None:
    made = first.ward.receive()
    meet(first, second)

    lost = second.replica.rewind(second.replica.place_at(second.replica.place().gseq - 2))  # type: ignore[arg-type]

    assert lost == 2
    assert second.state(made.code) == made
    assert second.ward.verify().findings == ()
    assert len(second.replica.lost(10)) == 2
    second.replica.offered(second.replica.lost(10))
    assert second.replica.lost(10) == ()


def copy_of(pc: Pc, folder: Path) -> None:
    """Copy data and marker of a closed PC, as a disk image does."""
    shutil.copytree(pc.ward.folder, folder / "data")
    shutil.copytree(pc.ward.state, folder / "state")


def test_a_pc_whose_whole_disk_was_put_back_says_again_what_nobody_has(
    tmp_path: Path, first: Pc, second: Pc, town: Town
) -> None:
    meet(first, second)
    before = first.ward.receive(owner=person(1))
    first.ward.database.close()
    copy_of(first, tmp_path / "image")
    went_on = Pc(reopened(first.ward.folder, first.ward.state), town)
    sent = went_on.ward.receive(owner=person(2))
    went_on.sync()
    went_on.ward.database.close()
    back = Pc(reopened(tmp_path / "image" / "data", tmp_path / "image" / "state"), town)
    unknown = back.ward.receive(owner=person(3))

    meet(back, second)
    meet(back, second)

    items = back.ward.database.sync.attention()
    assert [item.reason for item in items] == ["code_taken"]
    assert items[0].code == unknown.code
    assert second.state(before.code) is not None
    assert second.state(sent.code) == back.state(sent.code)
    assert agree(back, second)
    attention.settle(
        back.ward.desk, back.ward.database.sync, back.ward.user("lan"), items[0].event_id, Remedy.SAY_AGAIN
    )
    meet(back, second)
    assert second.ward.desk.reader.search(person(3).name, 5)[0].code != unknown.code
    assert back.ward.database.sync.attention() == []
    assert agree(back, second)
    back.ward.database.close()
    first.ward = reopened(first.ward.folder, first.ward.state)


def test_codes_are_bound_once_numbers_are_there(first: Pc, town: Town, tmp_path: Path) -> None:
    first.sync()
    second = open_pc(tmp_path / "two", town, 2)
    town.is_cut = True
    with pytest.raises(AssertionError):
        second.sync()
    assert not second.replica.blocks()
    town.is_cut = False
    second.sync()
    second.ward.database.ledger._identity = replace(second.ward.database.ledger._identity, lease=first_lease(()))
    made = second.ward.receive(owner=person(5))
    assert made.code.startswith("T-")
    second.ward.database.ledger._identity = replace(second.ward.database.ledger._identity, lease=first_lease((1, 11)))

    binding.bind_codes(second.ward.desk, second.ward.database.sync)
    meet(second, first)

    bound = first.state(made.code)
    assert bound.code.endswith("-190718-1000")  # type: ignore[attr-defined]
    assert bound.aliases == (made.code,)  # type: ignore[attr-defined]
    assert second.ward.receive(owner=person(6)).code.endswith("1001")
    assert not binding.bind_codes(second.ward.desk, second.ward.database.sync).kinds
    meet(second, first)
    assert agree(first, second)
    second.ward.database.close()


def first_lease(blocks: tuple[int, ...]) -> Any:
    return Lease(blocks)


def entries_of(town: Town, after: int = 0) -> list[FeedEntry]:
    """Return the feed as the city tells it."""
    replica_id = next(iter(town.store.tables.devices))
    return town.core.feed(UNIT, replica_id, town.store.tables.places[after], 1_000).entries


def everything(pc: Pc) -> dict[str, list[tuple[Any, ...]]]:
    tables = [
        name for (name,) in rows(pc, "SELECT name FROM sqlite_master WHERE type = 'table'") if "search" not in name
    ]
    return {name: rows(pc, f"SELECT * FROM {name} ORDER BY 1") for name in sorted(tables)}


@pytest.mark.parametrize(
    "forge",
    [
        lambda entry: entry.model_copy(update={"feed_hash": "00" * 32}),
        lambda entry: entry.model_copy(update={"gseq": entry.gseq + 1}),
        lambda entry: entry.model_copy(update={"kind": "rejected"}),
        lambda entry: entry.model_copy(update={"kind": "nonsense"}),
        lambda entry: resealed(entry, body=entry.event.body.replace("lan", "lam")),
        lambda entry: resealed(entry, body="{}"),
    ],
)
def test_a_feed_that_contradicts_itself_changes_nothing(first: Pc, second: Pc, town: Town, forge: Any) -> None:
    first.ward.receive()
    first.sync()
    before = everything(second)
    *good, last = entries_of(town, second.replica.place().gseq)

    with pytest.raises(UntrustedFeed):
        second.replica.apply([*good, forge(last)])

    assert everything(second) == before
    second.sync()


def resealed(entry: FeedEntry, body: str) -> FeedEntry:
    return entry.model_copy(update={"event": entry.event.model_copy(update={"body": body})})


def forged(pc: Pc, entry: FeedEntry, sig: str | None = None, **changed: Any) -> FeedEntry:
    """Return an entry whose event was changed and hashed anew, with a feed hash that follows."""
    plain = json.loads(entry.event.body) | changed
    body = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    digest = chain_hash(bytes.fromhex(plain["prev_hash"]), body.encode())
    feed_hash = next_place(pc.replica.place(), digest, ACCEPTED).feed_hash.hex()
    event = WireEvent(body=body, hash=digest.hex(), sig=sig or entry.event.sig)
    return FeedEntry(gseq=entry.gseq, event=event, kind="accepted", feed_hash=feed_hash)


def test_an_event_its_pc_did_not_sign_changes_nothing(first: Pc, second: Pc, town: Town) -> None:
    first.ward.receive()
    first.sync()
    before = everything(second)
    entry = entries_of(town, second.replica.place().gseq)[0]

    with pytest.raises(UntrustedFeed, match="signature_bad"):
        second.replica.apply([forged(second, entry, actor="somebody")])

    assert everything(second) == before


def test_what_a_newer_program_says_is_kept_and_the_dossier_marked(first: Pc, second: Pc, town: Town) -> None:
    made = first.ward.receive()
    first.sync()
    second.sync()
    follow.correct(first.ward.desk, first.ward.user("lan"), made.code, Correct({"applicant.name": "Tên Đúng"}, REASON))
    first.sync()
    entry = entries_of(town, second.replica.place().gseq)[0]
    private = first.ward.database.replica.private_key
    unsigned = forged(second, entry, type="dossier.teleported")
    sig = signing_key.Signer(private).sign(bytes.fromhex(unsigned.event.hash)).hex()

    changed = second.replica.apply([forged(second, entry, sig, type="dossier.teleported")])

    assert changed.dossiers == (made.dossier_id,)
    assert second.replica.place().gseq == entry.gseq
    assert second.ward.database.sync.unread(made.dossier_id) == "event_type_unknown"
    assert second.state(made.code) == made
    assert second.ward.verify().findings == ()
    again = second.reopen()
    assert again.ward.database.sync.unread(made.dossier_id) == "event_type_unknown"
    second.ward = again.ward


def test_a_pull_that_fails_midway_leaves_nothing(first: Pc, second: Pc, monkeypatch: pytest.MonkeyPatch) -> None:
    first.ward.receive()
    first.sync()
    before = everything(second)

    def fail(*_: object) -> None:
        raise RuntimeError("cut here")

    with monkeypatch.context() as patched:
        patched.setattr("desktop.storage.attention_rows.judge_own", fail)
        with pytest.raises(RuntimeError):
            second.sync()

    assert everything(second) == before
    second.sync()
    assert agree(first, second)


def test_a_person_leaves_what_the_others_did_or_keeps_a_record(first: Pc, second: Pc) -> None:
    made = first.ward.receive()
    bring(first.ward.desk, made.code)
    meet(first, second)
    give(first, made.code)
    give(second, made.code)
    meet(first, second)
    desk, sync, lan = second.ward.desk, second.ward.database.sync, second.ward.user("lan")
    (item,) = attention.waiting(desk, sync, lan)

    with pytest.raises(UserError, match="missing_reason"):
        attention.settle(desk, sync, lan, item.event_id, Remedy.RECORD, "ngắn")
    # To return twice takes the act of returning, with all its checks: it is not said again.
    assert attention.remedies(item, lan) == (Remedy.TAKE_OTHER, Remedy.RECORD)
    with pytest.raises(UserError, match="cannot_say_again"):
        attention.settle(desk, sync, lan, item.event_id, Remedy.SAY_AGAIN)
    with pytest.raises(UserError, match="attention_not_yours"):
        attention.settle(desk, sync, second.ward.user("thu"), item.event_id, Remedy.TAKE_OTHER)
    attention.settle(desk, sync, lan, item.event_id, Remedy.RECORD, "Hai bên cùng trả, đã gọi người dân")

    assert attention.waiting(desk, sync, lan) == []
    with pytest.raises(UserError, match="attention_unknown"):
        attention.settle(desk, sync, lan, item.event_id, Remedy.TAKE_OTHER)
    meet(second, first)
    assert agree(first, second)


def test_a_restored_folder_opens_a_log_and_loses_nothing(tmp_path: Path, first: Pc, second: Pc, town: Town) -> None:
    offline = first.ward.receive(owner=person(1))
    first.ward.database.close()
    shutil.copytree(first.ward.folder, tmp_path / "backup")
    went_on = Pc(reopened(first.ward.folder, first.ward.state), town)
    sent = went_on.ward.receive(owner=person(2))
    went_on.sync()
    went_on.ward.database.close()
    shutil.rmtree(first.ward.folder)
    shutil.copytree(tmp_path / "backup", first.ward.folder)

    back = Pc(reopened(first.ward.folder, first.ward.state), town)
    unsent = back.ward.receive(owner=person(3))
    meet(back, second)

    assert unsent.code.startswith("T-")
    assert [second.state(each.code) is not None for each in (offline, sent, unsent)] == [True, True, True]
    assert back.ward.database.sync.attention() == []
    assert agree(back, second)
    first.ward = back.ward


def test_what_stays_open_in_a_closed_log_is_said_again(first: Pc, town: Town) -> None:
    made = first.ward.receive(owner=person(1))
    first.replica.open_epoch("fork", first.ward.clock.now().date())
    town.store.tables.epochs = {
        key: replace(state, is_open=key[0] != first.replica.replica_id)
        for key, state in town.store.tables.epochs.items()
    }
    first.replica.take_lease((0, 10), None)

    said = first.replica.say_again()

    assert said >= 1
    assert first.replica.say_again() == 0
    assert first.state(made.code) == made
    assert first.ward.verify().findings == ()
    events = first.ward.desk.reader.history(made.dossier_id)
    assert [event.envelope.replaces != "" for event in events] == [True]
    assert events[0].envelope.acted_at == made.received_at


def test_going_on_with_what_a_closed_log_has_to_say_is_out_of_order(first: Pc) -> None:
    desk, lan = first.ward.desk, first.ward.user("lan")
    other = first.ward.receive(owner=person(1))
    first.sync()
    made = first.ward.receive(owner=person(2))
    first.replica.open_epoch("fork", first.ward.clock.now().date())
    handing.make_slip(desk, lan, MakeSlip(SECTION, (other.code,)))
    was = first.replica.is_out_of_order()

    slip = handing.make_slip(desk, lan, MakeSlip(SECTION, (made.code,))).slip

    assert (was, first.replica.is_out_of_order()) == (False, True)
    first.sync()
    assert first.replica.is_out_of_order() is False
    assert first.state(made.code).offered_on == slip.name  # type: ignore[attr-defined]
    assert first.ward.database.sync.attention() == []
    assert first.ward.verify().findings == ()


def test_two_hundred_events_are_one_short_transaction(first: Pc, second: Pc, town: Town) -> None:
    start = time.process_time()
    for n in range(100):
        first.ward.receive(owner=person(n))
    for card in first.ward.desk.reader.search("tran van", 100):
        follow.print_receipt(first.ward.desk, first.ward.user("lan"), card.code, "A5")
    doing = time.process_time() - start
    first.sync()
    entries = entries_of(town, second.replica.place().gseq)[:200]

    start = time.process_time()
    second.replica.apply(entries)
    took = time.process_time() - start

    assert len(entries) == 200
    assert took < doing / 2, f"{took:.2f} s to take what took {doing:.2f} s to do"


_KILLED = """
import json, os, sys
from pathlib import Path
from desktop.devices import signing_key
from desktop.protocol.messages import FeedEntry
from desktop.storage import attention_rows
from tests.support.wards import reopened

folder, state, at, entries = sys.argv[1:]
ward = reopened(Path(folder), Path(state))
replica = ward.database.sync_replica(signing_key.verify)
if at == "within":
    attention_rows.judge_own = lambda *_: os._exit(9)
replica.apply([FeedEntry.model_validate(entry) for entry in json.loads(Path(entries).read_text())])
os._exit(9)
"""


@pytest.mark.parametrize("at", ["within", "after"])
def test_a_pull_that_is_killed_leaves_either_state(tmp_path: Path, first: Pc, second: Pc, town: Town, at: str) -> None:
    made = first.ward.receive()
    first.sync()
    entries = entries_of(town, second.replica.place().gseq)
    (tmp_path / "entries").write_text(json.dumps([entry.model_dump() for entry in entries]))
    before = everything(second)
    second.ward.database.close()

    arguments = [str(second.ward.folder), str(second.ward.state), at, str(tmp_path / "entries")]
    killed = subprocess.run([sys.executable, "-c", _KILLED, *arguments], check=False, cwd=Path.cwd())

    assert killed.returncode == 9
    second.ward = reopened(second.ward.folder, second.ward.state)
    again = Pc(second.ward, town)
    assert second.ward.verify().findings == ()
    if at == "within":
        assert everything(second) == before
    else:
        assert again.state(made.code) == made
    again.sync()
    assert agree(first, again)
