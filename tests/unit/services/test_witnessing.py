"""The second person of an act that nobody does alone: who he is, how he proves it, and when nobody is asked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.attempts import NO_ATTEMPTS
from desktop.domain.dossiers import Custodian, CustodianKind
from desktop.domain.errors import UserError
from desktop.domain.facts.unit import PasswordSet, UserSaved
from desktop.domain.facts.way import CustodyAssigned
from desktop.domain.users import Role, User
from desktop.domain.way_commands import AssignCustody
from desktop.services import accounts, handing, keykeeping, rescuing, staff, witnessing
from desktop.services.records import Account
from desktop.services.staff import Person
from desktop.services.witnessing import Witness
from tests.support.wards import PASSWORD, Ward, person

CODE = "ABCDE-FGHJK"
OWN = "hoa phượng đỏ tháng năm"
AT_WORK = ("chutich", "phochutich", "quantri", "lan")
VICE = Witness("phochutich", OWN)


@pytest.fixture
def at_work(real_ward: Ward) -> Ward:
    """Give a ward in which leaders, the IT officer and a clerk have begun to work."""
    for login in AT_WORK:
        accounts.change_password(real_ward.desk, real_ward.user(login), PASSWORD, OWN)
    return real_ward


def refusal(call: Callable[[], object]) -> UserError:
    with pytest.raises(UserError) as caught:
        call()
    return caught.value


def proven(ward: Ward, witness: Witness | None, concerned: str = "") -> str:
    return witnessing.proven(ward.desk, ward.user("chutich"), witness, concerned=concerned)


def refused_as(ward: Ward, witness: Witness | None, concerned: str = "") -> str:
    return refusal(lambda: proven(ward, witness, concerned)).code


def saved(ward: Ward, login: str, **changed: object) -> None:
    """Change a user past every rule, as an act of long ago did."""
    with ward.desk.ledger.act(None) as act:
        act.record_unit((UserSaved(replace(ward.user(login), **changed)),))  # type: ignore[arg-type]


def as_person(user: User, *roles: Role) -> Person:
    return Person(user.name, roles, user.section, user.title)


# Who is asked


def test_who_may_be_asked_are_leaders_and_it_officers_who_have_begun_to_work(at_work: Ward) -> None:
    error = refusal(lambda: proven(at_work, None))

    assert error.code == "witness_needed"
    assert {each["login"] for each in error.details["people"]} == {"phochutich", "quantri"}
    assert at_work.user("phochutich").name in error.details["names"]


def test_whom_the_act_is_about_is_not_asked(at_work: Ward) -> None:
    vice = at_work.user("phochutich")

    people = refusal(lambda: proven(at_work, None, vice.user_id)).details["people"]

    assert [each["login"] for each in people] == ["quantri"]


def test_in_a_ward_where_nobody_else_has_begun_to_work_nobody_is_asked(real_ward: Ward) -> None:
    chair = real_ward.user("chutich")
    accounts.change_password(real_ward.desk, chair, PASSWORD, OWN)
    accounts.change_password(real_ward.desk, real_ward.user("lan"), PASSWORD, OWN)

    assert proven(real_ward, None) == ""
    assert refusal(lambda: witnessing.proven(real_ward.desk, chair, None, is_always=True)).code == "witness_absent"


def test_who_has_left_is_not_asked(at_work: Ward) -> None:
    saved(at_work, "phochutich", is_active=False)
    saved(at_work, "quantri", is_active=False)

    assert proven(at_work, None) == ""


def test_in_training_nobody_is_asked(ward: Ward) -> None:
    assert witnessing.candidates(ward.desk, ward.user("chutich")) == ()
    assert proven(ward, Witness("lan", "x")) == ""


# How he proves it


@pytest.mark.parametrize("login", ["phochutich", " PhoChuTich "])
def test_the_second_person_proves_himself_by_his_own_password(at_work: Ward, login: str) -> None:
    assert proven(at_work, Witness(login, OWN)) == at_work.user("phochutich").user_id


@pytest.mark.parametrize(
    ("witness", "code"),
    [
        (Witness("chutich", OWN), "witness_is_actor"),
        (Witness("ChuTich ", OWN), "witness_is_actor"),
        (Witness("phochutich", "đoán bừa"), "wrong_password"),
        (Witness("phochutich", ""), "wrong_password"),
        (Witness("lan", OWN), "not_permitted"),
        (Witness("ai", OWN), "user_unknown"),
        (Witness("  ", OWN), "witness_needed"),
    ],
)
def test_nobody_else_stands_for_the_second_person(at_work: Ward, witness: Witness, code: str) -> None:
    assert refused_as(at_work, witness) == code


def test_who_has_left_stands_by_nothing(at_work: Ward) -> None:
    saved(at_work, "phochutich", is_active=False)

    assert refused_as(at_work, VICE) == "user_inactive"


def test_whom_the_act_is_about_does_not_stand_by_it(at_work: Ward) -> None:
    assert refused_as(at_work, VICE, at_work.user("phochutich").user_id) == "witness_is_concerned"


def test_a_one_time_code_is_no_proof_for_somebody_else_knows_it(at_work: Ward) -> None:
    staff.reset_password(
        at_work.desk, at_work.user("quantri"), at_work.user("phochutich").user_id, CODE, Witness("chutich", OWN)
    )

    assert refused_as(at_work, Witness("phochutich", CODE)) == "witness_without_password"


def test_wrong_passwords_count_wait_and_lock_as_at_the_log_in(at_work: Ward) -> None:
    wrong = Witness("phochutich", "sai")
    assert [refused_as(at_work, wrong) for _ in range(4)] == ["wrong_password"] * 3 + ["log_in_delayed"]
    for _ in range(3):
        at_work.clock.advance(timedelta(minutes=5))
        assert refused_as(at_work, wrong) == "wrong_password"

    assert refused_as(at_work, VICE) == "log_in_locked"
    with pytest.raises(UserError, match="log_in_locked"):
        accounts.log_in(at_work.desk, "phochutich", OWN)


def test_the_right_password_ends_the_counting(at_work: Ward) -> None:
    refused_as(at_work, Witness("phochutich", "sai"))
    refused_as(at_work, Witness("phochutich", "sai"))

    proven(at_work, VICE)

    assert refused_as(at_work, Witness("phochutich", "sai")) == "wrong_password"
    assert proven(at_work, VICE)


def test_what_the_second_person_typed_stays_out_of_log_and_error(at_work: Ward) -> None:
    error = refusal(lambda: proven(at_work, Witness("phochutich", "bí mật sai")))

    with at_work.database._engine.begin() as connection:
        whole = b"".join(connection.exec_driver_sql("SELECT body FROM event").scalars())
    assert "bí mật sai".encode() not in whole
    assert "bí mật sai" not in str(dict(error.details)) + repr(Witness("a", "bí mật sai"))


# Rights of people


def it_changes(ward: Ward, login: str, *roles: Role, witness: Witness | None = None) -> None:
    user = ward.user(login)
    staff.change_user(ward.desk, ward.user("quantri"), user.user_id, as_person(user, *roles), witness)


def last_saved(ward: Ward) -> UserSaved:
    event = ward.desk.reader.last_of_type("user.saved")
    assert event is not None
    assert isinstance(event.fact, UserSaved)
    return event.fact


def test_roles_change_only_when_two_stand_by_it_and_the_log_names_both(at_work: Ward) -> None:
    before = at_work.user("lan").roles
    assert refusal(lambda: it_changes(at_work, "lan", Role.CASHIER)).code == "witness_needed"
    assert at_work.user("lan").roles == before

    it_changes(at_work, "lan", Role.CASHIER, witness=VICE)

    assert at_work.user("lan").roles == (Role.CASHIER,)
    assert last_saved(at_work).witness == at_work.user("phochutich").user_id
    assert at_work.verify().is_clean


@pytest.mark.parametrize(
    ("login", "changed"),
    [("lan", {"section": "tu_phap"}), ("chutich", {"name": "Ai Khác"}), ("chutich", {"title": "Phó Chủ tịch"})],
)
def test_a_section_and_what_a_voucher_is_called_change_only_when_two_stand_by_it(
    at_work: Ward, login: str, changed: dict[str, str]
) -> None:
    user = at_work.user(login)
    to = replace(as_person(user, *user.roles), **changed)  # type: ignore[arg-type]
    change = lambda witness: staff.change_user(  # noqa: E731 - the same call twice
        at_work.desk, at_work.user("quantri"), user.user_id, to, witness
    )
    assert refusal(lambda: change(None)).code == "witness_needed"
    assert at_work.user(login) == user

    change(VICE)

    assert at_work.user(login) == replace(user, **changed)  # type: ignore[arg-type]
    assert last_saved(at_work).witness == at_work.user("phochutich").user_id


def test_a_name_or_title_of_anybody_else_needs_nobody_else(at_work: Ward) -> None:
    user = at_work.user("lan")

    staff.change_user(
        at_work.desk, at_work.user("quantri"), user.user_id, replace(as_person(user, *user.roles), title="X")
    )

    assert last_saved(at_work).witness == ""


@pytest.mark.parametrize("role", [Role.IT, Role.HEAD, Role.RECEPTION, Role.INSPECTOR])
def test_an_account_is_made_by_two(at_work: Ward, role: Role) -> None:
    add = lambda witness: staff.add_user(  # noqa: E731 - the same call twice
        at_work.desk, at_work.user("quantri"), "binh", Person("Bình", (role,)), CODE, witness
    )
    assert refusal(lambda: add(None)).code == "witness_needed"
    assert all(user.login != "binh" for user in at_work.desk.reader.users())

    user, _ = add(VICE)

    assert user in at_work.desk.reader.users()
    assert last_saved(at_work).witness == at_work.user("phochutich").user_id


def test_the_going_of_who_has_power_needs_two_and_anybody_elses_one(at_work: Ward) -> None:
    it, chair, clerk = (at_work.user(login) for login in ("quantri", "chutich", "lan"))
    assert refusal(lambda: staff.deactivate(at_work.desk, it, chair.user_id)).code == "witness_needed"

    staff.deactivate(at_work.desk, it, chair.user_id, VICE)
    assert last_saved(at_work).witness == at_work.user("phochutich").user_id
    staff.deactivate(at_work.desk, it, clerk.user_id)

    assert not at_work.user("chutich").is_active
    assert not at_work.user("lan").is_active


@pytest.mark.parametrize("login", ["chutich", "lan", "thu"])
def test_a_code_and_the_coming_back_need_two_whoever_it_is(at_work: Ward, login: str) -> None:
    """``thu`` has a code she never used: whoever gives another could come in as her all the same."""
    it, user_id = at_work.user("quantri"), at_work.user(login).user_id
    reset = lambda witness: staff.reset_password(at_work.desk, it, user_id, CODE, witness)  # noqa: E731
    back = lambda witness: staff.reactivate(at_work.desk, it, user_id, CODE, witness)  # noqa: E731

    for act in (reset, back):
        assert refusal(lambda act=act: act(None)).code == "witness_needed"  # type: ignore[misc]
        act(VICE)
        assert last_saved(at_work).witness == at_work.user("phochutich").user_id
        staff.deactivate(at_work.desk, it, user_id, VICE)

    assert refusal(lambda: accounts.log_in(at_work.desk, login, CODE)).code == "user_inactive"


# Where nobody else has begun


def only_it_at_this_pc(ward: Ward) -> None:
    """Make it a PC where the others, who work at another one, set no password yet."""
    with ward.database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET password_hash = '', is_one_time = 0 WHERE login <> 'quantri'")


def let_in_alone(ward: Ward, login: str) -> None:
    user = ward.user(login)
    staff.reset_password(ward.desk, ward.user("quantri"), user.user_id, CODE)
    accounts.change_password(ward.desk, user, CODE, OWN)


def test_where_nobody_else_has_begun_a_code_is_given_by_one_and_an_account_made_by_none(at_work: Ward) -> None:
    only_it_at_this_pc(at_work)
    it = at_work.user("quantri")

    let_in_alone(at_work, "lan")

    assert last_saved(at_work).witness == ""
    made = lambda: staff.add_user(at_work.desk, it, "binh", Person("Bình", (Role.RECEPTION,)), CODE)  # noqa: E731
    error = refusal(made)
    assert error.code == "witness_needed"
    assert {each["note"] for each in error.details["people"]} == {"elsewhere"}


def test_who_came_in_by_a_code_of_one_alone_stands_by_nothing_with_him_here_for_a_week(at_work: Ward) -> None:
    only_it_at_this_pc(at_work)
    let_in_alone(at_work, "phochutich")
    to = AssignCustody(Custodian(CustodianKind.SECTION, "tu_phap"), "người giữ đã nghỉ")
    code = at_work.receive().code
    as_second = lambda: it_changes(at_work, "lan", Role.CASHIER, witness=VICE)  # noqa: E731
    as_first = lambda: handing.assign_custody(  # noqa: E731
        at_work.desk, at_work.user("phochutich"), code, to, Witness("quantri", OWN)
    )

    for act in (as_second, as_first):
        error = refusal(act)
        assert error.code == "witness_just_let_in"
        assert (error.details["name"], error.details["giver"]) == ("Võ Thị Hạnh", at_work.user("quantri").name)
        assert error.details["days"] == 7
    at_work.clock.advance(timedelta(days=6, hours=23))
    assert refusal(as_second).details["days"] == 1
    at_work.clock.advance(timedelta(hours=1))
    as_second()
    as_first()

    assert last_saved(at_work).witness == at_work.user("phochutich").user_id


def test_a_week_apart_does_not_keep_the_next_one_from_beginning(at_work: Ward) -> None:
    only_it_at_this_pc(at_work)
    let_in_alone(at_work, "phochutich")

    let_in_alone(at_work, "lan")

    people = refusal(lambda: it_changes(at_work, "lan", Role.CASHIER)).details["people"]
    assert {each["login"]: each["note"] for each in people} == {"phochutich": "just_let_in", "chutich": "elsewhere"}


def test_who_came_in_by_a_code_two_gave_stands_by_at_once(at_work: Ward) -> None:
    vice = at_work.user("phochutich")
    staff.reset_password(at_work.desk, at_work.user("quantri"), vice.user_id, CODE, Witness("chutich", OWN))
    accounts.change_password(at_work.desk, vice, CODE, OWN)

    it_changes(at_work, "lan", Role.CASHIER, witness=VICE)

    assert last_saved(at_work).witness == vice.user_id


def test_a_ward_that_sets_itself_up_waits_for_nothing(real_ward: Ward) -> None:
    """The first leader's code was lost before anybody else had begun: there was nobody to ask."""
    accounts.change_password(real_ward.desk, real_ward.user("quantri"), PASSWORD, OWN)
    let_in_alone(real_ward, "phochutich")

    it_changes(real_ward, "lan", Role.CASHIER, witness=VICE)

    assert last_saved(real_ward).witness == real_ward.user("phochutich").user_id


def of_the_set_up(ward: Ward, login: str) -> None:
    """Give a code as the set-up of a further PC does, and let somebody come in by it."""
    user, hashed = ward.user(login), ward.desk.passwords.hash_password(CODE)
    with ward.desk.ledger.act(None) as act:
        act.record_unit((PasswordSet(user.user_id, is_one_time=True),))
        act.save_account(Account(user, hashed, is_one_time=True, attempts=NO_ATTEMPTS))
    accounts.change_password(ward.desk, user, CODE, OWN)


def test_who_came_in_by_a_code_of_a_further_pcs_set_up_stands_by_new_codes_only_for_a_week(at_work: Ward) -> None:
    """Whoever set it up read the codes: alone he would give new ones anyway, but makes nobody and changes no rights."""
    only_it_at_this_pc(at_work)
    of_the_set_up(at_work, "phochutich")
    to = AssignCustody(Custodian(CustodianKind.SECTION, "tu_phap"), "người giữ đã nghỉ")
    code, lan = at_work.receive().code, at_work.user("lan")
    changed = lambda: it_changes(at_work, "lan", Role.CASHIER, witness=VICE)  # noqa: E731
    assigned = lambda: handing.assign_custody(  # noqa: E731
        at_work.desk, at_work.user("phochutich"), code, to, Witness("quantri", OWN)
    )

    for act in (changed, assigned):
        error = refusal(act)
        assert (error.code, error.details["days"]) == ("witness_new_here", 7)
    reset = lambda witness: staff.reset_password(  # noqa: E731
        at_work.desk, at_work.user("quantri"), lan.user_id, CODE, witness
    )
    assert refusal(lambda: reset(None)).details["people"][0]["note"] == ""
    reset(VICE)
    at_work.clock.advance(timedelta(days=7))
    changed()
    assigned()

    assert last_saved(at_work).witness == at_work.user("phochutich").user_id


def test_who_was_let_in_by_the_paper_alone_gives_codes_but_stands_by_nothing_with_anybody_for_a_week(
    at_work: Ward,
) -> None:
    """Whoever holds the paper may be either of the two."""
    saved(at_work, "lan", roles=(Role.IT,))
    rescuing.rescue(at_work.desk, "lan", CODE)
    accounts.change_password(at_work.desk, at_work.user("lan"), CODE, OWN)
    lan = Witness("lan", OWN)
    hung = at_work.user("hung").user_id

    assert refusal(lambda: it_changes(at_work, "thu", Role.RECEPTION, witness=lan)).code == "witness_new_here"
    reset = lambda: staff.reset_password(at_work.desk, at_work.user("quantri"), hung, CODE, lan)  # noqa: E731
    assert refusal(reset).code == "witness_new_here"
    notes = {
        each["login"]: each["note"] for each in refusal(lambda: it_changes(at_work, "thu", Role.HEAD)).details["people"]
    }
    assert (notes["lan"], notes["chutich"]) == ("new_here", "")
    by_lan = lambda witness: staff.change_user(  # noqa: E731 - the same call twice
        at_work.desk, at_work.user("lan"), hung, as_person(at_work.user("hung"), Role.CASHIER), witness
    )
    assert refusal(lambda: by_lan(VICE)).code == "witness_new_here"
    staff.reset_password(at_work.desk, at_work.user("lan"), hung, CODE)
    at_work.clock.advance(timedelta(days=7))
    it_changes(at_work, "thu", Role.RECEPTION, witness=lan)
    by_lan(VICE)

    assert last_saved(at_work).witness == at_work.user("phochutich").user_id


# A new recovery key


def test_a_recovery_key_is_made_by_two(at_work: Ward) -> None:
    it, vice = at_work.user("quantri"), at_work.user("phochutich")
    allowed = lambda witness: keykeeping.permit_recovery_key(at_work.desk, it, witness)  # noqa: E731

    assert refusal(lambda: allowed(None)).code == "witness_needed"
    assert refusal(lambda: allowed(Witness("quantri", OWN))).code == "witness_is_actor"
    assert allowed(VICE) == vice.user_id
    error = refusal(lambda: keykeeping.permit_recovery_key(at_work.desk, at_work.user("chutich"), VICE))
    assert (error.code, error.details["action"]) == ("not_permitted", "back_up")


def test_a_recovery_key_needs_nobody_while_nobody_else_has_begun(real_ward: Ward) -> None:
    accounts.change_password(real_ward.desk, real_ward.user("quantri"), PASSWORD, OWN)

    assert keykeeping.permit_recovery_key(real_ward.desk, real_ward.user("quantri"), None) == ""


def test_a_recovery_key_needs_nobody_in_training(ward: Ward) -> None:
    assert keykeeping.permit_recovery_key(ward.desk, ward.user("quantri"), None) == ""


def test_who_can_stand_by_at_this_pc_is_named_first(at_work: Ward) -> None:
    with at_work.database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET password_hash = '' WHERE login = 'chutich'")

    people = refusal(lambda: it_changes(at_work, "lan", Role.CASHIER)).details["people"]

    assert [(each["login"], each["note"]) for each in people] == [("phochutich", ""), ("chutich", "elsewhere")]


@pytest.mark.parametrize(
    ("error", "is_his"),
    [
        (UserError("wrong_password"), True),
        (UserError("witness_just_let_in"), True),
        (UserError("not_permitted", login="phochutich", action="vouch"), True),
        (UserError("not_permitted", login="quantri", action="manage_users"), False),
        (UserError("user_inactive", login="lan"), False),
        (UserError("login_taken", login="phochutich"), False),
    ],
)
def test_a_refusal_is_told_where_it_belongs(error: UserError, is_his: bool) -> None:
    assert witnessing.is_of_the_second(error, Witness(" PhoChuTich", OWN)) is is_his


# Who holds a paper


def test_a_leader_forces_custody_only_with_a_second_person(at_work: Ward) -> None:
    code, chair = at_work.receive().code, at_work.user("chutich")
    to = AssignCustody(Custodian(CustodianKind.USER, at_work.user("lan").user_id), "người giữ nghỉ ốm")
    before = at_work.database.ledger.head.seq
    assert refusal(lambda: handing.assign_custody(at_work.desk, chair, code, to)).code == "witness_needed"
    forged = replace(to, witness=at_work.user("phochutich").user_id)
    assert refusal(lambda: handing.assign_custody(at_work.desk, chair, code, forged)).code == "witness_needed"
    assert at_work.database.ledger.head.seq == before

    handing.assign_custody(at_work.desk, chair, code, to, VICE)

    event = at_work.desk.reader.history(at_work.desk.reader.find(code).dossier_id)[-1]  # type: ignore[union-attr]
    assert isinstance(event.fact, CustodyAssigned)
    assert (event.envelope.actor, event.fact.witness) == (chair.user_id, at_work.user("phochutich").user_id)
    assert at_work.verify().is_clean


def test_the_second_person_proves_himself_once_for_several_papers(at_work: Ward) -> None:
    codes = [at_work.receive(owner=person(n)).code for n in range(3)]
    to = AssignCustody(Custodian(CustodianKind.SECTION, "tu_phap"), "người giữ đã nghỉ")

    done = handing.assign_all(at_work.desk, at_work.user("chutich"), [*codes, "khong-co"], to, VICE)

    assert (done.dossiers, done.refused and done.refused.code) == (3, "dossier_unknown")


def test_a_reason_too_short_is_refused_before_anybody_is_asked(at_work: Ward) -> None:
    to = AssignCustody(Custodian(CustodianKind.SECTION, "tu_phap"), "x")

    error = refusal(lambda: handing.assign_all(at_work.desk, at_work.user("chutich"), ["x"], to))

    assert error.code == "missing_reason"


def test_own_passwords_are_told_by_the_log_not_by_this_pc(at_work: Ward) -> None:
    only_it_at_this_pc(at_work)

    assert refusal(lambda: it_changes(at_work, "lan", Role.CASHIER)).code == "witness_needed"
    error = refusal(lambda: it_changes(at_work, "lan", Role.CASHIER, witness=VICE))
    assert error.code == "witness_without_password"


def test_a_password_set_on_another_pc_is_no_wrong_try_here(at_work: Ward) -> None:
    with at_work.database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET password_hash = '' WHERE login = 'phochutich'")
    for _ in range(4):
        assert refused_as(at_work, VICE) == "witness_without_password"

    vice = at_work.user("phochutich")
    staff.reset_password(at_work.desk, at_work.user("quantri"), vice.user_id, CODE, Witness("chutich", OWN))
    accounts.change_password(at_work.desk, vice, CODE, OWN)

    assert proven(at_work, VICE) == vice.user_id
