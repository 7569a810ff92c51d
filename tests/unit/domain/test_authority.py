"""Who signs in whose right, on which day, and what stands above the signature."""

from dataclasses import replace
from datetime import date

import pytest

from desktop.domain.authority import Delegation, check_delegation, find_authority
from desktop.domain.errors import UserError
from desktop.domain.users import User
from desktop.domain.way import AuthorityUsed, SigningForm
from tests.support.samples import rules
from tests.unit.domain.walk import CHAIR, HEAD, VICE

TODAY = date(2019, 7, 18)


def delegation(**fields: object) -> Delegation:
    plain = Delegation(
        delegation_id="delegation-1",
        form=SigningForm.KT,
        delegate=VICE.user_id,
        document="12/QĐ-UBND",
        document_on=date(2019, 1, 2),
        from_on=date(2019, 7, 1),
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


def found(*given: Delegation, signer: User = VICE, on: date = TODAY) -> AuthorityUsed:
    return find_authority(signer, "1.000001", "ho_tich", on, given, rules().pack)


def refusal(*given: Delegation, signer: User = VICE) -> UserError:
    with pytest.raises(UserError) as caught:
        found(*given, signer=signer)
    return caught.value


def test_the_chair_signs_in_his_own_right() -> None:
    used = found(delegation(delegate=CHAIR.user_id), signer=CHAIR)

    assert used == AuthorityUsed(SigningForm.OWN, "", "", ("CHỦ TỊCH",), "An")


@pytest.mark.parametrize(
    ("form", "signer", "lines"),
    [
        (SigningForm.KT, VICE, ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")),
        (SigningForm.TL, HEAD, ("TL. CHỦ TỊCH", "TRƯỞNG BỘ PHẬN")),
        (SigningForm.TL, replace(HEAD, title="Công chức Tư pháp"), ("TL. CHỦ TỊCH", "CÔNG CHỨC TƯ PHÁP")),
        (SigningForm.TL, replace(HEAD, title=""), ("TL. CHỦ TỊCH", "TRƯỞNG BỘ PHẬN")),
        (SigningForm.TUQ, HEAD, ("TUQ. CHỦ TỊCH", "TRƯỞNG BỘ PHẬN")),
        (SigningForm.TUQ, replace(HEAD, title=""), ("TUQ. CHỦ TỊCH",)),
    ],
)
def test_the_lines_above_a_signature_say_in_whose_right_it_stands(
    form: SigningForm, signer: User, lines: tuple[str, ...]
) -> None:
    used = found(delegation(form=form, delegate=signer.user_id), signer=signer)

    assert used.title_lines == lines
    assert (used.form, used.delegation_id) == (form, "delegation-1")
    assert (used.document, used.signer_name) == ("12/QĐ-UBND ngày 02/01/2019", signer.name)


def test_who_was_never_delegated_signs_nothing() -> None:
    refused = refusal(delegation(delegate="user-khac"))

    assert (refused.code, dict(refused.details)) == ("no_authority", {"name": "Binh"})


def test_a_delegation_that_ended_yesterday_is_over() -> None:
    refused = refusal(delegation(to_on=date(2019, 7, 1)), delegation(to_on=date(2019, 7, 17)))

    assert (refused.code, refused.details["to_on"]) == ("authority_ended", "17/07/2019")
    assert found(delegation(to_on=TODAY)).form is SigningForm.KT


def test_a_delegation_that_begins_tomorrow_does_not_hold_yet() -> None:
    refused = refusal(delegation(from_on=date(2019, 7, 20)), delegation(from_on=date(2019, 7, 19)))

    assert (refused.code, refused.details["from_on"]) == ("authority_not_yet", "19/07/2019")
    assert found(delegation(from_on=TODAY)).form is SigningForm.KT


def test_a_delegation_in_other_matters_is_named() -> None:
    refused = refusal(delegation(fields=("dat_dai",), procedures=("2.000001",)))

    assert (refused.code, refused.details["document"]) == ("authority_other_field", "12/QĐ-UBND")


@pytest.mark.parametrize("fields", [{}, {"fields": ("dat_dai", "ho_tich")}, {"procedures": ("1.000001",)}])
def test_a_delegation_covers_everything_or_what_it_names(fields: dict[str, object]) -> None:
    assert found(delegation(**fields)).delegation_id == "delegation-1"


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ({}, None),
        ({"to_on": date(2019, 12, 31)}, date(2019, 12, 31)),
        ({"revoked_on": TODAY}, date(2019, 7, 17)),
        ({"to_on": date(2019, 7, 10), "revoked_on": TODAY}, date(2019, 7, 10)),
        ({"to_on": date(2019, 12, 31), "revoked_on": TODAY}, date(2019, 7, 17)),
    ],
)
def test_a_delegation_ends_with_its_last_day_or_its_revocation(fields: dict[str, object], last: date | None) -> None:
    given = delegation(**fields)

    assert given.last_day() == last
    assert given.holds_on(TODAY) == (last is None or last >= TODAY)


def test_on_the_day_of_its_revocation_nothing_is_signed_under_it() -> None:
    assert refusal(delegation(revoked_on=TODAY)).code == "authority_ended"


@pytest.mark.parametrize("on", [date(2019, 7, 18), date(2019, 7, 20), date(2019, 8, 1)])
def test_a_delegation_revoked_before_its_first_day_neither_begins_nor_ends(on: date) -> None:
    given = delegation(from_on=date(2019, 7, 20), revoked_on=date(2019, 7, 18))

    with pytest.raises(UserError) as refused:
        found(given, on=on)

    assert (refused.value.code, refused.value.details["document"]) == ("authority_called_off", "12/QĐ-UBND")


def test_beside_a_delegation_that_was_called_off_the_others_are_told() -> None:
    called_off = delegation(from_on=date(2019, 7, 1), revoked_on=date(2019, 7, 1))

    coming = refusal(called_off, delegation(from_on=date(2019, 7, 20)))
    ended = refusal(called_off, delegation(to_on=date(2019, 7, 10)))

    assert (coming.code, coming.details["from_on"]) == ("authority_not_yet", "20/07/2019")
    assert (ended.code, ended.details["to_on"]) == ("authority_ended", "10/07/2019")


def test_of_several_delegations_the_one_that_began_last_is_named() -> None:
    older, newer = delegation(), delegation(delegation_id="delegation-2", from_on=date(2019, 7, 10))
    ended = delegation(delegation_id="delegation-3", from_on=date(2019, 7, 15), to_on=date(2019, 7, 16))
    other = delegation(delegation_id="delegation-4", from_on=date(2019, 7, 17), fields=("dat_dai",))

    assert found(newer, older, ended, other).delegation_id == "delegation-2"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"form": SigningForm.OWN}, "form"),
        ({"document": "  "}, "document"),
        ({"to_on": date(2019, 6, 30)}, "to_on"),
    ],
)
def test_a_delegation_that_says_nothing_clear_is_refused(fields: dict[str, object], named: str) -> None:
    with pytest.raises(UserError, match="bad_delegation") as refused:
        check_delegation(delegation(**fields))

    assert refused.value.details["field"] == named


@pytest.mark.parametrize("to_on", [None, date(2019, 7, 1)])
def test_a_clear_delegation_passes(to_on: date | None) -> None:
    check_delegation(delegation(to_on=to_on))
