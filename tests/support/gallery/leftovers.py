"""What an exchange with the city would have left for a person: acts it refused, dossiers that differ."""

from collections.abc import Sequence

from desktop.domain.dossiers import Dossier
from desktop.protocol.replica import Unsent
from desktop.services.ports import Desk
from desktop.services.sync_port import AttentionItem, Difference, HolderPc
from desktop.ui.pages.sync import SyncSource
from desktop.ui.sync_view import SyncState, SyncView

_REFUSED = (("rejected", "conflict"), ("rejected", "not_custodian"), ("blocked", "does_not_apply"))
_DIFFERENT = ("differs", "only_there", "unsent")


class Leftovers:
    """Show some dossiers of a ward as if the city had answered so."""

    def __init__(self, desk: Desk, codes: Sequence[str]) -> None:
        """Take the ward and the dossiers, one for each thing that is left."""
        self._dossiers = [found for code in codes if (found := desk.reader.find(code)) is not None]
        self._desk = desk

    def is_joined(self) -> bool:
        """Be part of a city."""
        return True

    def attention(self) -> Sequence[AttentionItem]:
        """Return what the city did not take."""
        return tuple(self._item(*each) for each in zip(self._dossiers, _REFUSED, strict=False))

    def differences(self) -> Sequence[Difference]:
        """Return what both have, but not alike."""
        return tuple(
            Difference(dossier.dossier_id, dossier.code, kind, dossier.received_at, dossier)
            for dossier, kind in zip(self._dossiers, _DIFFERENT, strict=False)
        )

    def only_here(self, limit: int) -> Sequence[Difference]:
        """Return nothing more."""
        del limit
        return ()

    def unsent(self) -> Unsent:
        """Return nothing."""
        return Unsent()

    def unread(self, dossier_id: str) -> str:
        """Return nothing."""
        del dossier_id
        return ""

    def holder(self, dossier_id: str) -> HolderPc | None:
        """Return nobody."""
        del dossier_id
        return None

    def provisional(self, limit: int) -> Sequence[Dossier]:
        """Return nothing."""
        del limit
        return ()

    def _item(self, dossier: Dossier, why: tuple[str, str]) -> AttentionItem:
        event = self._desk.reader.history(dossier.dossier_id)[-1]
        kind, reason = why
        at = dossier.received_at
        return AttentionItem(event.envelope.event_id, event, kind, reason, "", at, dossier.code, dossier)


def source(desk: Desk, codes: Sequence[str]) -> SyncSource:
    """Return what the page "Đồng bộ" reads."""
    view = SyncView(SyncState.SYNCED, waiting=12, last_success_at=desk.clock.now(), attention=len(_REFUSED))
    return SyncSource(Leftovers(desk, codes), lambda: view, lambda: None)
