"""Answer the commands of ``motcua do`` on files, submissions, decisions and delegations."""

from collections.abc import Mapping
from pathlib import Path

from desktop.cli import answers_dossier, answers_way, wire_way
from desktop.cli.context import Context, Handler
from desktop.cli.wire import clean_text
from desktop.devices.attachments_check import LARGEST_MB, MEGABYTE, check_attachment
from desktop.domain.authority import Delegation
from desktop.domain.errors import UserError
from desktop.domain.users import Action, User, require
from desktop.domain.vietnamese import local
from desktop.domain.way import Attachment, AttachmentRole
from desktop.domain.way_commands import Approve, GrantDelegation, Reject, SendBack, Submit
from desktop.services import accounts, deciding, delegating
from desktop.services.deciding import Decided


def attach_file(context: Context, with_: wire_way.AttachFile) -> answers_way.AttachedOut:
    """Answer ``file.attach``."""
    require(context.actor, Action.ATTACH_FILE)
    attachment, content = _read(with_.file, with_.role, with_.title)
    done = deciding.attach_file(context.desk, context.actor, with_.code, attachment, content)
    return answers_way.AttachedOut(code=done.dossier.code, file=answers_dossier.file_out(attachment))


def submit(context: Context, with_: wire_way.SubmitDossiers) -> answers_way.BatchOut:
    """Answer ``dossier.submit``."""
    codes = _codes(with_)
    require(context.actor, Action.SUBMIT)
    draft, content = None, None
    if with_.result_pdf is not None:
        if len(codes) != 1:
            raise UserError("bad_command", place="with.result_pdf")
        draft, content = _read(with_.result_pdf, AttachmentRole.DRAFT, "")
    done = deciding.submit(context.desk, context.actor, codes, Submit(draft, with_.note), content)
    return answers_way.batch_out([answers_way.decided_out(dossier, None) for dossier in done.dossiers])


def approve(context: Context, with_: wire_way.ApproveDossiers) -> answers_way.BatchOut:
    """Answer ``dossier.approve``."""
    codes = _codes(with_)
    if with_.content_hash and len(codes) != 1:
        raise UserError("bad_command", place="with.content_hash")
    command = Approve(with_.content_hash, with_.means)
    return _decided(deciding.approve(context.desk, context.actor, codes, [command]))


def send_back(context: Context, with_: wire_way.DecideDossiers) -> answers_way.BatchOut:
    """Answer ``dossier.send_back``."""
    return _decided(deciding.send_back(context.desk, context.actor, _codes(with_), SendBack(with_.reason)))


def reject(context: Context, with_: wire_way.DecideDossiers) -> answers_way.BatchOut:
    """Answer ``dossier.reject``."""
    return _decided(deciding.reject(context.desk, context.actor, _codes(with_), Reject(with_.reason)))


def list_waiting(context: Context, with_: wire_way.ListWaiting) -> answers_way.WaitingListOut:
    """Answer ``dossier.waiting``."""
    rows = deciding.waiting_for_decision(context.desk, context.actor)
    items = [answers_way.waiting_out(row) for row in rows[: with_.limit]]
    return answers_way.WaitingListOut(items=items, total=len(rows))


def grant(context: Context, with_: wire_way.GrantDelegation) -> answers_way.DelegationOut:
    """Answer ``delegation.grant``."""
    require(context.actor, Action.MANAGE_DELEGATIONS)
    command = GrantDelegation(
        form=with_.form,
        delegate=accounts.user_of(context.desk, with_.delegate).user_id,
        document=with_.document,
        document_on=with_.document_on,
        from_on=with_.from_on,
        to_on=with_.to_on,
        fields=with_.fields,
        procedures=with_.procedures,
    )
    delegation, _ = delegating.grant(context.desk, context.actor, command)
    return _delegation(context, delegation)


def revoke(context: Context, with_: wire_way.RevokeDelegation) -> answers_way.DelegationOut:
    """Answer ``delegation.revoke``."""
    require(context.actor, Action.MANAGE_DELEGATIONS)
    chosen = with_.delegation_id or _delegation_id(context, with_)
    on = with_.on or local(context.desk.clock.now()).date()
    delegating.revoke(context.desk, context.actor, chosen, on, with_.reason)
    known = context.desk.way.delegations()
    return _delegation(context, next(each for each in known if each.delegation_id == chosen))


def list_delegations(context: Context, _: wire_way.ListDelegations) -> answers_way.DelegationsOut:
    """Answer ``delegation.list``."""
    known = delegating.delegations(context.desk, context.actor)
    return answers_way.DelegationsOut(items=[_delegation(context, each) for each in known])


def _codes(with_: wire_way.Batch) -> tuple[str, ...]:
    """Return the codes of a batch, each once.

    Raises:
        UserError: ``bad_command`` unless exactly one of code and codes is given.
    """
    if (with_.code is None) == (not with_.codes):
        raise UserError("bad_command", place="with.code | with.codes")
    given = with_.codes if with_.code is None else (with_.code,)
    return tuple(dict.fromkeys(code.upper() for code in given))


def _decided(done: Decided) -> answers_way.BatchOut:
    return answers_way.batch_out(
        [
            answers_way.decided_out(dossier, dossier.decision.authority if dossier.decision else None)
            for dossier in done.dossiers
        ]
    )


def _read(file: str, role: AttachmentRole, title: str) -> tuple[Attachment, bytes]:
    """Read and check a file, named absolutely or from the working directory.

    Raises:
        UserError: ``attachment_absent`` and what the check refuses.
    """
    try:
        with Path(file).open("rb") as opened:
            # One byte more than is allowed: the check says that it is too large.
            content = opened.read(LARGEST_MB * MEGABYTE + 1)
    except (OSError, ValueError):
        raise UserError("attachment_absent", path=file) from None
    checked = check_attachment(content)
    named = title or str(clean_text(Path(file).name))
    return Attachment(checked.sha256, checked.media_type.value, checked.size, checked.pages, role, named), content


def _delegation_id(context: Context, with_: wire_way.RevokeDelegation) -> str:
    """Return the id of the newest delegation of a user by a document, one that still stands before any other.

    Raises:
        UserError: ``bad_command``, ``user_unknown``, ``delegation_unknown``.
    """
    if with_.delegate is None or not with_.document:
        raise UserError("bad_command", place="with.delegation_id | with.delegate, with.document")
    delegate = accounts.named_user(context.desk, with_.delegate).user_id
    named = [
        each for each in context.desk.way.delegations() if each.delegate == delegate and each.document == with_.document
    ]
    if not named:
        raise UserError("delegation_unknown")
    return max(named, key=lambda each: (each.revoked_on is None, each.delegation_id)).delegation_id


def _delegation(context: Context, delegation: Delegation) -> answers_way.DelegationOut:
    users: Mapping[str, User] = {user.user_id: user for user in context.desk.reader.users()}
    user = users.get(delegation.delegate)
    today = local(context.desk.clock.now()).date()
    return answers_way.delegation_out(delegation, user.login if user else "", user.name if user else "", today)


HANDLERS: Mapping[str, Handler] = {
    "file.attach": Handler(wire_way.AttachFile, answers_way.AttachedOut, attach_file),
    "dossier.submit": Handler(wire_way.SubmitDossiers, answers_way.BatchOut, submit),
    "dossier.approve": Handler(wire_way.ApproveDossiers, answers_way.BatchOut, approve),
    "dossier.send_back": Handler(wire_way.DecideDossiers, answers_way.BatchOut, send_back),
    "dossier.reject": Handler(wire_way.DecideDossiers, answers_way.BatchOut, reject),
    "dossier.waiting": Handler(wire_way.ListWaiting, answers_way.WaitingListOut, list_waiting),
    "delegation.grant": Handler(wire_way.GrantDelegation, answers_way.DelegationOut, grant),
    "delegation.revoke": Handler(wire_way.RevokeDelegation, answers_way.DelegationOut, revoke),
    "delegation.list": Handler(wire_way.ListDelegations, answers_way.DelegationsOut, list_delegations),
}
