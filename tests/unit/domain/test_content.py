from dataclasses import replace

import pytest

from desktop.domain.content import content_hash
from desktop.domain.dossiers import CertifiedDocument, Dossier, Party
from desktop.domain.way import AttachmentRole
from tests.unit.domain.walk import Ward, file, procedure


def dossier() -> Dossier:
    ward = Ward()
    return ward.dossiers[ward.submitted()]


STATE = dossier()


@pytest.mark.parametrize(
    "change",
    [
        {"owner": replace(STATE.owner, name="Nguyễn Thị Ngọc Ơ")},
        {"submitter": replace(STATE.submitter, party=Party("Khác"))},
        {"procedure": replace(STATE.procedure, code="1.000002")},
        {"components": STATE.components[:1]},
        {"components": (replace(STATE.components[0], originals=2), STATE.components[1])},
        {"documents": (CertifiedDocument(2, 3),)},
        {"attachments": ()},
        {"attachments": (*STATE.attachments, file(n=2))},
    ],
)
def test_whatever_a_decision_rests_on_changes_the_hash(change: dict[str, object]) -> None:
    assert content_hash(replace(STATE, **change)) != content_hash(STATE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"note": "khác"},
        {"due_at": STATE.received_at},
        {"fees": ()},
        {"attachments": (file(n=7), *STATE.attachments)},
        {"attachments": (*STATE.attachments, file(AttachmentRole.SIGNED, 3))},
        {"procedure": replace(STATE.procedure, name=procedure().name + " (mới)")},
    ],
)
def test_clock_custody_money_and_older_drafts_do_not(change: dict[str, object]) -> None:
    assert content_hash(replace(STATE, **change)) == content_hash(STATE)  # type: ignore[arg-type]


def test_the_hash_is_sha_256_in_hexadecimal() -> None:
    assert len(content_hash(STATE)) == 64
    assert int(content_hash(STATE), 16)
