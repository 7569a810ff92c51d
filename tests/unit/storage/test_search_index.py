import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.acts.receiving import decide_receive
from desktop.domain.dossiers import Party, Relation, Submitter
from desktop.storage.search_index import looks_like_code, match_expression, tokens_of
from tests.support.samples import OWNER, allotment, command, folded, rules


def tokens(**fields: object) -> set[str]:
    return set(tokens_of(folded(*decide_receive(command(**fields), allotment(), rules()))).split())


def test_a_dossier_is_found_by_words_initials_phone_number_and_code() -> None:
    assert tokens() == {
        "nguyen", "thi", "ngoc", "o", "ntno", "0912345678", "5678", "079090012345", "012345",
        "000", "16", "27", "h29", "190718", "0001", "1", "0001627h291907180001",
    }  # fmt: skip


def test_somebody_else_who_handed_in_is_found_too() -> None:
    other = Submitter(Party("Trần Đức", phone="0987654321"), Relation.AUTHORISED, "số 12")

    assert {"tran", "duc", "4321"} <= tokens(submitter=other)


def test_a_single_name_has_no_initials() -> None:
    assert "b" not in tokens(owner=Party("Bon"), submitter=Submitter(OWNER, Relation.AUTHORISED, "số 12"))


def test_an_alias_finds_its_dossier() -> None:
    dossier = folded(*decide_receive(command(), allotment(), rules()))

    assert {"t", "0197f0ab", "7"} <= set(tokens_of(replace(dossier, aliases=("T-0197F0AB-7",))).split())


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("nguyễn ngọc", '"nguyen" "ngoc"*'),
        ("NGUYỄN", '"nguyen"*'),
        ("Đặng", '"dang"*'),
        ("H'Hen Niê Kđăm", '"h" "hen" "nie" "kdam"*'),
        ("0912 345", '"0912" "345"*'),
        ("", ""),
        ("  ", ""),
        ('"*()^:-', ""),
    ],
)
def test_a_query_is_whole_words_and_the_last_one_open(query: str, expression: str) -> None:
    assert match_expression(query) == expression
    assert match_expression(unicodedata.normalize("NFD", query)) == expression


def test_people_who_abbreviate_leave_every_word_open() -> None:
    assert match_expression("ng v a", every_word_open=True) == '"ng"* "v"* "a"*'


def test_a_whole_page_pasted_in_is_cut() -> None:
    expression = match_expression("x" * 500 + " y" * 100)

    assert expression.count('"') == 2 * 12
    assert max(len(word) for word in expression.split()) <= 64 + 3


@given(st.text(max_size=40))
def test_no_query_is_more_than_quoted_words(query: str) -> None:
    for word in match_expression(query).split():
        assert word.rstrip("*").strip('"').isalnum()
        assert word.startswith('"')


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (" h29-190718-0001 ", "H29-190718-0001"),
        ("T-0197f0ab-7", "T-0197F0AB-7"),
        ("nguyen", ""),
        ("nguyen 1", ""),
        ("", ""),
    ],
)
def test_what_looks_like_a_code_is_looked_up_as_one(query: str, code: str) -> None:
    assert looks_like_code(query) == code
