"""No role can delete, give back in bulk, back-date or shift a promise silently: by the services and the commands."""

import importlib
import inspect
import pkgutil
from datetime import datetime, timedelta
from typing import get_args

import pytest

import desktop.services
from desktop.cli.handlers import HANDLERS
from desktop.domain.commands import Correct
from desktop.domain.errors import UserError
from desktop.domain.events import DossierFact, UnitFact
from desktop.domain.facts.counter import Received, Returned
from desktop.domain.users import Action
from desktop.services import follow
from tests.support.wards import Ward

#: Words that take something away or put it off the record.
TAKING_AWAY = ("delete", "remove", "purge", "erase", "drop", "discard")


def functions() -> list[str]:
    """Name every public function of the services."""
    found = []
    for module in pkgutil.iter_modules(desktop.services.__path__):
        loaded = importlib.import_module(f"desktop.services.{module.name}")
        found += [
            name
            for name, each in inspect.getmembers(loaded, inspect.isfunction)
            if each.__module__ == loaded.__name__ and not name.startswith("_")
        ]
    return found


def test_nothing_anybody_may_do_takes_something_away() -> None:
    kinds = [kind.__name__ for kind in (*get_args(DossierFact), *get_args(UnitFact))]
    names = [*functions(), *HANDLERS, *(action.value for action in Action), *kinds]

    assert [name for name in names if any(word in name.lower() for word in TAKING_AWAY)] == ["HandoverDropped"]


def test_a_return_is_of_one_dossier() -> None:
    takes_many = [
        name
        for name, handler in HANDLERS.items()
        if "return" in name and {"codes", "items"} & set(handler.with_.model_fields)
    ]

    assert takes_many == []
    assert "code" in inspect.signature(follow.return_result).parameters


def test_no_fact_says_when_it_was_done_but_its_envelope() -> None:
    said = {
        field: kind.__name__
        for kind in (Received, Returned)
        for field, hint in kind.__annotations__.items()
        if hint is datetime and field != "due_at"
    }

    assert said == {}


@pytest.mark.parametrize("login", ["lan", "hung", "thu", "chutich", "phochutich", "quantri", "thanhtra"])
def test_a_promise_moves_later_for_leaders_only_and_the_old_one_stays(ward: Ward, login: str) -> None:
    made = ward.receive()
    later = Correct({}, "hẹn lại cho người dân", promised_at=made.promised_at + timedelta(weeks=1))

    if login in ("chutich", "phochutich"):
        moved = follow.correct(ward.desk, ward.user(login), made.code, later).dossier
        change = next(each for each in moved.changes if each.field == "promised_at")
        assert (moved.first_promised_at, moved.receipt.version) == (made.promised_at, 2)
        assert change.old != change.new
    else:
        with pytest.raises(UserError, match="not_permitted"):
            follow.correct(ward.desk, ward.user(login), made.code, later)
        assert ward.desk.reader.find(made.code) == made
