import unicodedata

import pytest

from desktop.domain.ratings import Grade, Opinion, RatingFigures, RatingMistake, Step, read_opinion, summed


@pytest.mark.parametrize("grade", [Grade.VERY_SATISFIED, Grade.SATISFIED])
def test_who_is_satisfied_need_not_say_why(grade: Grade) -> None:
    assert read_opinion(grade.value, "") == Opinion(grade)
    assert read_opinion(grade.value, "cảm ơn") == Opinion(grade, "cảm ơn")


def test_a_reason_is_kept_in_nfc_on_one_line() -> None:
    typed = unicodedata.normalize("NFD", "  Chờ lâu,\r\n\tphải đi ba lần  ")

    assert read_opinion("not_satisfied", typed) == Opinion(Grade.NOT_SATISFIED, "Chờ lâu, phải đi ba lần")


@pytest.mark.parametrize(
    ("grade", "reason", "mistake"),
    [
        ("not_satisfied", "", RatingMistake.NO_REASON),
        ("not_satisfied", " \r\n\t ", RatingMistake.NO_REASON),
        ("", "chờ lâu", RatingMistake.NO_GRADE),
        ("excellent", "", RatingMistake.NO_GRADE),
        ("satisfied", "x" * 501, RatingMistake.LONG_REASON),
        ("not_satisfied", "a\x00b", RatingMistake.HIDDEN_LETTERS),
        ("not_satisfied", "a\x1bb", RatingMistake.HIDDEN_LETTERS),
        ("not_satisfied", "a\u202eb", RatingMistake.HIDDEN_LETTERS),
        ("not_satisfied", "a\ud800b", RatingMistake.HIDDEN_LETTERS),
        ("not_satisfied", "a\ue000b", RatingMistake.HIDDEN_LETTERS),
    ],
)
def test_a_mistake_is_named(grade: str, reason: str, mistake: RatingMistake) -> None:
    assert read_opinion(grade, reason) is mistake


def test_steps_are_rated_by_themselves_and_may_be_left_out() -> None:
    given = {"return": "not_satisfied", "reception": "very_satisfied", "handling": "", "lunch": "satisfied"}

    assert read_opinion("satisfied", "", given) == Opinion(
        Grade.SATISFIED, "", ((Step.RECEPTION, Grade.VERY_SATISFIED), (Step.RETURN, Grade.NOT_SATISFIED))
    )
    assert read_opinion("satisfied", "", {"handling": "excellent"}) is RatingMistake.NO_GRADE


def test_five_hundred_letters_are_taken_however_they_are_written() -> None:
    assert read_opinion("not_satisfied", unicodedata.normalize("NFD", "ệ" * 500)) == Opinion(
        Grade.NOT_SATISFIED, "ệ" * 500
    )


def test_1767_of_10000_are_not_satisfied_by_17_67_percent() -> None:
    figures = RatingFigures("ho_tich", 40_000, very_satisfied=6_000, satisfied=2_233, not_satisfied=1_767, set_aside=9)

    assert (figures.counted, figures.not_satisfied_share, figures.rated_share) == (10_000, "17,67%", "25,00%")
    assert (RatingFigures().not_satisfied_share, RatingFigures().rated_share) == ("–", "–")


def test_fields_add_up_to_the_whole() -> None:
    one = RatingFigures("ho_tich", 10, 1, 2, 3, 4)
    two = RatingFigures("dat_dai", 20, 10, 20, 30, 40)

    assert summed((one, two)) == RatingFigures("", 30, 11, 22, 33, 44)
    assert summed((), "x") == RatingFigures("x")
