from datetime import datetime, timedelta

import pytest

from desktop.domain.commands import Correct
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import UserError
from desktop.domain.way import LateCause
from desktop.domain.way_commands import Apologise
from desktop.services import apologising, follow
from desktop.services.look_up import preview_correction
from tests.support.samples import REASON
from tests.support.wards import SLOW, Ward, command, procedure


def other_procedure(ward: Ward) -> Correct:
    return Correct({}, REASON, procedure=procedure(ward.desk, SLOW), components=command(ward.desk, SLOW).components)


def apologised(ward: Ward) -> tuple[Dossier, datetime]:
    """Receive a dossier and promise another day for it; return both."""
    made, chair = ward.receive(code=SLOW), ward.user("chutich")
    later = apologising.outlook(ward.desk, chair, made.code).suggested
    apologising.apologise(ward.desk, chair, made.code, Apologise(REASON, LateCause.WARD, later))
    return made, later


def test_the_preview_says_what_the_correction_then_does(ward: Ward) -> None:
    made = ward.receive()
    given = Correct({"applicant.name": "Tên Đúng", "note": "x"}, REASON)

    preview = preview_correction(ward.desk, ward.user("lan"), made.code, given)
    untouched = ward.desk.reader.find(made.code)
    done = follow.correct(ward.desk, ward.user("lan"), made.code, given).dossier

    assert untouched == made
    assert preview.changes == done.changes
    assert (preview.promised_at, preview.needs_chair) == (done.promised_at, False)


def test_another_procedure_computes_the_promise_anew_and_a_later_one_needs_the_chair(ward: Ward) -> None:
    made = ward.receive()
    given = other_procedure(ward)

    clerk, chair = (preview_correction(ward.desk, ward.user(login), made.code, given) for login in ("lan", "chutich"))
    with pytest.raises(UserError, match="not_permitted"):
        follow.correct(ward.desk, ward.user("lan"), made.code, given)
    done = follow.correct(ward.desk, ward.user("chutich"), made.code, given).dossier

    assert clerk.promised_at == chair.promised_at == done.promised_at > made.promised_at
    assert (clerk.needs_chair, chair.needs_chair) == (True, False)
    assert "promised_at" in {change.field for change in clerk.changes}


def test_an_earlier_promise_needs_nobody(ward: Ward) -> None:
    made = ward.receive()
    given = Correct({}, REASON, promised_at=made.promised_at - timedelta(hours=1))

    preview = preview_correction(ward.desk, ward.user("lan"), made.code, given)

    assert not preview.needs_chair


def test_after_an_apology_the_promise_stays_where_no_change_names_it(ward: Ward) -> None:
    made, later = apologised(ward)

    preview = preview_correction(ward.desk, ward.user("lan"), made.code, Correct({"note": "x"}, REASON))
    done = follow.correct(ward.desk, ward.user("lan"), made.code, Correct({"note": "x"}, REASON)).dossier

    assert preview.promised_at == done.promised_at == later


def test_after_an_apology_a_promise_past_the_deadline_still_needs_the_chair(ward: Ward) -> None:
    made, _ = apologised(ward)
    given = Correct({}, REASON, promised_at=made.promised_at + timedelta(weeks=1))

    preview = preview_correction(ward.desk, ward.user("lan"), made.code, given)

    assert preview.needs_chair
    with pytest.raises(UserError, match="not_permitted"):
        follow.correct(ward.desk, ward.user("lan"), made.code, given)


def test_a_reason_may_still_be_missing(ward: Ward) -> None:
    made = ward.receive()

    preview = preview_correction(ward.desk, ward.user("lan"), made.code, Correct({"note": "x"}, ""))

    assert [change.field for change in preview.changes] == ["note"]


@pytest.mark.parametrize(
    ("code", "login", "refusal"),
    [("x", "lan", "dossier_unknown"), ("", "lan", "nothing_to_correct"), ("", "thanhtra", "not_permitted")],
)
def test_what_cannot_be_corrected_is_refused(ward: Ward, code: str, login: str, refusal: str) -> None:
    made = ward.receive()

    with pytest.raises(UserError, match=refusal):
        preview_correction(ward.desk, ward.user(login), code or made.code, Correct({}, REASON))
