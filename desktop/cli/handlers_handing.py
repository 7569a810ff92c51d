"""Answer the commands of ``motcua do`` on handover slips and custody."""

from collections.abc import Mapping

from desktop.cli import answers_way, wire_way
from desktop.cli.context import Context, Handler
from desktop.domain.slips import Slip
from desktop.domain.units import check_paper
from desktop.domain.users import Action, require
from desktop.domain.way_commands import AssignCustody, MakeSlip
from desktop.services import handing, look_up


def create_handover(context: Context, with_: wire_way.CreateHandover) -> answers_way.SlipMadeOut:
    """Answer ``handover.create``."""
    require(context.actor, Action.HAND_OVER)
    to = handing.parse_holder(context.desk, with_.to)
    paper = check_paper(with_.paper) if with_.paper else ""
    done = handing.make_slip(context.desk, context.actor, MakeSlip(to, with_.codes, with_.note), paper)
    return answers_way.SlipMadeOut(
        slip=done.slip.name,
        slip_id=done.slip.slip_id,
        to=look_up.custodian_name(context.desk, done.slip.to),
        codes=list(done.slip.codes),
        pdf=context.write_unit_pdf(done.slip.name, done.job),
    )


def confirm_handover(context: Context, with_: wire_way.ConfirmHandover) -> answers_way.SlipConfirmedOut:
    """Answer ``handover.confirm``."""
    slip = handing.confirm_slip(context.desk, context.actor, with_.slip, with_.codes).slip
    giver = look_up.custodian_name(context.desk, slip.giver)
    return answers_way.SlipConfirmedOut(
        slip=slip.name,
        accepted=list(slip.accepted),
        missing=list(slip.missing),
        unexpected=[each.code for each in slip.unexpected],
        differences=answers_way.differences_of(slip, giver),
    )


def show_handover(context: Context, with_: wire_way.ShowHandover) -> answers_way.SlipOut:
    """Answer ``handover.show``."""
    return _slip(context, handing.find_slip(context.desk, context.actor, with_.slip))


def list_handovers(context: Context, with_: wire_way.ListHandovers) -> answers_way.SlipsOut:
    """Answer ``handover.list``."""
    slips = handing.open_slips(context.desk, context.actor)
    recent = handing.recent_slips(context.desk, context.actor, with_.limit)
    return answers_way.SlipsOut(
        incoming=[_slip(context, slip) for slip in slips.incoming],
        outgoing=[_slip(context, slip) for slip in slips.outgoing],
        recent=[_slip(context, slip) for slip in recent],
    )


def withdraw_handover(context: Context, with_: wire_way.WithdrawHandover) -> answers_way.SlipOut:
    """Answer ``handover.withdraw``."""
    return _slip(context, handing.withdraw_slip(context.desk, context.actor, with_.slip, with_.reason).slip)


def print_handover(context: Context, with_: wire_way.PrintHandover) -> answers_way.PaperOut:
    """Answer ``handover.print``."""
    paper = check_paper(with_.paper) if with_.paper else ""
    done = handing.print_slip(context.desk, context.actor, with_.slip, paper, with_.form)
    return answers_way.PaperOut(
        name=done.slip.name,
        form=with_.form,
        pdf=context.write_unit_pdf(done.slip.name, done.job),
        copy_no=0 if done.job is None else done.job.copy_no,
    )


def assign_custody(context: Context, with_: wire_way.AssignCustody) -> answers_way.CustodyOut:
    """Answer ``custody.assign``."""
    require(context.actor, Action.ASSIGN_CUSTODY)
    to = handing.parse_holder(context.desk, with_.to)
    command = AssignCustody(to, with_.reason)
    done = handing.assign_custody(context.desk, context.actor, with_.code, command, context.witness)
    standing = answers_way.standing_of(done.dossier).model_dump()
    return answers_way.CustodyOut(custodian=look_up.custodian_name(context.desk, done.dossier.custodian), **standing)


def _slip(context: Context, slip: Slip) -> answers_way.SlipOut:
    names = {user.user_id: user.name for user in context.desk.reader.users()}
    giver, to = (look_up.custodian_name(context.desk, each, names) for each in (slip.giver, slip.to))
    return answers_way.slip_out(slip, giver, to, names)


HANDLERS: Mapping[str, Handler] = {
    "handover.create": Handler(wire_way.CreateHandover, answers_way.SlipMadeOut, create_handover),
    "handover.confirm": Handler(wire_way.ConfirmHandover, answers_way.SlipConfirmedOut, confirm_handover),
    "handover.show": Handler(wire_way.ShowHandover, answers_way.SlipOut, show_handover),
    "handover.list": Handler(wire_way.ListHandovers, answers_way.SlipsOut, list_handovers),
    "handover.print": Handler(wire_way.PrintHandover, answers_way.PaperOut, print_handover),
    "handover.withdraw": Handler(wire_way.WithdrawHandover, answers_way.SlipOut, withdraw_handover),
    "custody.assign": Handler(wire_way.AssignCustody, answers_way.CustodyOut, assign_custody),
}
