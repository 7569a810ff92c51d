"""The delegations of a unit's file: read, checked, and in force from the first day on."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from desktop.domain.errors import UserError
from desktop.domain.way import SigningForm
from desktop.storage.reference.units import parse_provisioning, sample_provisioning
from desktop.wiring import create_ward, opened_ward

SAMPLE = (files("resources") / "units" / "sample.toml").read_text("utf-8")
ENTRY = """
[[delegations]]
login = "{login}"
form = "{form}"
document = "{document}"
document_on = 2019-07-01
from_on = 2019-07-01
{more}
"""


def with_entry(login: str = "hung", form: str = "tl", document: str = "9/QĐ", more: str = "") -> str:
    """Return the sample unit's file with one more delegation."""
    return SAMPLE + ENTRY.format(login=login, form=form, document=document, more=more)


def test_the_sample_ward_lets_the_vice_chair_sign_some_fields() -> None:
    (entry,) = sample_provisioning().delegations

    assert (entry.login, entry.form, entry.from_on, entry.to_on) == (
        "phochutich",
        SigningForm.KT,
        date(2018, 1, 2),
        None,
    )
    assert "ho_tich" in entry.fields


def test_an_entry_may_end_and_name_procedures() -> None:
    text = with_entry(more='to_on = 2019-12-31\nprocedures = ["2.000815"]')

    entry = parse_provisioning("x.toml", text).delegations[-1]

    assert (entry.to_on, entry.procedures, entry.fields) == (date(2019, 12, 31), ("2.000815",), ())


@pytest.mark.parametrize(
    "text",
    [
        with_entry(login="nobody"),
        with_entry(form="own"),
        with_entry(form="pp"),
        with_entry(more='until = "2020"'),
        with_entry(more='to_on = "soon"'),
    ],
)
def test_an_entry_that_says_nothing_clear_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_provisioning("x.toml", text)

    assert refused.value.code == "bad_provisioning"
    assert "delegations" in refused.value.details["place"]


def test_a_new_ward_knows_its_delegations(tmp_path: Path) -> None:
    create_ward(tmp_path / "ward", parse_provisioning("x.toml", with_entry()), is_training=True)

    with opened_ward(tmp_path / "ward") as ward:
        logins = {user.user_id: user.login for user in ward.desk.reader.users()}
        granted = {(logins[each.delegate], each.document) for each in ward.desk.way.delegations()}

    assert granted == {("phochutich", "01/QĐ-UBND (mẫu)"), ("hung", "9/QĐ")}


def test_a_delegation_that_ends_before_it_begins_makes_no_ward(tmp_path: Path) -> None:
    provisioning = parse_provisioning("x.toml", with_entry(more="to_on = 2019-06-30"))

    with pytest.raises(UserError) as refused:
        create_ward(tmp_path / "ward", provisioning, is_training=True)

    assert (refused.value.code, refused.value.details["field"]) == ("bad_delegation", "to_on")
    assert not (tmp_path / "ward").exists() or not list((tmp_path / "ward").iterdir())
