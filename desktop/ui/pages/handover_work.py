"""What the page "Bàn giao" asks of the services, as plain functions for the lanes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.domain.acts.checks import holds
from desktop.domain.dossiers import Custodian
from desktop.domain.errors import UserError
from desktop.domain.slips import Slip
from desktop.domain.users import Action, User, may
from desktop.domain.way_commands import MakeSlip
from desktop.services import handing, handing_list, pins
from desktop.services.drafts import DraftPage, keep_draft, kept_draft
from desktop.services.handing_list import OnHand, Whereabouts
from desktop.services.look_up import custodian_name
from desktop.services.ports import Desk
from desktop.ui.dialogs.pin import Taker
from desktop.ui.pages.handover_state import Draft, draft_of, key_of


@dataclass(frozen=True, slots=True)
class Receiver:
    """Offer one who can take papers."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class SlipNames:
    """Show a slip with the names of its people.

    Attributes:
        closed_by: Who confirmed or withdrew it, "" while it is open.
        is_mine_to_take: The user may confirm it.
        is_mine_to_withdraw: The user may take it back.
    """

    slip: Slip
    giver: str
    made_by: str
    to: str
    closed_by: str
    is_mine_to_take: bool
    is_mine_to_withdraw: bool


@dataclass(frozen=True, slots=True)
class OpenedSlip:
    """Show a slip with its dossiers, and what was scanned of it before."""

    names: SlipNames
    lines: tuple[Whereabouts, ...]
    scanned: tuple[Whereabouts, ...] = ()


@dataclass(frozen=True, slots=True)
class HandoverWork:
    """Ask the services for one user. Threads: acts on lane db, all else on lane read."""

    desk: Desk
    actor: User

    def receivers(self) -> tuple[Receiver, ...]:
        """Return who can take papers: sections but the user's own first, then people."""
        found = handing.holders(self.desk, self.actor)
        return tuple(Receiver(key_of(custodian), name) for custodian, name in found if not holds(self.actor, custodian))

    def take(self, code: str) -> OnHand:
        """Return a scanned dossier that can be handed over."""
        return handing_list.take_for_slip(self.desk, self.actor, code)

    def due(self) -> tuple[OnHand, ...]:
        """Return what must go on from here."""
        return handing_list.due_for_transfer(self.desk, self.actor)

    def make(self, to: Custodian, codes: Sequence[str], note: str) -> handing.HandedOver:
        """Make a slip and queue its paper."""
        return handing.make_slip(self.desk, self.actor, MakeSlip(to, tuple(codes), note))

    def incoming(self) -> tuple[SlipNames, ...]:
        """Return the open slips the user may confirm, oldest first."""
        slips = handing.open_slips(self.desk, self.actor).incoming
        return self._named(sorted(slips, key=lambda slip: slip.made_at))

    def recent(self) -> tuple[SlipNames, ...]:
        """Return the newest slips that concern the user."""
        return self._named(handing.recent_slips(self.desk, self.actor))

    def open(self, name: str, begun: Mapping[str, Sequence[str]] | None = None) -> OpenedSlip:
        """Return a slip by name, id or the digits of its QR.

        Args:
            name: As :func:`desktop.services.handing.find_slip` takes it.
            begun: Codes scanned so far, by the id of their slip.
        """
        slip = handing.find_slip(self.desk, self.actor, name)
        (named,) = self._named([slip])
        lines = handing_list.lines_of(self.desk, self.actor, slip)
        scanned = (begun or {}).get(slip.slip_id, ())
        return OpenedSlip(named, lines, tuple(self.where(code) for code in scanned))

    def where(self, code: str) -> Whereabouts:
        """Return who holds a scanned dossier."""
        return handing_list.whereabouts(self.desk, self.actor, code)

    def open_with(
        self, code: str, among: Sequence[SlipNames], begun: Mapping[str, Sequence[str]] | None = None
    ) -> OpenedSlip | None:
        """Return the first of some slips that a scanned dossier is on; None when it is on none."""
        found = handing_list.slip_holding(self.desk, self.actor, code, (named.slip for named in among))
        return None if found is None else self.open(found.slip_id, begun)

    def confirm(self, name: str, scanned: Sequence[str]) -> handing.HandedOver:
        """Confirm what came."""
        return handing.confirm_slip(self.desk, self.actor, name, scanned)

    def takers(self, name: str) -> tuple[Taker, ...]:
        """Return who else may confirm a slip: everybody on its receiving side but who made it and the user."""
        slip = handing.find_slip(self.desk, self.actor, name)
        left_out = {slip.made_by, self.actor.user_id}
        return tuple(
            Taker(user.login, user.name)
            for user in self.desk.reader.users()
            if user.is_active
            and user.user_id not in left_out
            and holds(user, slip.to)
            and may(user.roles, Action.HAND_OVER)
        )

    def confirm_by_pin(self, name: str, login: str, pin: str) -> handing.HandedOver:
        """Confirm a whole slip in the name of the receiver, who proves by his PIN that he is here."""
        receiver = pins.confirm(self.desk, login, pin)
        slip = handing.find_slip(self.desk, receiver, name)
        return handing.confirm_slip(self.desk, receiver, name, slip.codes)

    def withdraw(self, name: str, reason: str) -> handing.HandedOver:
        """Take a slip back."""
        return handing.withdraw_slip(self.desk, self.actor, name, reason)

    def print_again(self, name: str) -> handing.HandedOver:
        """Queue a slip once more."""
        return handing.print_slip(self.desk, self.actor, name)

    def print_record(self, name: str) -> handing.HandedOver:
        """Queue a slip's dossiers as a record."""
        return handing.print_slip(self.desk, self.actor, name, form=handing.RECORD_FORM)

    def keep(self, content: str) -> None:
        """Keep the draft; "" drops it."""
        keep_draft(self.desk, self.actor, DraftPage.HANDOVER, content)

    def kept(self) -> tuple[Draft, tuple[OnHand, ...]]:
        """Return the draft and those of its dossiers that can still be handed over."""
        draft = draft_of(kept_draft(self.desk, self.actor, DraftPage.HANDOVER))
        return draft, tuple(item for code in draft.codes if (item := self._still(code)) is not None)

    def _still(self, code: str) -> OnHand | None:
        try:
            return self.take(code)
        except UserError:
            # It went another way meanwhile: there is nothing left to hand over.
            return None

    def _named(self, slips: Sequence[Slip]) -> tuple[SlipNames, ...]:
        names = {user.user_id: user.name for user in self.desk.reader.users()}
        return tuple(
            SlipNames(
                slip=slip,
                giver=custodian_name(self.desk, slip.giver, names),
                made_by=names.get(slip.made_by, ""),
                to=custodian_name(self.desk, slip.to, names),
                closed_by=names.get(slip.closed_by, ""),
                is_mine_to_take=slip.is_open and holds(self.actor, slip.to) and slip.made_by != self.actor.user_id,
                is_mine_to_withdraw=slip.is_open
                and (slip.made_by == self.actor.user_id or holds(self.actor, slip.giver)),
            )
            for slip in slips
        )
