"""Hand a result over together with the file that proves it."""

from dataclasses import replace

from desktop.domain.commands import ReturnResult
from desktop.domain.dossiers import Dossier
from desktop.domain.users import User
from desktop.domain.way import AttachmentRole
from desktop.services.attachment_port import LoadedAttachment
from desktop.services.deciding import attach_file
from desktop.services.follow import Followed, return_result
from desktop.services.ports import Desk
from desktop.ui.pages.dossier_acts import attachment_of


def hand_over(
    desk: Desk, actor: User, dossier: Dossier, command: ReturnResult, proof: LoadedAttachment | None
) -> Followed:
    """Keep the proof first, since nothing is attached to a dossier that is closed; then return the result.

    Args:
        desk: What the use cases work with.
        actor: Who hands over.
        dossier: What is returned.
        command: With recipient and proof.
        proof: Photo or scan, read and checked; None for none.

    Threads:
        Lane db.
    """
    if proof is None:
        return return_result(desk, actor, dossier.code, command)
    kept = attachment_of(proof, AttachmentRole.PROOF)
    state = desk.reader.find(dossier.code) or dossier
    # A return that was refused has kept its proof: the second try keeps it no second time.
    if not any((file.sha256, file.role) == (kept.sha256, kept.role) for file in state.attachments):
        attach_file(desk, actor, dossier.code, kept, proof.content)
    return return_result(desk, actor, dossier.code, replace(command, proof_sha256=kept.sha256))
