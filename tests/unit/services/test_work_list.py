from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.errors import UserError
from desktop.services.work_list import count_open_work, open_work
from tests.support.samples import NINE
from tests.support.wards import SLOW, Ward, command, person


@pytest.fixture
def busy(ward: Ward) -> Ward:
    for n in range(3):
        ward.receive(NINE + timedelta(days=n), owner=person(n))
    slow = command(ward.desk, SLOW)
    ward.receive(NINE, owner=person(9), procedure=slow.procedure, components=slow.components)
    return ward


def test_the_work_of_a_section_is_next_due_first(busy: Ward) -> None:
    actor = busy.user("hung")

    work = open_work(busy.desk, actor, 10)

    assert [card.due_at for card in work] == sorted(card.due_at for card in work)
    assert count_open_work(busy.desk, actor) == len(work)
    assert work[0].position == 1


def test_pages_follow_one_another(busy: Ward) -> None:
    actor = busy.user("hung")

    whole = open_work(busy.desk, actor, 10)

    assert (*open_work(busy.desk, actor, 1), *open_work(busy.desk, actor, 9, offset=1)) == whole


def test_without_a_section_everybody_s_work_is_shown(busy: Ward) -> None:
    actor = replace(busy.user("hung"), section="")
    stranger = replace(busy.user("hung"), section="khong_co")

    assert count_open_work(busy.desk, actor) == len(open_work(busy.desk, actor, 10)) == 4
    assert open_work(busy.desk, stranger, 10) == ()


def test_who_left_sees_no_work(busy: Ward) -> None:
    left = replace(busy.user("hung"), is_active=False)

    for call in (lambda: open_work(busy.desk, left, 1), lambda: count_open_work(busy.desk, left)):
        with pytest.raises(UserError, match="user_inactive"):
            call()
