"""Attach drafts, put dossiers before the leaders, approve, send back, decide against; what waits for whom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.acts.checks import each_or_all
from desktop.domain.acts.deciding import (
    decide_approve,
    decide_attach,
    decide_reject,
    decide_send_back,
    decide_submit,
)
from desktop.domain.authority import find_authority
from desktop.domain.content import content_hash
from desktop.domain.deadlines import days_left, is_late
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import UserError
from desktop.domain.events import DossierFact
from desktop.domain.rule_packs import pack_named
from desktop.domain.rules import Rules
from desktop.domain.users import Action, User, require
from desktop.domain.vietnamese import local
from desktop.domain.way import Attachment, AuthorityUsed
from desktop.domain.way_commands import Approve, AttachFile, Reject, SendBack, Submit
from desktop.services.acting import Acted, act_on, found
from desktop.services.changes import Changes, dossiers_changed
from desktop.services.ports import Act, Desk
from desktop.services.receive import full_rules


@dataclass(frozen=True, slots=True)
class Decided:
    """Hand back the dossiers of a batch after the decision, in its order, and what changed."""

    dossiers: tuple[Dossier, ...]
    changes: Changes


@dataclass(frozen=True, slots=True)
class WaitingForDecision:
    """Show one dossier that lies before the leaders.

    Attributes:
        author: Name of who prepared it.
        days_left: Working days left, below 0 when overdue.
        is_late: By the definition that decides lateness.
        lacks_apology: Late, and nobody has apologised: it cannot be approved.
        content_hash: Of what is shown; it goes back with the approval.
        is_changed: The dossier is no longer what was submitted.
        is_own: The actor prepared it himself.
        authority: The right under which the actor would sign it today; None when he has none.
        refusal: Code of why he has none, "" when he has one.
    """

    dossier: Dossier
    author: str
    days_left: int
    is_late: bool
    lacks_apology: bool
    content_hash: str
    is_changed: bool
    is_own: bool
    authority: AuthorityUsed | None
    refusal: UserError | None = None

    @property
    def is_ready(self) -> bool:
        """Tell whether nothing stands against an approval by the actor."""
        return not (self.lacks_apology or self.is_changed or self.is_own) and self.authority is not None


def attach_file(desk: Desk, actor: User, code: str, attachment: Attachment, content: bytes) -> Acted:
    """Keep a checked file and attach it to a dossier.

    Args:
        desk: What the use case works with.
        actor: Who attaches it.
        code: Any code of the dossier.
        attachment: What the check of the file found; its hash is that of ``content``.
        content: The file.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``; see :func:`desktop.domain.acts.deciding.decide_attach`.
    """

    def decide(act: Act, state: Dossier, rules: Rules) -> tuple[DossierFact, ...]:
        facts = decide_attach(state, AttachFile(attachment), rules)
        act.store_file(attachment.sha256, content)
        return facts

    return act_on(desk, actor, Action.ATTACH_FILE, code, decide)


def submit(desk: Desk, actor: User, codes: Sequence[str], command: Submit, content: bytes | None = None) -> Decided:
    """Put dossiers before the leaders: all of them or none.

    Args:
        desk: What the use case works with.
        actor: The author.
        codes: Any codes of the dossiers.
        command: With the draft, when there is one; only for a single dossier.
        content: The draft's file.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``, ``batch_refused``; see
            :func:`desktop.domain.acts.deciding.decide_submit`.
    """

    def decide(act: Act, state: Dossier, rules: Rules) -> tuple[DossierFact, ...]:
        facts = decide_submit(state, command, rules)
        if command.draft is not None and content is not None:
            act.store_file(command.draft.sha256, content)
        return facts

    return _batch(desk, actor, Action.SUBMIT, codes, decide)


def approve(desk: Desk, actor: User, codes: Sequence[str], commands: Sequence[Approve]) -> Decided:
    """Approve dossiers that were looked at: all of them or none, one entry in the log for each.

    Args:
        desk: What the use case works with.
        actor: The leader.
        codes: Any codes of the dossiers.
        commands: One for each code, or one for all.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``, ``batch_refused``; see
            :func:`desktop.domain.acts.deciding.decide_approve`.
    """
    given = {code.strip().upper(): command for code, command in zip(codes, _spread(commands, codes), strict=True)}
    delegations = desk.way.delegations()

    def decide(_: Act, state: Dossier, rules: Rules) -> tuple[DossierFact, ...]:
        command = next(given[code] for code in (state.code, *state.aliases) if code in given)
        return decide_approve(state, command, delegations, rules)

    return _batch(desk, actor, Action.APPROVE, codes, decide)


def send_back(desk: Desk, actor: User, codes: Sequence[str], command: SendBack) -> Decided:
    """Send dossiers back to their authors with a reason.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``, ``batch_refused``; see
            :func:`desktop.domain.acts.deciding.decide_send_back`.
    """
    delegations = desk.way.delegations()
    return _batch(
        desk, actor, Action.APPROVE, codes, lambda _, state, rules: decide_send_back(state, command, delegations, rules)
    )


def reject(desk: Desk, actor: User, codes: Sequence[str], command: Reject) -> Decided:
    """Decide against requests; each author writes the refusal.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``, ``batch_refused``; see
            :func:`desktop.domain.acts.deciding.decide_reject`.
    """
    delegations = desk.way.delegations()
    return _batch(
        desk, actor, Action.APPROVE, codes, lambda _, state, rules: decide_reject(state, command, delegations, rules)
    )


def waiting_for_decision(desk: Desk, actor: User) -> tuple[WaitingForDecision, ...]:
    """Return what lies before the leaders, by what hurts first: late without apology, late, next due.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.APPROVE)
    now = desk.clock.now()
    names = {user.user_id: user.name for user in desk.reader.users()}
    delegations = desk.way.delegations()
    calendar = desk.reader.calendar()
    rows = []
    for dossier in desk.way.submitted():
        late = is_late(now, dossier.due_at, dossier.procedure.limit.unit)
        shown = content_hash(dossier)
        submission = dossier.submission
        authority, refusal = None, None
        try:
            authority = find_authority(
                actor,
                dossier.procedure.code,
                dossier.procedure.field,
                local(now).date(),
                delegations,
                pack_named(desk.reference.packs, dossier.pack),
            )
        except UserError as error:
            refusal = error
        rows.append(
            WaitingForDecision(
                dossier=dossier,
                author=names.get(submission.by, "") if submission else "",
                days_left=days_left(dossier.due_at, now, calendar),
                is_late=late,
                lacks_apology=late and not dossier.apologies,
                content_hash=shown,
                is_changed=submission is None or submission.content_hash != shown,
                is_own=submission is not None and submission.by == actor.user_id,
                authority=authority,
                refusal=refusal,
            )
        )
    return tuple(sorted(rows, key=_pain))


def file_of(desk: Desk, actor: User, sha256: str) -> bytes:
    """Return an attached file.

    Raises:
        UserError: ``not_permitted``, ``file_missing`` when it is not on this PC.
    """
    require(actor, Action.VIEW_DOSSIERS)
    content = desk.way.file(sha256)
    if content is None:
        raise UserError("file_missing")
    return content


def _pain(row: WaitingForDecision) -> tuple[bool, bool, datetime, str]:
    return (not row.lacks_apology, not row.is_late, row.dossier.due_at, row.dossier.code)


def _spread(commands: Sequence[Approve], codes: Sequence[str]) -> Sequence[Approve]:
    return list(commands) * len(codes) if len(commands) == 1 else commands


def _batch(
    desk: Desk,
    actor: User,
    action: Action,
    codes: Sequence[str],
    decide: Callable[[Act, Dossier, Rules], Sequence[DossierFact]],
) -> Decided:
    require(actor, action)
    if not codes:
        raise UserError("nothing_chosen")
    with desk.ledger.act(actor) as act:
        decided: dict[str, Dossier] = {}

        def check(code: str) -> None:
            state = found(act, code)
            if state.dossier_id in decided:
                return
            rules = full_rules(desk, actor, act.now, state.pack)
            # Recording refuses too: what another PC holds.
            decided[state.dossier_id] = act.record(state.dossier_id, decide(act, state, rules))

        each_or_all(codes, check)
    return Decided(tuple(decided.values()), dossiers_changed(decided))
