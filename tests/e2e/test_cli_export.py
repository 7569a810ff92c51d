"""Everything leaves a real ward only when two people stand by it, and the log says who."""

from pathlib import Path

import pytest

from desktop.cli import moving
from desktop.domain.errors import UserError
from desktop.domain.facts.unit import BookExported
from desktop.storage.open_export import MANIFEST
from desktop.wiring import opened_ward
from tests.support.offices import RealOffice
from tests.support.wards import CHEAP

WHY = "nộp lưu trữ lịch sử"


class Office(RealOffice):
    """Hold a real ward and take everything out of it."""

    def export(self, target: Path, who: str, witness: str) -> dict[str, object]:
        ask = lambda login: lambda _login: (login, self.secret(login))  # noqa: E731 - a hand for each person
        return moving.export(self.folder, target, ask(who), ask(witness), login="", reason=WHY)

    def exports(self) -> list[tuple[str, str]]:
        """Return who exported and who stood by it, as the log says: the newest only."""
        with opened_ward(self.folder, password=("lan", self.secret("lan")), cost=CHEAP) as ward:
            event = ward.desk.reader.last_of_type("book.exported")
            logins = {user.user_id: user.login for user in ward.desk.reader.users()}
        if event is None or not isinstance(event.fact, BookExported):
            return []
        return [(logins[event.envelope.actor], logins[event.fact.witness])]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("real") / "ward")


@pytest.mark.parametrize(
    ("who", "witness", "code"),
    [
        ("chutich", "chutich", "witness_is_actor"),
        ("chutich", "lan", "not_permitted"),
        ("chutich", "thanhtra", "not_permitted"),
        ("lan", "chutich", "not_permitted"),
        ("quantri", "chutich", "not_permitted"),
    ],
)
def test_nobody_takes_everything_out_alone(office: Office, tmp_path: Path, who: str, witness: str, code: str) -> None:
    with pytest.raises(UserError, match=code):
        office.export(tmp_path / "open", who, witness)

    assert not (tmp_path / "open").exists()
    assert office.exports() == []


def test_a_witness_with_a_wrong_password_is_none(office: Office, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="wrong_password"):
        moving.export(
            office.folder,
            tmp_path / "open",
            lambda _login: ("chutich", office.secret("chutich")),
            lambda _login: ("phochutich", "đoán bừa"),
            login="",
            reason=WHY,
        )

    assert office.exports() == []


def test_two_who_may_take_everything_out_and_the_log_names_both(tmp_path: Path) -> None:
    office = Office(tmp_path / "ward")

    done = office.export(tmp_path / "open", "chutich", "phochutich")

    assert (tmp_path / "open" / MANIFEST).is_file()
    assert int(str(done["events"])) > 0
    assert office.exports() == [("chutich", "phochutich")]
