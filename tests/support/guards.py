"""Switch one guard of the domain off, everywhere its function is used, for the length of a block."""

import inspect
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FunctionType, ModuleType

from desktop.domain import authority, fold
from desktop.domain.acts import apologising, checks, correcting, custody, deciding, ending, receiving, results, waiting

_NEVER = "False"


@dataclass(frozen=True, slots=True)
class Guard:
    """Point at a guard by the text that makes it.

    Attributes:
        module: Where its function is defined.
        function: Name of the function.
        text: Part of its source that occurs once.
        instead: What stands there when the guard is off.
    """

    module: ModuleType
    function: str
    text: str
    instead: str = _NEVER

    def source(self) -> str:
        """Return the source of its function."""
        return textwrap.dedent(inspect.getsource(getattr(self.module, self.function)))


@contextmanager
def switched_off(guard: Guard) -> Iterator[None]:
    """Run a block without a guard.

    Raises:
        AssertionError: The text is not there exactly once: the guard has moved, and its entry must follow.
    """
    original = getattr(guard.module, guard.function)
    source = guard.source()
    assert source.count(guard.text) == 1, f"{guard.function}: {guard.text!r} stands {source.count(guard.text)} times"
    known: dict[str, object] = {}
    code = compile(source.replace(guard.text, guard.instead), guard.module.__file__ or "", "exec")
    exec(code, guard.module.__dict__, known)  # noqa: S102 - the program's own source, one guard less
    changed = known[guard.function]
    assert isinstance(changed, FunctionType)
    users = [
        (module, name)
        for module in list(sys.modules.values())
        if module is not None and (getattr(module, "__name__", "").startswith(("desktop.", "tests.")))
        for name, value in list(vars(module).items())
        if value is original
    ]
    for module, name in users:
        setattr(module, name, changed)
    try:
        yield
    finally:
        for module, name in users:
            setattr(module, name, original)


#: What each guard keeps out. Left out are second lines behind another guard, which alone let nothing through:
#: ``need_running`` in approving and in handing results in (nothing can begin to wait meanwhile), the first answer of
#: submitting to what is submitted already, ``not_waiting``,
#: ``already_ready``, the base status a refusal asks for (no decision against the request survives a submission); who is
#: neither a leader nor let sign is kept from deciding twice, by ``_need_submitted`` and by ``authority_for``.
GUARDS: dict[str, Guard] = {
    "over": Guard(checks, "need_open", "state.is_closed or state.base_status is Status.RESULT_READY"),
    "custody": Guard(checks, "need_custody", "not holds(rules.actor, state.custodian)"),
    "on a slip": Guard(checks, "need_custody", "if state.offered_on:", "if False:"),
    "held up": Guard(checks, "need_running", "wait is not None"),
    "reason": Guard(checks, "need_reason", "len(found) < MIN_REASON"),
    "originals": Guard(checks, "need_originals", "if kept:", "if False:"),
    "strange originals": Guard(
        checks, "need_known_originals", "if strangers := sorted(set(returned) - given.keys()):", "if strangers := ():"
    ),
    "holder": Guard(checks, "need_holder", 'raise UserError("unknown_holder", to=to.holder)', "return to"),
    "handed on": Guard(custody, "check_slip", "state.base_status not in _HANDED_ON"),
    "held already": Guard(custody, "check_slip", "state.custodian == command.to"),
    "to oneself": Guard(
        custody,
        "check_slip",
        "command.to.kind is CustodianKind.USER and command.to.holder == rules.actor.user_id",
    ),
    "receiver": Guard(custody, "_need_receiver", "not holds(rules.actor, slip.to)"),
    "two people": Guard(custody, "_need_receiver", "rules.actor.user_id == slip.made_by"),
    "confirmed once": Guard(custody, "_need_receiver", "not slip.is_open"),
    "on this slip": Guard(custody, "_still_on", "state.offered_on == slip.name", "True"),
    "taken back once": Guard(custody, "decide_withdraw_slip", "not slip.is_open"),
    "giver": Guard(
        custody,
        "decide_withdraw_slip",
        "rules.actor.user_id != slip.made_by and not holds(rules.actor, slip.giver)",
    ),
    "assigned": Guard(custody, "decide_assign", "state.base_status is Status.SUBMITTED"),
    "draft": Guard(deciding, "decide_attach", "state.base_status is Status.SUBMITTED"),
    "file": Guard(deciding, "decide_attach", "elif state.is_closed:", "elif False:"),
    "at a section": Guard(deciding, "decide_submit", "state.base_status not in _SUBMITTABLE"),
    "rejected": Guard(
        deciding,
        "decide_submit",
        "state.decision is not None and state.decision.kind is DecisionKind.REJECTED",
    ),
    "content": Guard(
        deciding,
        "decide_approve",
        'current != submission.content_hash or command.content_hash not in ("", current)',
    ),
    "apology": Guard(deciding, "need_apology", "and not state.apologies", "and False"),
    "submitted": Guard(
        deciding,
        "_need_submitted",
        "state.base_status is not Status.SUBMITTED or state.submission is None",
        "state.submission is None",
    ),
    "author": Guard(deciding, "_need_submitted", "state.submission.by == rules.actor.user_id"),
    "author undoes": Guard(
        deciding,
        "decide_send_back",
        "state.submission is not None and state.submission.by == rules.actor.user_id",
    ),
    "stranger undoes": Guard(
        deciding,
        "decide_send_back",
        "rules.actor.user_id != decision.by and rules.actor.section != rules.unit.leaders()",
    ),
    "own right": Guard(authority, "find_authority", "Role.CHAIR in signer.roles", "True"),
    "delegate": Guard(authority, "find_authority", "each.delegate == signer.user_id", "True"),
    "field": Guard(authority, "find_authority", "each.covers(procedure, field)", "True"),
    "dates": Guard(authority, "find_authority", "each.holds_on(on)", "True"),
    "approved": Guard(
        results,
        "decide_result_ready",
        "state.base_status is not Status.APPROVED or state.decision is None",
        "state.decision is None",
    ),
    "signed": Guard(
        results,
        "decide_result_ready",
        "state.decision.means is SigningMeans.DIGITAL and not has_signed_result(state)",
    ),
    "author's result": Guard(results, "decide_result_ready", "need_custody(state, rules)", "pass"),
    "ready": Guard(results, "decide_return", "state.status is not Status.RESULT_READY"),
    "counter gives": Guard(results, "decide_return", "need_custody(state, rules)", "pass"),
    "proof": Guard(results, "decide_return", "not command.proof_reference.strip()"),
    "recipient": Guard(results, "_check_recipient", "not recipient.name.strip()"),
    "authorisation": Guard(results, "_check_recipient", "not command.authorisation.strip()"),
    "owner": Guard(results, "_check_recipient", "owner.id_number and not _is_owner(owner, recipient)"),
    "identity": Guard(results, "_need_id_number", "not recipient.id_number.strip()"),
    "fee": Guard(results, "_settle", 'raise UserError("fee_owed", due_vnd=owed_vnd)', "return ()"),
    "amount": Guard(results, "decide_take_fee", "not 0 < command.amount_vnd <= state.owed_vnd"),
    "waiver": Guard(results, "decide_take_fee", "len(command.reason.strip()) < MIN_REASON"),
    "one apology": Guard(
        apologising, "decide_apologise", "len(state.apologies) >= rules.pack.clock.reappointment_limit"
    ),
    "later day": Guard(apologising, "decide_apologise", "promise <= max(local(state.promised_at), local(rules.now))"),
    "working time": Guard(
        checks, "need_working_time", "any(session.opens <= at <= session.closes for session in sessions)", "True"
    ),
    "one supplement": Guard(
        waiting,
        "decide_request_supplement",
        "supplements_so_far(state) >= rules.pack.clock.supplement_limit",
    ),
    "a leader asks again": Guard(
        waiting, "decide_request_supplement", "require(rules.actor, Action.REQUEST_SUPPLEMENT_AGAIN)", "pass"
    ),
    "at work": Guard(waiting, "_need_work", "state.base_status not in _AT_WORK"),
    "by its form": Guard(waiting, "decide_open_wait", "command.kind is WaitKind.SUPPLEMENT"),
    "somebody is asked": Guard(
        waiting,
        "decide_open_wait",
        "command.kind in (WaitKind.OPINIONS, WaitKind.VERIFICATION) and not command.of.strip()",
    ),
    "one wait": Guard(waiting, "decide_open_wait", "need_running(state)", "pass"),
    "one supplement at a time": Guard(waiting, "decide_request_supplement", "need_running(state)", "pass"),
    "work stands": Guard(deciding, "decide_submit", "need_running(state)", "pass"),
    "everything came": Guard(waiting, "_need_complete", "if lacking:", "if False:"),
    "something lacks": Guard(waiting, "gaps_of", "if not found:", "if False:"),
    "refused by a leader": Guard(
        ending,
        "decide_refuse",
        "state.base_status is not Status.RECEIVED or state.custody_since != state.received_at",
    ),
    "untouched": Guard(ending, "decide_refuse", "or state.custody_since != state.received_at", ""),
    "withdrawn in time": Guard(ending, "decide_withdraw", "state.base_status not in _BEFORE_DECISION"),
    "corrected in time": Guard(correcting, "decide_correct", "need_open(state)", "pass"),
    "correction's reason": Guard(correcting, "decide_correct", "need_reason(command.reason)", "command.reason"),
    "something to correct": Guard(correcting, "decide_correct", "if not draft.changes:", "if False:"),
    "later promise": Guard(correcting, "_promise", "draft.new.due_at > due_at"),
    "components": Guard(receiving, "need_components", "missing and channel is not Channel.ONLINE"),
    "name": Guard(receiving, "check_parties", "not party.name.strip()"),
    "sets": Guard(receiving, "check_count", "not lowest <= value <= MAX_COUNT"),
    "twin": Guard(
        receiving, "decide_receive", "allotted.twin_code and len(command.duplicate_reason.strip()) < MIN_REASON"
    ),
    "content voids": Guard(fold, "_voided", "decision.content_hash == content_hash(state)", "True"),
}

#: The walls that hold everything; tried in every run of the tests, the rest in a sweep.
WALLS = (
    "custody", "on a slip", "held up", "originals", "two people", "content", "apology", "author", "dates", "approved",
    "proof", "owner", "fee", "one apology", "one supplement", "refused by a leader", "content voids",
)  # fmt: skip
