"""Every service function against every role, exactly as the matrix of ``desktop.domain.users`` says."""

import hashlib
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest

import desktop.services
from desktop.domain.commands import ComponentCount, Correct, MarkResultReady, ReturnResult, TakeFee
from desktop.domain.dossiers import Custodian, CustodianKind, Dossier, FeeMethod, Party, Proof, Relation, Status
from desktop.domain.errors import UserError
from desktop.domain.slips import Slip
from desktop.domain.users import MATRIX, Action, Role, User
from desktop.domain.way import Attachment, AttachmentRole, LateCause, SigningForm, WaitKind
from desktop.domain.way_commands import (
    Apologise,
    Approve,
    AssignCustody,
    CloseWait,
    Gap,
    GrantDelegation,
    MakeSlip,
    NotifyCitizen,
    OpenWait,
    PrintPaper,
    Refuse,
    Reject,
    RequestSupplement,
    SendBack,
    Submit,
    TurnAway,
    Withdraw,
)
from desktop.services import (
    access,
    apologising,
    attention,
    board,
    cash,
    deciding,
    delegating,
    detecting,
    drafts,
    ending,
    follow,
    handing,
    handing_list,
    keykeeping,
    leases,
    listing,
    look_up,
    national,
    online,
    own_days,
    own_years,
    papers,
    payment_qr,
    receive,
    registers,
    report,
    result_signing,
    signature_waits,
    staff,
    two_people,
    waiting,
    work_list,
)
from desktop.services.records import DossierFilter, JobState
from tests.support.wards import LOGINS, Ward, command, make_ward, person
from tests.support.way import bring

_numbers = count(1)
_weeks = count(1)
#: How many events each preparation of a call has written.
_prepared: list[int] = []

WHY = "lý do rõ ràng"
PDF = b"%PDF-1.4 %%EOF"
DRAFT = Attachment(hashlib.sha256(PDF).hexdigest(), "application/pdf", len(PDF), 1, AttachmentRole.PAPER, "giấy")
TODAY = date(2019, 7, 18)
SECTION = Custodian(CustodianKind.SECTION, "dia_chinh")


def fresh(ward: Ward, *, to: Status | None = None, holder: User | None = None) -> Dossier:
    """Return a new dossier that owes 8.000 đồng, brought to a stage or given into somebody's hands."""
    before = ward.database.ledger.head.seq
    dossier = ward.receive(owner=person(next(_numbers)), **_paying(ward))
    if to is not None:
        (dossier,) = bring(ward.desk, dossier.code, to=to)
    if holder is not None:
        mine = AssignCustody(Custodian(CustodianKind.USER, holder.user_id), WHY)
        dossier = handing.assign_custody(ward.desk, ward.user("chutich"), dossier.code, mine).dossier
    _prepared.append(ward.database.ledger.head.seq - before)
    return dossier


def slip(ward: Ward, user: User) -> Slip:
    """Return an open slip from the counter to the user himself."""
    code = fresh(ward).code
    before = ward.database.ledger.head.seq
    to = Custodian(CustodianKind.USER, user.user_id)
    maker = ward.user("lan") if user.login != "lan" else other_clerk(ward)
    made = handing.make_slip(ward.desk, maker, MakeSlip(to, (code,))).slip
    _prepared.append(ward.database.ledger.head.seq - before)
    return made


def other_clerk(ward: Ward) -> User:
    """Return a second clerk of the counter."""
    return next(user for user in ward.desk.reader.users() if user.roles == (Role.HEAD,))


def _paying(ward: Ward) -> dict[str, object]:
    of = command(ward.desk, "2.000635")
    return {"procedure": of.procedure, "components": of.components}


def do_receive(ward: Ward, user: User) -> None:
    receive.receive(ward.desk, user, command(ward.desk, owner=person(next(_numbers))))


def do_preview(ward: Ward, user: User) -> None:
    receive.preview(ward.desk, user, command(ward.desk))


def do_correct(ward: Ward, user: User) -> None:
    follow.correct(ward.desk, user, fresh(ward).code, Correct({"note": "mới"}, "ghi thiếu"))


def do_print_receipt(ward: Ward, user: User) -> None:
    follow.print_receipt(ward.desk, user, fresh(ward).code, "A4")


def do_take_fee(ward: Ward, user: User) -> None:
    follow.take_fee(ward.desk, user, fresh(ward).code, TakeFee(1_000, FeeMethod.CASH))


def do_mark_result_ready(ward: Ward, user: User) -> None:
    follow.mark_result_ready(ward.desk, user, fresh(ward, to=Status.APPROVED).code, MarkResultReady())


def do_return_result(ward: Ward, user: User) -> None:
    dossier = fresh(ward, to=Status.RESULT_READY)
    given = ReturnResult(dossier.owner, Relation.OWNER, Proof.SIGNATURE, "ký", paid_vnd=dossier.owed_vnd)
    follow.return_result(ward.desk, user, dossier.code, given)


def do_show(ward: Ward, user: User) -> None:
    look_up.show(ward.desk, user, fresh(ward).code)


def do_cards(ward: Ward, user: User) -> None:
    look_up.cards(ward.desk, user, DossierFilter(), at_or_before=9, limit=1)


def do_settle_job(ward: Ward, user: User) -> None:
    papers.settle_job(ward.desk, user, ward.desk.reader.jobs(JobState.WAITING)[0].job_id, JobState.PRINTED)


def do_save_user(ward: Ward, user: User) -> None:
    login = f"moi{next(_numbers)}"
    staff.save_user(ward.desk, user, User(f"id-{login}", login, "Mới", (Role.RECEPTION,)), "ABCDE-FGHJK")


def do_declare_old_pc_retired(ward: Ward, user: User) -> None:
    try:
        leases.declare_old_pc_retired(ward.desk, user, "máy cũ đã hỏng")
    except UserError as refusal:
        # This ward has its own numbers: whoever may declare is refused for that alone.
        if refusal.code != "lease_not_needed":
            raise


def do_take_back_day(ward: Ward, user: User) -> None:
    before = ward.database.ledger.head.seq
    made = own_days.declare(ward.desk, ward.user("quantri"), a_closed_day())
    _prepared.append(ward.database.ledger.head.seq - before)
    own_days.take_back(ward.desk, user, made.day.on, WHY)


def a_closed_day() -> own_days.OwnDay:
    """Return a Monday nobody has declared anything for; years decided already have no holiday on these."""
    return own_days.OwnDay(date(2021, 5, 10) + timedelta(weeks=next(_weeks)), is_worked=False, name=WHY, document=WHY)


def but_for(*codes: str) -> Callable[[Callable[[], object]], None]:
    """Return what calls a function whose caller may, and is refused at most for these codes."""

    def call(function: Callable[[], object]) -> None:
        try:
            function()
        except UserError as refusal:
            if refusal.code not in codes:
                raise

    return call


def somebody_else(ward: Ward, user: User) -> str:
    """Return the id of a user who is not this one."""
    return ward.user("thu" if user.login == "hung" else "hung").user_id


def do_turn_away(ward: Ward, user: User) -> None:
    given = command(ward.desk, owner=person(1))
    ending.turn_away(ward.desk, user, TurnAway(given.procedure, given.channel, given.owner, given.submitter, (), WHY))


def do_withdraw_slip(ward: Ward, user: User) -> None:
    made = slip(ward, user)
    but_for("not_giver")(lambda: handing.withdraw_slip(ward.desk, user, made.name, WHY))


def do_send_back(ward: Ward, user: User) -> None:
    code = fresh(ward, to=Status.SUBMITTED).code
    but_for("not_custodian")(lambda: deciding.send_back(ward.desk, user, [code], SendBack(WHY)))


def do_refuse(ward: Ward, user: User) -> None:
    code = fresh(ward, holder=user).code
    but_for("refusal_needs_decision")(lambda: ending.refuse(ward.desk, user, code, Refuse(WHY)))


def do_close_supplement(ward: Ward, user: User) -> None:
    hung = ward.user("hung")
    dossier = fresh(ward, holder=hung)
    before = ward.database.ledger.head.seq
    component = dossier.components[0].code
    asked = RequestSupplement((Gap(component),), WHY)
    waiting.request_supplement(ward.desk, hung, dossier.code, asked)
    _prepared.append(ward.database.ledger.head.seq - before)
    came = CloseWait(WaitKind.SUPPLEMENT, components=(ComponentCount(component, originals=1),))
    waiting.close_wait(ward.desk, user, dossier.code, came)


def do_close_wait(ward: Ward, user: User) -> None:
    dossier = fresh(ward, holder=ward.user("hung"))
    before = ward.database.ledger.head.seq
    waiting.open_wait(ward.desk, ward.user("hung"), dossier.code, OpenWait(WaitKind.OBLIGATION, WHY))
    _prepared.append(ward.database.ledger.head.seq - before)
    waiting.close_wait(ward.desk, user, dossier.code, CloseWait(WaitKind.OBLIGATION))


def do_withdraw(ward: Ward, user: User) -> None:
    dossier = fresh(ward, holder=user)
    back = tuple(line.code for line in dossier.components if line.originals)
    ending.withdraw(ward.desk, user, dossier.code, Withdraw(WHY, back))


def do_apologise(ward: Ward, user: User) -> None:
    dossier = fresh(ward)
    new = dossier.promised_at + timedelta(days=7)
    apologising.apologise(ward.desk, user, dossier.code, Apologise(WHY, LateCause.WARD, new))


def do_grant(ward: Ward, user: User) -> None:
    given = GrantDelegation(SigningForm.TUQ, ward.user("hung").user_id, "7/GUQ", TODAY, date(2019, 1, 1), TODAY)
    delegating.grant(ward.desk, user, given)


def do_close_day(ward: Ward, user: User) -> None:
    but_for("nothing_to_count", "cash_differs")(lambda: cash.close_day(ward.desk, user, TODAY, 0))


def do_close_register(ward: Ward, user: User) -> None:
    but_for("year_not_over", "register_empty")(lambda: registers.close_register(ward.desk, user, 2019))


def signed(code: str) -> result_signing.Signed:
    return result_signing.Signed(code, DRAFT, PDF)


#: Service function → the action it needs, and a call of it that succeeds when the action is allowed.
def _lan() -> staff.Person:
    return staff.Person("Nguyễn Thị Lan", (Role.RECEPTION,), "mot_cua", "Công chức tiếp nhận")


def do_add_user(ward: Ward, user: User) -> None:
    staff.add_user(ward.desk, user, f"nguoimoi{next(_numbers)}", _lan(), "ABCDE-FGHJK")


def do_deactivate(ward: Ward, user: User) -> None:
    before = ward.database.ledger.head.seq
    new, _ = staff.add_user(ward.desk, ward.user("quantri"), f"nguoidi{next(_numbers)}", _lan(), "ABCDE-FGHJK")
    _prepared.append(ward.database.ledger.head.seq - before)
    staff.deactivate(ward.desk, user, new.user_id)


TABLE: dict[str, tuple[Action, Callable[[Ward, User], object]]] = {
    "receive.receive": (Action.RECEIVE, do_receive),
    "receive.preview": (Action.RECEIVE, do_preview),
    "follow.correct": (Action.CORRECT, do_correct),
    "follow.print_receipt": (Action.PRINT_RECEIPT, do_print_receipt),
    "follow.take_fee": (Action.TAKE_FEE, do_take_fee),
    "follow.mark_result_ready": (Action.MARK_RESULT_READY, do_mark_result_ready),
    "follow.return_result": (Action.RETURN_RESULT, do_return_result),
    "look_up.show": (Action.VIEW_DOSSIERS, do_show),
    "look_up.search": (Action.VIEW_DOSSIERS, lambda ward, user: look_up.search(ward.desk, user, "tran")),
    "look_up.positions": (
        Action.VIEW_DOSSIERS,
        lambda ward, user: look_up.positions(ward.desk, user, DossierFilter()),
    ),
    "look_up.cards": (Action.VIEW_DOSSIERS, do_cards),
    "look_up.preview_correction": (
        Action.CORRECT,
        lambda ward, user: look_up.preview_correction(
            ward.desk, user, fresh(ward).code, Correct({"note": "mới"}, "ghi thiếu")
        ),
    ),
    "look_up.anchors": (
        Action.VIEW_DOSSIERS,
        lambda ward, user: look_up.anchors(ward.desk, user, DossierFilter(), 128),
    ),
    "work_list.open_work": (Action.VIEW_DOSSIERS, lambda ward, user: work_list.open_work(ward.desk, user, 5)),
    "work_list.count_open_work": (
        Action.VIEW_DOSSIERS,
        lambda ward, user: work_list.count_open_work(ward.desk, user),
    ),
    "leases.declare_old_pc_retired": (Action.CONFIGURE_UNIT, do_declare_old_pc_retired),
    "own_days.own_days": (Action.COMPUTE_DEADLINE, lambda ward, user: own_days.own_days(ward.desk, user)),
    "own_days.published_days": (Action.COMPUTE_DEADLINE, lambda ward, user: own_days.published_days(ward.desk, user)),
    "own_days.touched_by": (
        Action.COMPUTE_DEADLINE,
        lambda ward, user: own_days.touched_by(ward.desk, user, TODAY, is_worked=False),
    ),
    "own_days.declare": (
        Action.CONFIGURE_UNIT,
        lambda ward, user: own_days.declare(ward.desk, user, a_closed_day()),
    ),
    "own_days.take_back": (Action.CONFIGURE_UNIT, do_take_back_day),
    "own_years.year_to_declare": (
        Action.COMPUTE_DEADLINE,
        lambda ward, user: own_years.year_to_declare(ward.desk, user),
    ),
    "own_years.declare_year": (
        Action.CONFIGURE_UNIT,
        lambda ward, user: but_for("year_not_to_declare")(
            lambda: own_years.declare_year(
                ward.desk, user, 2029, WHY, own_years.read_lines("1/1 Tết Dương lịch", 2029, WHY)
            )
        ),
    ),
    "papers.open_jobs": (Action.PRINT_PAPER, lambda ward, user: papers.open_jobs(ward.desk, user)),
    "papers.settle_job": (Action.PRINT_PAPER, do_settle_job),
    "drafts.keep_draft": (
        Action.KEEP_DRAFT,
        lambda ward, user: drafts.keep_draft(ward.desk, user, drafts.DraftPage.INTAKE, "x"),
    ),
    "drafts.kept_draft": (
        Action.KEEP_DRAFT,
        lambda ward, user: drafts.kept_draft(ward.desk, user, drafts.DraftPage.INTAKE),
    ),
    "staff.save_user": (Action.MANAGE_USERS, do_save_user),
    "staff.staff": (Action.MANAGE_USERS, lambda ward, user: staff.staff(ward.desk, user)),
    "staff.add_user": (Action.MANAGE_USERS, do_add_user),
    "staff.change_user": (
        Action.MANAGE_USERS,
        lambda ward, user: staff.change_user(ward.desk, user, ward.user("lan").user_id, _lan()),
    ),
    "staff.deactivate": (Action.MANAGE_USERS, do_deactivate),
    "staff.reactivate": (
        Action.MANAGE_USERS,
        lambda ward, user: staff.reactivate(ward.desk, user, ward.user("lan").user_id, "ABCDE-FGHJK"),
    ),
    "staff.reset_password": (
        Action.MANAGE_USERS,
        lambda ward, user: staff.reset_password(ward.desk, user, ward.user("lan").user_id, "ABCDE-FGHJK"),
    ),
    "staff.held_by": (Action.MANAGE_USERS, lambda ward, user: staff.held_by(ward.desk, user, "ai")),
    "staff.left_behind": (Action.ASSIGN_CUSTODY, lambda ward, user: staff.left_behind(ward.desk, user)),
    "handing.make_slip": (
        Action.HAND_OVER,
        lambda w, user: handing.make_slip(w.desk, user, MakeSlip(SECTION, (fresh(w, holder=user).code,))),
    ),
    "handing.confirm_slip": (
        Action.HAND_OVER,
        lambda w, user: handing.confirm_slip(w.desk, user, (made := slip(w, user)).name, made.codes),
    ),
    "handing.withdraw_slip": (
        Action.HAND_OVER,
        do_withdraw_slip,
    ),
    "handing.print_slip": (
        Action.PRINT_PAPER,
        lambda w, user: handing.print_slip(w.desk, user, slip(w, user).name),
    ),
    "handing.find_slip": (Action.HAND_OVER, lambda w, user: handing.find_slip(w.desk, user, slip(w, user).name)),
    "handing.open_slips": (Action.HAND_OVER, lambda w, user: handing.open_slips(w.desk, user)),
    "handing.recent_slips": (Action.HAND_OVER, lambda w, user: handing.recent_slips(w.desk, user)),
    "handing.holders": (Action.HAND_OVER, lambda w, user: handing.holders(w.desk, user)),
    "handing.assign_all": (
        Action.ASSIGN_CUSTODY,
        lambda w, user: handing.assign_all(w.desk, user, [fresh(w).code], AssignCustody(SECTION, WHY)),
    ),
    "handing.assign_custody": (
        Action.ASSIGN_CUSTODY,
        lambda w, user: handing.assign_custody(w.desk, user, fresh(w).code, AssignCustody(SECTION, WHY)),
    ),
    "handing_list.take_for_slip": (
        Action.HAND_OVER,
        lambda w, user: handing_list.take_for_slip(w.desk, user, fresh(w, holder=user).code),
    ),
    "handing_list.due_for_transfer": (Action.HAND_OVER, lambda w, user: handing_list.due_for_transfer(w.desk, user)),
    "handing_list.whereabouts": (Action.HAND_OVER, lambda w, user: handing_list.whereabouts(w.desk, user, "x")),
    "handing_list.slip_holding": (
        Action.HAND_OVER,
        lambda w, user: handing_list.slip_holding(w.desk, user, "x", ()),
    ),
    "handing_list.lines_of": (Action.HAND_OVER, lambda w, user: handing_list.lines_of(w.desk, user, slip(w, user))),
    "waiting.request_supplement": (
        Action.REQUEST_SUPPLEMENT,
        lambda w, user: waiting.request_supplement(
            w.desk, user, fresh(w, holder=user).code, RequestSupplement((Gap("", "ảnh chân dung"),), WHY)
        ),
    ),
    "waiting.open_wait": (
        Action.WAIT,
        lambda w, user: waiting.open_wait(w.desk, user, fresh(w, holder=user).code, OpenWait(WaitKind.OBLIGATION, WHY)),
    ),
    "waiting.open_wait to stop": (
        Action.STOP,
        lambda w, user: waiting.open_wait(w.desk, user, fresh(w, holder=user).code, OpenWait(WaitKind.STOP, WHY)),
    ),
    "waiting.close_wait": (Action.WAIT, do_close_wait),
    "waiting.close_wait of papers": (Action.RECEIVE_SUPPLEMENT, do_close_supplement),
    "deciding.attach_file": (
        Action.ATTACH_FILE,
        lambda w, user: deciding.attach_file(w.desk, user, fresh(w).code, DRAFT, PDF),
    ),
    "deciding.submit": (
        Action.SUBMIT,
        lambda w, user: deciding.submit(w.desk, user, [fresh(w, holder=user).code], Submit()),
    ),
    "deciding.approve": (
        Action.APPROVE,
        lambda w, user: deciding.approve(w.desk, user, [fresh(w, to=Status.SUBMITTED).code], [Approve()]),
    ),
    "deciding.reject": (
        Action.APPROVE,
        lambda w, user: deciding.reject(w.desk, user, [fresh(w, to=Status.SUBMITTED).code], Reject(WHY)),
    ),
    "deciding.send_back": (
        Action.APPROVE,
        do_send_back,
    ),
    "deciding.waiting_for_decision": (Action.APPROVE, lambda w, user: deciding.waiting_for_decision(w.desk, user)),
    "deciding.file_of": (
        Action.VIEW_DOSSIERS,
        lambda w, user: but_for("file_missing")(lambda: deciding.file_of(w.desk, user, "0" * 64)),
    ),
    "signature_waits.signature_waits": (
        Action.APPROVE,
        lambda w, user: signature_waits.signature_waits(w.desk, user),
    ),
    "signature_waits.waits_by_signer": (
        Action.VIEW_FINDINGS,
        lambda w, user: signature_waits.waits_by_signer(w.desk, user),
    ),
    "result_signing.unsigned_approvals": (
        Action.APPROVE,
        lambda w, user: result_signing.unsigned_approvals(w.desk, user),
    ),
    "result_signing.drafts_to_sign": (
        Action.APPROVE,
        lambda w, user: result_signing.drafts_to_sign(w.desk, user, ["x"]),
    ),
    "result_signing.attach_signed": (
        Action.ATTACH_FILE,
        lambda w, user: result_signing.attach_signed(w.desk, user, signed(fresh(w).code)),
    ),
    "apologising.apologise": (Action.APOLOGISE, do_apologise),
    "apologising.outlook": (Action.APOLOGISE, lambda w, user: apologising.outlook(w.desk, user, fresh(w).code)),
    "ending.turn_away": (Action.TURN_AWAY, do_turn_away),
    "ending.refuse": (
        Action.REFUSE,
        do_refuse,
    ),
    "ending.withdraw": (Action.WITHDRAW, do_withdraw),
    "ending.notify_citizen": (
        Action.NOTIFY_CITIZEN,
        lambda w, user: ending.notify_citizen(
            w.desk, user, fresh(w).code, NotifyCitizen("điện thoại", "đã có kết quả")
        ),
    ),
    "delegating.grant": (Action.MANAGE_DELEGATIONS, do_grant),
    "delegating.revoke": (
        Action.MANAGE_DELEGATIONS,
        lambda w, user: but_for("delegation_unknown")(lambda: delegating.revoke(w.desk, user, "x", TODAY, WHY)),
    ),
    "delegating.delegations": (Action.VIEW_DELEGATIONS, lambda w, user: delegating.delegations(w.desk, user)),
    "follow.print_paper": (
        Action.PRINT_PAPER,
        lambda w, user: follow.print_paper(w.desk, user, fresh(w).code, PrintPaper("control_sheet", "A4")),
    ),
    "listing.print_list": (
        Action.PRINT_PAPER,
        lambda w, user: listing.print_list(w.desk, user, [fresh(w).code], listing.LIST_FORM),
    ),
    "listing.of_visit": (Action.PRINT_PAPER, lambda w, user: listing.of_visit(w.desk, user, fresh(w).code)),
    "listing.results_to_hand": (Action.PRINT_PAPER, lambda w, user: listing.results_to_hand(w.desk, user)),
    "board.show_board": (Action.VIEW_BOARD, lambda w, user: board.show_board(w.desk, user)),
    "board.unseen": (Action.VIEW_BOARD, lambda w, user: board.unseen(w.desk, user)),
    "board.uncollected": (Action.VIEW_BOARD, lambda w, user: board.uncollected(w.desk, user)),
    "cash.day_of": (Action.COUNT_CASH, lambda w, user: cash.day_of(w.desk, user, TODAY)),
    "cash.day_of another": (
        Action.EXPORT_REGISTER,
        lambda w, user: cash.day_of(w.desk, user, TODAY, somebody_else(w, user)),
    ),
    "cash.close_day": (Action.COUNT_CASH, do_close_day),
    "cash.close_day of another": (
        Action.CLOSE_REGISTER,
        lambda w, user: but_for("nothing_to_count", "cash_differs")(
            lambda: cash.close_day(w.desk, user, TODAY, 0, collector=somebody_else(w, user))
        ),
    ),
    "registers.register_book": (
        Action.EXPORT_REGISTER,
        lambda w, user: registers.register_book(w.desk, user, TODAY, TODAY),
    ),
    "registers.register_entries": (
        Action.EXPORT_REGISTER,
        lambda w, user: list(registers.register_entries(w.desk, user, TODAY, TODAY)),
    ),
    "registers.close_register": (Action.CLOSE_REGISTER, do_close_register),
    "report.quarter_report": (
        Action.EXPORT_REGISTER,
        lambda w, user: report.quarter_report(w.desk, user, TODAY, TODAY),
    ),
    "payment_qr.payment_due": (
        Action.VIEW_DOSSIERS,
        lambda w, user: payment_qr.payment_due(w.desk, user, fresh(w).code),
    ),
    "payment_qr.payment_text": (
        Action.VIEW_DOSSIERS,
        lambda w, user: payment_qr.payment_text(w.desk, user, fresh(w).code),
    ),
    "online.inbox": (Action.VIEW_DOSSIERS, lambda w, user: online.inbox(w.desk, user)),
    "online.settled": (Action.VIEW_DOSSIERS, lambda w, user: online.settled(w.desk, user)),
    "online.accept": (
        Action.RECEIVE,
        lambda w, user: but_for("online_unknown")(
            lambda: online.accept(w.desk, user, "TT-1", online.AcceptOnline(components=()))
        ),
    ),
    "online.merge": (
        Action.RECEIVE,
        lambda w, user: but_for("online_unknown")(lambda: online.merge(w.desk, user, "TT-1", fresh(w).code)),
    ),
    "online.decline": (
        Action.TURN_AWAY,
        lambda w, user: but_for("online_unknown")(
            lambda: online.decline(w.desk, user, "TT-1", "Không thuộc thẩm quyền của phường")
        ),
    ),
    "online.ask_supplement": (
        Action.REQUEST_SUPPLEMENT,
        lambda w, user: but_for("online_unknown")(lambda: online.ask_supplement(w.desk, user, "TT-1", (), "")),
    ),
    "online.practise": (
        Action.RECEIVE,
        lambda w, user: but_for("training_only")(
            lambda: online.practise(w.desk, user, "2.000815", Party("Nguyễn Thị Ngọc Ở"))
        ),
    ),
    "national.export": (
        Action.EXPORT_REGISTER,
        lambda w, user: national.export(w.desk, user, TODAY, TODAY, w.folder / "national"),
    ),
    "access.note_view": (Action.VIEW_DOSSIERS, lambda w, user: access.note_view(w.desk, user, fresh(w))),
    "access.reveal": (Action.VIEW_ID_NUMBERS, lambda w, user: access.reveal(w.desk, user, fresh(w).code, WHY)),
    "access.seen": (Action.VERIFY, lambda w, user: access.seen(w.desk, user, TODAY, TODAY)),
    "two_people.acts_of_two": (Action.VERIFY, lambda w, user: two_people.acts_of_two(w.desk, user, TODAY, TODAY)),
    "keykeeping.note_recovery_key": (
        Action.BACK_UP,
        lambda w, user: keykeeping.note_recovery_key(w.desk, user, "3F9A-01BC"),
    ),
    "keykeeping.permit_recovery_key": (
        Action.BACK_UP,
        lambda w, user: keykeeping.permit_recovery_key(w.desk, user, None),
    ),
    "keykeeping.permit_key_change": (Action.BACK_UP, lambda w, user: keykeeping.permit_key_change(w.desk, user, "")),
    "detecting.begin": (Action.VIEW_OWN_FINDINGS, lambda w, user: detecting.begin(w.desk, user)),
    "detecting.go_on": (
        Action.VIEW_OWN_FINDINGS,
        lambda w, user: detecting.go_on(w.desk, user, detecting.begin(w.desk, w.user("thanhtra"))),
    ),
    "detecting.find": (Action.VIEW_OWN_FINDINGS, lambda w, user: detecting.find(w.desk, user)),
    "attention.waiting": (
        Action.VIEW_DOSSIERS,
        lambda w, user: attention.waiting(w.desk, w.database.sync, user),
    ),
    "attention.settle": (
        Action.VIEW_DOSSIERS,
        lambda w, user: but_for("attention_unknown")(
            lambda: attention.settle(w.desk, w.database.sync, user, "none", attention.Remedy.TAKE_OTHER)
        ),
    ),
    "attention.differing": (
        Action.VIEW_DOSSIERS,
        lambda w, user: attention.differing(w.desk, w.database.sync, user),
    ),
    "attention.only_here": (
        Action.VIEW_DOSSIERS,
        lambda w, user: attention.only_here(w.desk, w.database.sync, user),
    ),
    "attention.settle_difference": (
        Action.VIEW_DOSSIERS,
        lambda w, user: but_for("attention_unknown")(
            lambda: attention.settle_difference(w.desk, w.database.sync, user, "none", attention.Remedy.TAKE_OTHER)
        ),
    ),
}

#: Service functions that ask for no action, and why.
OPEN = {
    "keykeeping.tell_key_changed": "the program itself, after the change",
    "keykeeping.acting_in_training": "names a user of a training database",
    "rescuing.rescue": "whoever opened the database by the recovery key; tested with it",
    "binding.bind_codes": "the program itself, after a round with the city",
    "online.component_codes": "the published catalogue",
    "online.find_filing": "for those who were shown the inbox, and for answers",
    "online.wanted_files": "hashes, for the attachments lane",
    "acting.act_on": "it is given the action by each of its callers, which stand here",
    "board.days_ago": "an instant",
    "board.field_names": "the published catalogue",
    "board.holder_names": "names of sections and colleagues",
    "cash.collectors": "shows a cashier himself: tested with the cash sheet",
    "cash.print_sheet": "takes the key of a sheet: tested with the cash sheet",
    "cash.sheet_of": "takes the key of a sheet, for papers that were asked for",
    "handing.parse_holder": "a section's or colleague's name",
    "receive.full_rules": "the published rules",
    "report.report_paper": "takes a table that quarter_report made",
    "report.report_pdf": "made of quarter_report",
    "report.save_report": "takes a table that quarter_report made",
    "report.write_report_xlsx": "made of quarter_report",
    "registers.closed": "which years are closed",
    "registers.note_export": "tested with the register",
    "registers.register_pdf": "made of register_book",
    "registers.save_register": "made of register_book and note_export",
    "registers.write_register_xlsx": "made of register_book",
    "reminders.note_seen": "everybody's own",
    "reminders.reminders_for": "everybody's own, by what he may see",
    "two_people.to_be_told": "everybody what is about himself, leaders and inspector all",
    "waiting.asked_too_late": "takes a dossier that was shown",
    "signature_waits.waited_minutes": "takes a dossier that was shown",
    "witnessing.beside_paper": "for who opened the database by the recovery key; tested with the rescue",
    "witnessing.candidates": "names colleagues to who does an act that stands here",
    "witnessing.proven": "it makes the user known; tested with witnessing",
    "rescuing.note_recovery": "the program itself, after two people proved themselves",
    "accounts.log_in": "it makes the user known",
    "accounts.close_session": "everybody may leave",
    "accounts.change_password": "everybody's own, with the old one",
    "accounts.proven": "it makes the user known",
    "pins.has_pin": "it tells the user himself",
    "pins.set_pin": "everybody's own, with the password",
    "pins.confirm": "it makes the user known",
    "accounts.named_user": "names a user of the unit, also one who has left",
    "accounts.user_of": "names a user of the unit",
    "exercises.progress": "a trainee's own, in a training ward only",
    "clock_check.confirm_clock": "whoever works at the PC looks at its clock",
    "clock_check.clock_doubt": "whoever works at the PC looks at its clock",
    "leases.has_official_codes": "says what the next receipt will show",
    "listing.listed": "takes a job that open_jobs or an act gave out",
    "sizes.size_of": "the published rules",
    "look_up.custodian_name": "a section's or colleague's name",
    "papers.named_job": "takes a job that open_jobs or an act gave out",
    "papers.paper_for": "takes a job that open_jobs or an act gave out",
    "papers.paper_of": "takes a job that open_jobs or an act gave out",
    "papers.receipt_of": "takes a dossier that was shown or made",
    "papers.return_slip_of": "takes a dossier that was shown or made",
    "receive.find_procedure": "the published catalogue",
    "receive.rules_at": "the published rules",
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """Give one ward for the whole table, with a print job in it."""
    path: Path = tmp_path_factory.mktemp("permissions")
    ward = make_ward(path)
    head = User("u-truong", "truong", "Trưởng Bộ Phận", (Role.HEAD,), "mot_cua")
    staff.save_user(ward.desk, ward.user("quantri"), head, "ABCDE-FGHJK")
    given = GrantDelegation(SigningForm.TUQ, head.user_id, "9/GUQ-UBND", TODAY, date(2019, 1, 2))
    delegating.grant(ward.desk, ward.user("chutich"), given)
    for _ in range(8):
        fresh(ward)
    yield ward
    ward.database.close()


def _of_role(ward: Ward, role: Role) -> User:
    """Return the ward's own user of a role: calls of the table add and dismiss others beside him."""
    own = {*LOGINS, "truong"}
    return next(user for user in ward.desk.reader.users() if user.roles == (role,) and user.login in own)


def use_cases() -> set[str]:
    """Name every use case of the services package: what is handed a desk."""
    found = set()
    for module in pkgutil.iter_modules(desktop.services.__path__):
        loaded = importlib.import_module(f"desktop.services.{module.name}")
        found |= {
            f"{module.name}.{name}"
            for name, each in inspect.getmembers(loaded, inspect.isfunction)
            if each.__module__ == loaded.__name__
            and not name.startswith("_")
            and "desk" in inspect.signature(each).parameters
        }
    return found


def test_every_use_case_stands_in_the_table_or_says_why_not() -> None:
    assert use_cases() == {name.partition(" ")[0] for name in TABLE} | set(OPEN)
    assert not set(TABLE) & set(OPEN)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", TABLE)
def test_a_function_is_allowed_to_exactly_the_roles_of_the_matrix(shared: Ward, name: str, role: Role) -> None:
    action, call = TABLE[name]
    user = _of_role(shared, role)
    _prepared.clear()
    before = shared.database.ledger.head.seq

    if action in MATRIX[role]:
        call(shared, user)
        return
    with pytest.raises(UserError) as caught:
        call(shared, user)

    assert (caught.value.code, caught.value.details["action"]) == ("not_permitted", action.value)
    # What the call prepared as other users is there; the refused act added nothing.
    assert shared.database.ledger.head.seq - before == sum(_prepared)


@pytest.mark.parametrize("name", TABLE)
def test_a_user_who_left_is_refused_everywhere(shared: Ward, name: str) -> None:
    left = replace(shared.user("lan"), roles=tuple(Role), is_active=False)

    with pytest.raises(UserError) as caught:
        TABLE[name][1](shared, left)

    assert caught.value.code == "user_inactive"
