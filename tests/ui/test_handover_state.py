from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.dossiers import Custodian, CustodianKind
from desktop.domain.slips import Slip, SlipLine, Unexpected
from desktop.domain.way import FormNumber
from desktop.services.handing_list import OnHand, Whereabouts
from desktop.ui.pages.handover_state import Arrival, Draft, GiveList, TakeList, custodian_of, draft_of, key_of
from desktop.ui.pages.handover_words import age_words, differences, is_overdue, refusal_lines

NOW = datetime(2019, 7, 18, 2, tzinfo=UTC)
JUSTICE = Custodian(CustodianKind.SECTION, "tu_phap")
LAND = Custodian(CustodianKind.SECTION, "dia_chinh")
COUNTER = Custodian(CustodianKind.SECTION, "mot_cua")


def item(code: str, to: Custodian = JUSTICE) -> OnHand:
    return OnHand(code, "An", "Khai sinh", NOW, NOW, to, NOW)


def where(code: str, holder: str = "Một cửa") -> Whereabouts:
    return Whereabouts(code, "An", "Khai sinh", holder)


def slip(*codes: str) -> Slip:
    lines = tuple(SlipLine(f"id-{code}", code) for code in codes)
    number = FormNumber("handover_slip", 2019, 1, 1)
    return Slip("s", "BG-2019-01-0001", number, COUNTER, JUSTICE, NOW, "u", NOW + timedelta(hours=4), lines, "00")


def test_a_dossier_stands_in_the_list_once() -> None:
    given = GiveList().plus(item("A")).plus(item("B")).plus(item("A"))

    assert given.codes == ("A", "B")
    assert (given.place("B"), given.place("C")) == (2, 0)
    assert given.without("A").codes == ("B",)


def test_the_section_of_most_dossiers_is_suggested_first() -> None:
    unknown = Custodian(CustodianKind.SECTION)
    given = GiveList((item("A", LAND), item("B"), item("C"), item("D", unknown)))

    assert given.suggestions() == ((JUSTICE, 2), (LAND, 1))


def test_scans_are_sorted_into_came_twice_and_stranger() -> None:
    taken = TakeList(slip("A", "B"), (where("A"), where("B")))
    arrivals = []
    for code in ("A", "X", "A", "X"):
        taken, arrival = taken.with_scan(where(code))
        arrivals.append(arrival)

    assert arrivals == [Arrival.CAME, Arrival.STRANGER, Arrival.TWICE, Arrival.TWICE]
    assert (taken.came, taken.missing, taken.scanned) == (("A",), ("B",), ("A", "X"))


@pytest.mark.parametrize(
    ("code", "came", "strangers"), [("A", (), ("X",)), ("B", ("A", "B"), ("X",)), ("X", ("A",), ())]
)
def test_a_row_is_ticked_unticked_or_put_aside(code: str, came: tuple[str, ...], strangers: tuple[str, ...]) -> None:
    taken = TakeList(slip("A", "B"), (where("A"), where("B")), ("A",), (where("X"),))

    after = taken.toggled(code)

    assert after.came == came
    assert tuple(one.code for one in after.strangers) == strangers


def test_a_draft_comes_back_as_it_was() -> None:
    draft = Draft(("A", "B"), "section:tu_phap", "gấp", {"s": ("A",)})

    assert draft_of(draft.to_json()) == draft
    assert Draft().to_json() == ""


@pytest.mark.parametrize("text", ["", "{", "[]", '{"codes": 5}', '{"begun": []}'])
def test_a_draft_that_cannot_be_read_counts_as_none(text: str) -> None:
    assert draft_of(text).codes == ()


def test_a_holder_survives_as_a_key() -> None:
    assert custodian_of(key_of(JUSTICE)) == JUSTICE
    assert key_of(Custodian(CustodianKind.NOBODY)) == ""


def test_differences_are_named_and_long_ones_counted() -> None:
    codes = tuple("ABCDEFGH")

    said = differences(codes, (Unexpected("X", "Địa chính"), Unexpected("Y", "")))

    assert said == (
        "Thiếu 8 hồ sơ: A, B, C, D, E, F và 2 hồ sơ khác. Thừa 2 hồ sơ: X (Địa chính đang giữ), Y (không có trong sổ)."
    )
    assert differences((), ()) == ""


@pytest.mark.parametrize(
    ("minutes", "words"), [(-3, "0 phút"), (59, "59 phút"), (60, "1 giờ 0 phút"), (2880, "2 ngày")]
)
def test_waiting_is_told_in_the_unit_that_tells_most(minutes: int, words: str) -> None:
    assert age_words(timedelta(minutes=minutes)) == words


@pytest.mark.parametrize(("hours", "expected"), [(3.99, False), (4, True)])
def test_a_slip_is_overdue_from_the_instant_it_reminds(hours: float, expected: bool) -> None:
    assert is_overdue(slip("A"), NOW + timedelta(hours=hours)) is expected


def test_the_newest_refusals_are_shown_and_the_rest_counted() -> None:
    assert refusal_lines(("1", "2", "3", "4", "5")) == "5\n4\n3\nVà 2 hồ sơ khác không giao được."
    assert refusal_lines(()) == ""
