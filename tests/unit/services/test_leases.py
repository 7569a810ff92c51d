import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.domain.codes import book_of
from desktop.domain.errors import UserError
from desktop.services import leases
from tests.support.samples import NINE
from tests.support.wards import Ward, person, reopened


def copied_to_another_pc(ward: Ward, tmp_path: Path) -> Ward:
    ward.database.close()
    shutil.copytree(ward.folder, tmp_path / "other", dirs_exist_ok=True)
    return reopened(tmp_path / "other", tmp_path / "other-state")


def test_a_pc_with_its_own_lease_needs_no_other(ward: Ward) -> None:
    assert leases.has_official_codes(ward.desk)
    with pytest.raises(UserError, match="lease_not_needed"):
        leases.declare_old_pc_retired(ward.desk, ward.user("quantri"), "máy cũ đã hỏng")


def test_a_copy_gives_official_codes_from_the_day_after_the_declaration(ward: Ward, tmp_path: Path) -> None:
    taken = {ward.receive(owner=person(1)).code}
    other = copied_to_another_pc(ward, tmp_path)

    assert not leases.has_official_codes(other.desk)
    before = other.receive(owner=person(2)).code
    through = leases.declare_old_pc_retired(other.desk, other.user("quantri"), "máy cũ đã hỏng")
    same_day = other.receive(owner=person(3)).code
    next_day = other.receive(NINE + timedelta(days=1), owner=person(4)).code
    other.database.close()

    assert through == NINE.date()
    assert [code.startswith("T-") for code in (before, same_day, next_day)] == [True, True, False]
    assert next_day not in taken


def test_a_declaration_shortens_no_time_in_which_the_old_pc_may_have_given_numbers(ward: Ward, tmp_path: Path) -> None:
    ward.receive(NINE + timedelta(days=3))  # its clock ran ahead
    other = copied_to_another_pc(ward, tmp_path)
    other.clock.set(NINE)

    through = leases.declare_old_pc_retired(other.desk, other.user("quantri"), "máy cũ đã hỏng")
    has_codes = [other.desk.ledger.has_lease((NINE + timedelta(days=n)).date()) for n in (1, 3, 4)]
    other.database.close()

    assert through == (NINE + timedelta(days=3)).date()
    assert has_codes == [False, False, True]


def test_the_numbers_of_the_first_counter_are_never_another_s(ward: Ward, tmp_path: Path) -> None:
    other = copied_to_another_pc(ward, tmp_path)
    second = other.database.ledger
    second._identity = replace(second.identity, book=book_of(2, 1))

    with pytest.raises(UserError, match="lease_from_city"):
        leases.declare_old_pc_retired(other.desk, other.user("quantri"), "máy cũ đã hỏng")
    other.database.close()


def test_the_declaration_survives_a_restart_and_a_refold(ward: Ward, tmp_path: Path) -> None:
    other = copied_to_another_pc(ward, tmp_path)
    leases.declare_old_pc_retired(other.desk, other.user("quantri"), "máy cũ đã hỏng")
    other.database.close()

    again = reopened(other.folder, other.state, at=NINE + timedelta(days=1))
    official = leases.has_official_codes(again.desk)
    again.database.close()

    assert official
    assert again.verify().findings == ()


def test_only_the_administrator_declares_and_says_why(ward: Ward, tmp_path: Path) -> None:
    other = copied_to_another_pc(ward, tmp_path)

    with pytest.raises(UserError, match="not_permitted"):
        leases.declare_old_pc_retired(other.desk, other.user("lan"), "máy cũ đã hỏng")
    with pytest.raises(UserError, match="missing_reason"):
        leases.declare_old_pc_retired(other.desk, other.user("quantri"), "hỏng")
    other.database.close()
