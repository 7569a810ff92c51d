"""Papers are asked for within three working days of receipt; later it is told, and the law of the field is named."""

from datetime import date, datetime

import pytest

from desktop.services.waiting import asked_too_late
from tests.support.wards import SLOW, Ward


@pytest.mark.parametrize(
    ("today", "last"),
    [
        ("2019-07-18T16:00", None),
        ("2019-07-23T16:00", None),  # Friday, Monday, Tuesday
        ("2019-07-24T07:30", date(2019, 7, 23)),
    ],
)
def test_after_three_working_days_the_day_that_was_missed_is_told(ward: Ward, today: str, last: date | None) -> None:
    dossier = ward.receive(code=SLOW)
    ward.clock.set(datetime.fromisoformat(f"{today}:00+07:00"))

    assert asked_too_late(ward.desk, dossier) == last
