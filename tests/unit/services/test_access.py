"""The access log: who looked at a dossier that is not his to handle."""

from datetime import date

import pytest
from sqlcipher3 import dbapi2

from desktop.domain.dossiers import Party, Relation, Status, Submitter
from desktop.domain.errors import UserError
from desktop.services import access
from desktop.storage.engine import connect_raw
from tests.support.samples import NINE, OWNER
from tests.support.wards import KEY, Ward, opened, person
from tests.support.way import bring

TODAY = date(2019, 7, 18)


def seen(ward: Ward) -> list[tuple[str, str, str]]:
    return [(each.login, each.act, each.code) for each in access.seen(ward.desk, ward.user("thanhtra"), TODAY, TODAY)]


def test_what_was_submitted_is_the_leaders_to_handle_until_they_decided(ward: Ward) -> None:
    (before,) = bring(ward.desk, ward.receive().code, to=Status.SUBMITTED)
    (after,) = bring(ward.desk, ward.receive(owner=person(7)).code, to=Status.APPROVED)

    noted = [access.note_view(ward.desk, ward.user("chutich"), each) for each in (before, after)]

    assert noted == [False, True]


def test_whole_numbers_are_shown_once_it_is_written_down_why(ward: Ward) -> None:
    mother = Party("Trần Mẹ", id_number="079190054321")
    dossier = ward.receive(submitter=Submitter(mother, Relation.AUTHORISED, "giấy ủy quyền số 12"))

    numbers = access.reveal(ward.desk, ward.user("lan"), dossier.code.lower(), "  đối chiếu thẻ  ")

    assert (numbers.owner, numbers.submitter) == (OWNER.id_number, "079190054321")
    (entry,) = access.seen(ward.desk, ward.user("thanhtra"), TODAY, TODAY)
    assert (entry.login, entry.act, entry.code, entry.reason) == ("lan", "id_numbers", dossier.code, "đối chiếu thẻ")
    assert "079" not in repr(numbers)


@pytest.mark.parametrize(("reason", "code"), [("", "missing_reason"), ("  abc ", "missing_reason")])
def test_without_a_reason_no_number_is_shown_and_nothing_is_written(ward: Ward, reason: str, code: str) -> None:
    dossier = ward.receive()

    with pytest.raises(UserError, match=code):
        access.reveal(ward.desk, ward.user("lan"), dossier.code, reason)
    with pytest.raises(UserError, match="dossier_unknown"):
        access.reveal(ward.desk, ward.user("lan"), "000.16.27.H29-190718-9999", "đối chiếu thẻ")

    assert seen(ward) == []


@pytest.mark.parametrize(
    ("login", "is_noted"), [("lan", False), ("hung", False), ("thu", False), ("chutich", True), ("thanhtra", True)]
)
def test_only_a_view_by_somebody_who_does_not_handle_it_is_written_down(ward: Ward, login: str, is_noted: bool) -> None:
    dossier = ward.receive()

    noted = access.note_view(ward.desk, ward.user(login), dossier)

    assert noted is is_noted
    assert seen(ward) == ([(login, "view", dossier.code)] if is_noted else [])


def test_every_view_is_an_entry_newest_first(ward: Ward) -> None:
    dossier = ward.receive()
    for login in ("thanhtra", "chutich", "thanhtra"):
        access.note_view(ward.desk, ward.user(login), dossier)

    assert [login for login, _, _ in seen(ward)] == ["thanhtra", "chutich", "thanhtra"]


def test_the_it_officer_looks_at_no_dossier_and_may_read_who_did(ward: Ward) -> None:
    dossier = ward.receive()

    with pytest.raises(UserError, match="not_permitted"):
        access.note_view(ward.desk, ward.user("quantri"), dossier)

    assert access.seen(ward.desk, ward.user("quantri"), TODAY, TODAY) == ()


def test_a_clerk_may_not_read_who_looked(ward: Ward) -> None:
    with pytest.raises(UserError, match="not_permitted"):
        access.seen(ward.desk, ward.user("lan"), TODAY, TODAY)


def test_entries_of_other_days_are_left_out(ward: Ward) -> None:
    access.note_view(ward.desk, ward.user("chutich"), ward.receive())

    assert access.seen(ward.desk, ward.user("thanhtra"), date(2019, 7, 17), date(2019, 7, 17)) == ()


@pytest.mark.parametrize("statement", ["UPDATE access SET user_id = 'x'", "DELETE FROM access"])
def test_the_access_log_is_never_changed_and_survives_a_restart(ward: Ward, statement: str) -> None:
    dossier = ward.receive()
    access.note_view(ward.desk, ward.user("chutich"), dossier)
    ward.database.close()

    connection = connect_raw(ward.folder / "motcua.db", KEY, read_only=False)
    with pytest.raises(dbapi2.Error, match="never changed"):
        connection.execute(statement)
    connection.close()

    with opened(ward.folder, ward.state, at=NINE) as again:
        assert seen(again) == [("chutich", "view", dossier.code)]


def test_views_stay_out_of_the_synced_log(ward: Ward) -> None:
    dossier = ward.receive()
    before = ward.database.ledger.head.seq

    access.note_view(ward.desk, ward.user("chutich"), dossier)

    assert ward.database.ledger.head.seq == before
    assert ward.verify().is_clean
