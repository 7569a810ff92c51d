"""A cash sheet names the payments that lay in the drawer, whatever order the feed gives a dossier's payments."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from desktop.domain.commands import TakeFee
from desktop.domain.dossiers import CertifiedDocument, FeeMethod
from desktop.domain.vietnamese import local
from desktop.services import cash, follow
from desktop.services.books import cash_key
from tests.support.sync.pcs import Pc, Town, open_pc
from tests.support.wards import person

COPIES = "2.000815"


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def pcs(tmp_path: Path, town: Town) -> Iterator[tuple[Pc, Pc]]:
    first = open_pc(tmp_path / "one", town)
    first.sync()
    second = open_pc(tmp_path / "two", town, 2)
    second.sync()
    yield first, second
    for pc in (first, second):
        pc.ward.database.close()


def today(pc: Pc) -> date:
    return local(pc.ward.clock.now()).date()


def take(pc: Pc, login: str, code: str, amount_vnd: int) -> None:
    follow.take_fee(pc.ward.desk, pc.ward.user(login), code, TakeFee(amount_vnd, FeeMethod.CASH, ""))


def on_sheet(pc: Pc, key: str) -> list[int]:
    return [line.payment.amount_vnd for line in cash.sheet_of(pc.ward.desk, key).lines]


def test_a_sheet_keeps_its_payments_when_the_feed_orders_them_anew(pcs: tuple[Pc, Pc]) -> None:
    first, second = pcs
    dossier = first.ward.receive(code=COPIES, owner=person(1), documents=(CertifiedDocument(30, 10),))
    for pc in (first, second):
        pc.sync()
    take(first, "lan", dossier.code, 20_000)
    closed = cash.close_day(first.ward.desk, first.ward.user("lan"), today(first), 20_000)
    take(second, "lan", dossier.code, 30_000)
    take(second, "thu", dossier.code, 40_000)

    for pc in (second, first, second):
        pc.sync()

    for pc in (first, second):
        known = pc.ward.desk.reader.find(dossier.code)
        assert known is not None
        assert [payment.amount_vnd for payment in known.payments] == [30_000, 40_000, 20_000], "the feed put it last"
        assert on_sheet(pc, cash_key(closed.counted)) == [20_000]
        day = cash.day_of(pc.ward.desk, pc.ward.user("lan"), today(pc))
        assert [line.payment.amount_vnd for line in day.open_lines] == [30_000]
        assert pc.ward.verify().findings == ()
