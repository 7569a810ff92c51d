"""What the program shows of its findings: over a real database, to whom, and what honest acts do not look like."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.board import Period
from desktop.domain.commands import ComponentCount, ReturnResult
from desktop.domain.detectors.findings import Severity, Trick
from desktop.domain.dossiers import Dossier, Proof, Relation
from desktop.domain.errors import UserError
from desktop.domain.facts.unit import UnitConfigured
from desktop.domain.units import OwnThreshold
from desktop.domain.vietnamese import VIETNAM
from desktop.domain.way import WaitKind
from desktop.domain.way_commands import CloseWait, Gap, RequestSupplement, Withdraw
from desktop.services import detecting, ending, follow, waiting
from tests.support.forging import write_log
from tests.support.honest import Honest, written
from tests.support.samples import NINE
from tests.support.tricks import Trickster
from tests.support.wards import KEY, Ward, make_ward, opened, person
from tests.support.way import bring

AUGUST = datetime(2019, 8, 5, 8, tzinfo=VIETNAM)
PEOPLE = {"user-lan": "u0-lan", "user-hoa": "u0-lan", "user-minh": "u1-hung", "user-an": "u3-chutich"}
PERIOD = Period(date(2019, 1, 1), date(2020, 12, 31))
#: Ratings are no part of the log yet.
IN_LOG = set(Trick) - {Trick.OWN_RATING}
WHY = "lý do rõ ràng"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def found(ward: Ward, login: str = "thanhtra") -> detecting.Findings:
    return detecting.find(ward.desk, ward.user(login), PERIOD)


def test_a_signed_and_sound_log_full_of_tricks_is_seen_through(tmp_path: Path) -> None:
    make_ward(tmp_path, is_training=False).database.close()
    trickster = Trickster(AUGUST)
    for trick in IN_LOG:
        trickster.play(trick)
    log = written([*Honest(2, AUGUST.date()).acts(60), *trickster.acts])
    write_log(tmp_path / "data", KEY, log.events, PEOPLE)

    with opened(tmp_path / "data", tmp_path / "state", at=AUGUST + 30 * DAY) as ward:
        shown = found(ward)
        codes = {
            trick: {s.code for each in shown.found if each.trick is trick for s in each.subjects} for trick in Trick
        }

        assert {trick for trick in Trick if codes[trick]} == IN_LOG
        for trick in IN_LOG:
            assert {f"{number}" for number in trickster.numbers[trick]} <= {c.rpartition("-")[2] for c in codes[trick]}
        assert {code for each in codes.values() for code in each if "-9000" not in code} == set()
        assert shown.dossiers == len(log.histories())
        # Nothing is broken: only who knows what honest work looks like sees it.
        assert {each.code for each in ward.verify().findings} == {"file_lost"}  # no file came with the forged log


def test_a_clerk_sees_what_is_about_his_own_acts(tmp_path: Path) -> None:
    make_ward(tmp_path).database.close()
    trickster = Trickster(AUGUST)
    for trick in (Trick.NO_PROOF, Trick.LATE_PAUSE):
        trickster.play(trick)
    write_log(tmp_path / "data", KEY, written(trickster.acts).events, PEOPLE)

    with opened(tmp_path / "data", tmp_path / "state", at=AUGUST + 30 * DAY) as ward:
        lan, hung, chair = (found(ward, login) for login in ("lan", "hung", "chutich"))

        assert ({each.trick for each in lan.found}, lan.is_own) == ({Trick.NO_PROOF}, True)
        assert ({each.trick for each in hung.found}, hung.is_own) == ({Trick.LATE_PAUSE}, True)
        assert ({each.trick for each in chair.found}, chair.is_own) == ({Trick.NO_PROOF, Trick.LATE_PAUSE}, False)
        with pytest.raises(UserError, match="not_permitted"):
            found(ward, "quantri")


def test_in_training_where_instants_are_given_by_hand_the_clock_proves_nothing(ward: Ward) -> None:
    ward.receive()
    ward.clock.set(NINE - HOUR)
    ward.receive(owner=person(2))

    shown = found(ward)

    assert (shown.found, shown.dossiers, shown.has_own_clock) == ((), 2, False)


def given(ward: Ward, dossier: Dossier) -> None:
    proof = ReturnResult(dossier.owner, Relation.OWNER, Proof.SIGNATURE, "ký", paid_vnd=dossier.owed_vnd)
    follow.return_result(ward.desk, ward.user("lan"), dossier.code, proof)


def test_a_plain_day_shows_nothing(ward: Ward) -> None:
    made = [ward.receive(owner=person(n)) for n in range(4)]
    ready = bring(ward.desk, *(dossier.code for dossier in made))
    for n, dossier in enumerate(ready):
        ward.clock.set(NINE + HOUR + n * timedelta(seconds=20))
        given(ward, dossier)

    assert (found(ward).found, found(ward).dossiers) == ((), 4)


def test_nine_returns_of_a_minute_by_the_program_itself_are_listed(ward: Ward) -> None:
    made = [ward.receive(owner=person(n)) for n in range(9)]
    ready = bring(ward.desk, *(dossier.code for dossier in made))
    for n, dossier in enumerate(ready):
        ward.clock.set(NINE + HOUR + n * timedelta(seconds=5))
        given(ward, dossier)

    (burst,) = found(ward).found

    assert (burst.trick, len(burst.subjects), dict(burst.figures)) == (
        Trick.RETURN_BURST,
        9,
        {"returns": 9, "seconds": 40},
    )


def test_a_unit_may_ask_from_another_figure_on_and_its_log_says_so(ward: Ward) -> None:
    made = [ward.receive(owner=person(n)) for n in range(9)]
    for n, dossier in enumerate(bring(ward.desk, *(dossier.code for dossier in made))):
        ward.clock.set(NINE + HOUR + n * timedelta(seconds=5))
        given(ward, dossier)
    own = (OwnThreshold("returns_per_minute", 20),)

    with ward.database.ledger.act(ward.user("quantri")) as act:
        act.record_unit((UnitConfigured(replace(ward.desk.reader.unit(), thresholds=own)),))

    assert found(ward).found == ()


def test_a_second_supplement_a_leader_asked_for_is_listed_as_doubtful(ward: Ward) -> None:
    dossier = ward.receive(owner=person(1))
    component = dossier.components[0].code
    lan, chair = ward.user("lan"), ward.user("chutich")
    asked = RequestSupplement((Gap(component),), WHY)
    waiting.request_supplement(ward.desk, lan, dossier.code, asked)
    came = CloseWait(WaitKind.SUPPLEMENT, components=(ComponentCount(component, originals=1),))
    waiting.close_wait(ward.desk, lan, dossier.code, came)
    waiting.request_supplement(ward.desk, chair, dossier.code, asked)

    shown = {each.trick: each for each in found(ward).found}

    assert shown[Trick.SECOND_SUPPLEMENT].severity is Severity.DOUBTFUL


def test_a_dossier_withdrawn_and_received_again_is_listed_with_both(ward: Ward) -> None:
    def refile(at: datetime) -> Dossier:
        return ward.receive(at=at, owner=person(1))

    first = refile(NINE)
    back = tuple(line.code for line in first.components if line.originals)
    ending.withdraw(ward.desk, ward.user("lan"), first.code, Withdraw(WHY, back))
    again = refile(NINE + DAY)

    (finding,) = found(ward).found

    assert [subject.code for subject in finding.subjects] == [first.code, again.code]
    assert finding.trick is Trick.FILED_AGAIN


def test_a_clock_that_went_back_is_listed_with_what_was_done_meanwhile(tmp_path: Path) -> None:
    ward = make_ward(tmp_path, is_training=False)
    ward.receive(owner=person(1))
    late = ward.receive(at=NINE - 3 * HOUR, owner=person(2))

    shown = {each.trick: each for each in found(ward).found}

    assert [subject.code for subject in shown[Trick.CLOCK_BACK].subjects] == [late.code]
    assert [subject.code for subject in shown[Trick.BACK_DATED].subjects] == [late.code]
    assert dict(shown[Trick.CLOCK_BACK].figures)["minutes"] == 180
    ward.database.close()


def test_what_lies_outside_the_days_asked_for_is_left_out(tmp_path: Path) -> None:
    ward = make_ward(tmp_path, is_training=False)
    ward.receive(owner=person(1))
    ward.receive(at=NINE - 3 * HOUR, owner=person(2))

    shown = detecting.find(ward.desk, ward.user("chutich"), Period(date(2019, 8, 1), date(2019, 8, 31)))

    assert (shown.found, len(found(ward).found)) == ((), 2)
    ward.database.close()
