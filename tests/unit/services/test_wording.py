import pytest

from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.services.changes import NOTHING, Changes, Kind, dossier_changed
from desktop.services.wording import LANGUAGES, Wording


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_gets_its_sentence_with_its_facts(language: str) -> None:
    sentence = Wording(language).error(EnvironmentProblem("database_absent", path="/somewhere"))

    assert "/somewhere" in sentence
    assert "{" not in sentence


def test_a_list_of_facts_reads_as_words() -> None:
    sentence = Wording().error(UserError("unknown_paper", paper="A3", allowed=["A5", "A4"]))

    assert "A5, A4" in sentence
    assert "[" not in sentence


def test_a_code_without_a_sentence_is_shown_and_not_hidden() -> None:
    assert "(never_heard_of)" in Wording().sentence("never_heard_of")
    assert not Wording().knows("never_heard_of")


def test_a_missing_fact_leaves_a_gap_and_the_sentence() -> None:
    assert "…" in Wording().sentence("database_absent")


def test_changes_add_up() -> None:
    both = dossier_changed("a") | dossier_changed("b", Kind.PRINT_JOB) | NOTHING

    assert both == Changes(frozenset({Kind.DOSSIER, Kind.PRINT_JOB}), frozenset({"a", "b"}))
