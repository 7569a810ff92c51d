"""Who may sign what, on which day, in whose right: one's own office, or a delegation in force.

Source: Decree 30/2020/NĐ-CP art. 13 (TM., KT., TL., TUQ.); Resolution 54/2017/QH14 (delegated matters).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from desktop.domain.errors import UserError
from desktop.domain.rule_packs import RulePack
from desktop.domain.users import Role, User
from desktop.domain.vietnamese import screen_date
from desktop.domain.way import AuthorityUsed, SigningForm


@dataclass(frozen=True, slots=True)
class Delegation:
    """State that somebody may sign for the chair.

    Attributes:
        delegation_id: UUIDv7.
        form: KT. (a vice chair), TL. (an order) or TUQ. (an authorisation).
        delegate: User id of who may sign.
        document: Number of the document it stands in ("12/QĐ-UBND").
        document_on: Its date.
        from_on: First day it holds.
        to_on: Last day it holds; None until it is revoked.
        fields: Field codes it covers; empty with empty ``procedures`` for everything.
        procedures: Procedure codes it covers besides.
        revoked_on: First day it no longer holds; None while it stands.
    """

    delegation_id: str
    form: SigningForm
    delegate: str
    document: str
    document_on: date
    from_on: date
    to_on: date | None = None
    fields: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    revoked_on: date | None = None

    def covers(self, procedure: str, field: str) -> bool:
        """Tell whether it is about a procedure."""
        return not (self.fields or self.procedures) or field in self.fields or procedure in self.procedures

    def last_day(self) -> date | None:
        """Return the last day it holds, None when no end is known."""
        if self.revoked_on is None:
            return self.to_on
        ended = date.fromordinal(self.revoked_on.toordinal() - 1)
        return ended if self.to_on is None else min(ended, self.to_on)

    def was_called_off(self) -> bool:
        """Tell whether it was revoked before its first day: nothing was ever, or will be, signed under it."""
        return self.revoked_on is not None and self.revoked_on <= self.from_on

    def holds_on(self, on: date) -> bool:
        """Tell whether it is in force on a day."""
        last = self.last_day()
        return self.from_on <= on and (last is None or on <= last)


def check_delegation(delegation: Delegation) -> None:
    """Refuse a delegation that says nothing clear.

    Raises:
        UserError: ``bad_delegation`` with the field.
    """
    if delegation.form is SigningForm.OWN:
        raise UserError("bad_delegation", field="form")
    if not delegation.document.strip():
        raise UserError("bad_delegation", field="document")
    if delegation.to_on is not None and delegation.to_on < delegation.from_on:
        raise UserError("bad_delegation", field="to_on")


#: Key of the rule pack's signer titles for each form of signing.
_TITLES: Final = {SigningForm.OWN: "chair", SigningForm.KT: "vice", SigningForm.TL: "tl", SigningForm.TUQ: "tuq"}


def find_authority(
    signer: User, procedure: str, field: str, on: date, delegations: Iterable[Delegation], pack: RulePack
) -> AuthorityUsed:
    """Return the one right under which somebody signs today.

    The chair signs in his own right; everybody else needs a delegation in force that covers the procedure. When
    several do, the one that began last is named.

    Raises:
        UserError: ``no_authority`` (never had any), ``authority_not_yet`` with ``from_on``, ``authority_ended`` with
            ``to_on``, ``authority_called_off`` with the document when it was revoked before its first day,
            ``authority_other_field`` when those in force are about other matters.
    """
    if Role.CHAIR in signer.roles:
        return _used(SigningForm.OWN, None, signer, pack)
    mine = [each for each in delegations if each.delegate == signer.user_id]
    if not mine:
        raise UserError("no_authority", name=signer.name)
    about = [each for each in mine if each.covers(procedure, field)]
    if not about:
        raise UserError("authority_other_field", name=signer.name, document=mine[-1].document)
    in_force = [each for each in about if each.holds_on(on)]
    if in_force:
        chosen = max(in_force, key=lambda each: (each.from_on, each.delegation_id))
        return _used(chosen.form, chosen, signer, pack)
    standing = [each for each in about if not each.was_called_off()]
    if not standing:
        raise UserError("authority_called_off", name=signer.name, document=about[-1].document)
    ended = [last for each in standing if (last := each.last_day()) is not None and last < on]
    if ended:
        raise UserError("authority_ended", name=signer.name, to_on=screen_date(max(ended)))
    coming = min(each.from_on for each in standing)
    raise UserError("authority_not_yet", name=signer.name, from_on=screen_date(coming))


def _used(form: SigningForm, delegation: Delegation | None, signer: User, pack: RulePack) -> AuthorityUsed:
    lines = list(pack.signer_titles[_TITLES[form]])
    if form in (SigningForm.TL, SigningForm.TUQ) and signer.title:
        lines = [*lines[:1], signer.title.upper()]
    return AuthorityUsed(
        form=form,
        delegation_id="" if delegation is None else delegation.delegation_id,
        document="" if delegation is None else f"{delegation.document} ngày {screen_date(delegation.document_on)}",
        title_lines=tuple(lines),
        signer_name=signer.name,
    )
