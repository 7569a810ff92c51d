from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.commands import ComponentCount, Correct
from desktop.domain.dossiers import (
    CertifiedDocument,
    Change,
    ComponentLine,
    Dossier,
    Party,
    Relation,
    Submitter,
)
from desktop.domain.errors import UserError
from desktop.ui.dialogs.correct_state import (
    CorrectForm,
    change_words,
    command_of,
    counts_for,
    old_counts,
    old_documents,
    old_texts,
)
from desktop.ui.pages.intake_state import CountText, DocumentText
from tests.ui.fakes_dossiers import NOW, PROCEDURES, make_ward

TODAY = date(2019, 7, 25)
PROXY = Party("Lê Văn Hộ", id_number="079190000088", phone="0987654321", address="2 Hàm Nghi", birth_date="1970")


@pytest.fixture
def dossier() -> Dossier:
    return make_ward(0).receive(0, NOW)


@pytest.fixture
def by_proxy(dossier: Dossier) -> Dossier:
    return replace(dossier, submitter=Submitter(PROXY, Relation.AUTHORISED, "UQ 12/2019"))


def form_of(dossier: Dossier, **texts: str) -> CorrectForm:
    """Return the untouched dialog with some texts typed; ``__`` stands for the dot."""
    typed = {key.replace("__", "."): text for key, text in texts.items()}
    return CorrectForm(
        texts=old_texts(dossier) | typed,
        procedure=PROCEDURES[0],
        counts=old_counts(dossier),
        documents=old_documents(dossier),
        promised_at=None,
        reason="ghi nhầm",
    )


def command(dossier: Dossier, **texts: str) -> Correct:
    return command_of(dossier, form_of(dossier, **texts), TODAY)


def test_what_was_not_touched_is_not_sent(dossier: Dossier, by_proxy: Dossier) -> None:
    nothing = Correct({}, "ghi nhầm")

    assert command(dossier) == nothing
    assert command(by_proxy) == nothing


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("applicant.name", "Tên Đúng", "Tên Đúng"),
        ("applicant.birth_date", "18/07/1990", "1990-07-18"),
        ("applicant.phone", "+84 912 345 679", "0912345679"),
        ("applicant.phone", "", ""),
        ("applicant.id_number", "079 190 000 099", "079190000099"),
        ("applicant.sex", "Nữ", "Nữ"),
        ("applicant.kind", "business", "business"),
        ("channel", "post", "post"),
        ("result_by", "post", "post"),
        ("sets", "2", "2"),
        ("note", "gọi trước", "gọi trước"),
    ],
)
def test_each_field_is_sent_as_it_is_stored(dossier: Dossier, field: str, typed: str, stored: str) -> None:
    made = command_of(dossier, replace(form_of(dossier), texts=old_texts(dossier) | {field: typed}), TODAY)

    assert made.changes == {field: stored}


@pytest.mark.parametrize(
    ("field", "typed"),
    [("applicant.id_number", "12"), ("applicant.phone", "12"), ("applicant.birth_date", "32/1/2000")],
)
def test_what_cannot_be_read_is_told(dossier: Dossier, field: str, typed: str) -> None:
    with pytest.raises(UserError):
        command_of(dossier, replace(form_of(dossier), texts=old_texts(dossier) | {field: typed}), TODAY)


def test_an_authorised_person_takes_nothing_over_from_the_owner(dossier: Dossier) -> None:
    made = command(
        dossier,
        submitter__relation="authorised",
        submitter__name="Lê Văn Hộ",
        submitter__authorisation="UQ 12/2019",
    )

    assert made.changes["submitter.relation"] == "authorised"
    assert made.changes["submitter.name"] == "Lê Văn Hộ"
    assert made.changes["submitter.authorisation"] == "UQ 12/2019"
    assert made.changes["submitter.id_number"] == made.changes["submitter.address"] == ""


def test_the_owner_himself_is_told_in_full_with_what_was_corrected(by_proxy: Dossier) -> None:
    made = command(by_proxy, submitter__relation="owner", applicant__name="Tên Đúng")

    assert made.changes["applicant.name"] == made.changes["submitter.name"] == "Tên Đúng"
    assert made.changes["submitter.id_number"] == by_proxy.owner.id_number
    assert made.changes["submitter.birth_date"] == by_proxy.owner.birth_date
    assert made.changes["submitter.authorisation"] == ""


def test_only_what_was_wrong_about_a_proxy_is_sent(by_proxy: Dossier) -> None:
    assert command(by_proxy, submitter__phone="0987654322").changes == {"submitter.phone": "0987654322"}
    assert command(by_proxy, submitter__authorisation="UQ 13").changes == {"submitter.authorisation": "UQ 13"}


def test_counts_are_sent_when_they_differ(dossier: Dossier) -> None:
    form = replace(form_of(dossier), counts=(CountText("TP01", originals=2),))

    assert command_of(dossier, form, TODAY).components == (ComponentCount("TP01", originals=2),)


def test_another_procedure_always_brings_its_papers(dossier: Dossier) -> None:
    form = replace(form_of(dossier), procedure=PROCEDURES[1])

    made = command_of(dossier, form, TODAY)

    assert made.procedure is PROCEDURES[1]
    assert [count.code for count in made.components or ()] == ["TP01", "TP02"]


def test_papers_follow_their_names_into_another_procedure(dossier: Dossier) -> None:
    lines = (
        ComponentLine("TP01", "Sổ hộ khẩu", True, copies=1),
        ComponentLine("TP02", "Giấy khác", True, originals=1),
        ComponentLine("", "Đơn viết tay", False, originals=1),
    )
    held = replace(dossier, components=lines)

    kept = counts_for(held, PROCEDURES[1])

    assert [(count.code, count.copies, count.name) for count in kept] == [("TP02", 1, ""), ("", 0, "Đơn viết tay")]
    assert counts_for(held, PROCEDURES[0]) == old_counts(held)


def test_documents_to_certify_are_numbers(dossier: Dossier) -> None:
    from desktop.domain.catalogue import FeeKind, FeeRule  # noqa: PLC0415 - only here

    by_page = replace(PROCEDURES[0], fees=(FeeRule(FeeKind.PAGES, "Chứng thực"),))
    form = replace(form_of(dossier), procedure=by_page, documents=(DocumentText("3", ""), DocumentText()))

    assert command_of(dossier, form, TODAY).documents == (CertifiedDocument(3, 1),)
    with pytest.raises(UserError, match="not_a_number"):
        command_of(dossier, replace(form, documents=(DocumentText("ba", "1"),)), TODAY)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("channel", "direct", "post"), ("Hình thức nộp", "Trực tiếp", "Bưu chính công ích")),
        (Change("applicant.birth_date", "", "1990-07-18"), ("Ngày sinh", "–", "18/07/1990")),
        (Change("fee_vnd", "15000", "0"), ("Lệ phí", "15.000 đ", "0 đ")),
        (
            Change("submitter.relation", "owner", "authorised"),
            ("Tư cách người nộp", "Chủ hồ sơ", "Người được ủy quyền"),
        ),
        (Change("note", "a", ""), ("Ghi chú", "a", "–")),
        (
            Change("components", "A: 1/0/0; B: 1/0/2", "A: 1/0/0; B: 1/1/0"),
            ("Thành phần hồ sơ", "B (1 bản chính, 2 bản sao)", "B (1 bản chính, 1 bản chứng thực)"),
        ),
    ],
)
def test_a_change_is_told_in_words(change: Change, words: tuple[str, str, str]) -> None:
    assert change_words(change) == words
