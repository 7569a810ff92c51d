from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.dossiers import Status
from desktop.domain.errors import UserError
from desktop.services.work_list import count_open_work, open_work
from tests.support.samples import NINE
from tests.support.wards import SLOW, Ward, command, person
from tests.support.way import bring


@pytest.fixture
def busy(ward: Ward) -> Ward:
    for n in range(3):
        ward.receive(NINE + timedelta(days=n), owner=person(n))
    slow = command(ward.desk, SLOW)
    ward.receive(NINE, owner=person(9), procedure=slow.procedure, components=slow.components)
    return ward


def test_the_work_of_a_section_is_next_due_first(busy: Ward) -> None:
    actor = busy.user("lan")

    work = open_work(busy.desk, actor, 10)

    assert [card.due_at for card in work] == sorted(card.due_at for card in work)
    assert count_open_work(busy.desk, actor) == len(work) == 4
    assert work[0].position == 1


def test_the_work_of_a_section_begins_with_the_paper_in_its_hands(busy: Ward) -> None:
    lan, hung = busy.user("lan"), busy.user("hung")
    first = open_work(busy.desk, lan, 1)[0].code
    before = count_open_work(busy.desk, hung)

    bring(busy.desk, first, to=Status.WITH_SECTION)

    assert before == 0
    assert [card.code for card in open_work(busy.desk, hung, 9)] == [first]
    assert first not in {card.code for card in open_work(busy.desk, lan, 9)}


def test_pages_follow_one_another(busy: Ward) -> None:
    actor = busy.user("lan")

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
