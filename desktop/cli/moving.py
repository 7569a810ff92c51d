"""``motcua export`` and ``import``: a ward's data as plain files, and a ward of such files."""

from pathlib import Path
from typing import Any, Final

from desktop.cli.maintenance import AskPassword, working_ward
from desktop.domain.acts.checks import need_reason
from desktop.domain.users import Action, require
from desktop.domain.vietnamese import local, screen_datetime
from desktop.services import accounts, witnessing
from desktop.services.registers import Export, note_export
from desktop.services.witnessing import Witness
from desktop.storage.open_export import write_export
from desktop.wiring import keyring_store
from desktop.wiring.moving import import_data

#: What the log calls a book that is everything.
_EVERYTHING: Final = "everything"
_EXPLAINED: Final = """\
Dữ liệu một cửa của {unit}, ghi ra lúc {made_at}.
KHÔNG MÃ HÓA: trong đó có họ tên, số định danh của công dân; cất như hồ sơ giấy.

events.jsonl   nhật ký, mỗi dòng một việc. "body" là đúng chuỗi byte (UTF-8, JSON) đã băm:
               hash = SHA-256(hash của việc trước cùng máy, cùng kỳ + body); "sig" là chữ ký Ed25519 trên hash.
               Mọi bảng, mọi con số đều dựng lại được từ tệp này.
rows.jsonl     thứ tự thành phố đã nhận các việc và những gì thành phố đã gửi, mỗi dòng [bảng, giá trị].
tep/           tệp đính kèm, tên là SHA-256 của nội dung.
manifest.json  khuôn dạng, số việc, hash cuối, SHA-256 của từng tệp.

Dựng lại trên máy khác: motcua --data THƯ-MỤC-TRỐNG import THƯ-MỤC-NÀY

In English: the log of a ward's one-stop counter, one JSON object a line, attachments as files. Nothing is encrypted.
"""


def export(
    folder: Path, target: Path, ask: AskPassword, ask_witness: AskPassword, *, login: str, reason: str
) -> dict[str, Any]:
    """Write everything into plain files, and into the log who did it and why.

    Args:
        folder: Data folder.
        target: Folder to write into.
        ask: Asks for a password.
        ask_witness: Asks the second person for his; a real database leaves nobody alone with all of it.
        login: Who exports, in training; a real database knows who logged in.
        reason: Why, 5 characters or more.

    Raises:
        UserError: ``not_permitted`` for everybody but leaders and the head of the counter; ``missing_reason``,
            see :func:`desktop.services.witnessing.proven`.
        EnvironmentProblem: ``export_folder_used``, ``disk_full`` …
    """
    with working_ward(folder, ask) as (ward, user):
        actor = user or accounts.user_of(ward.desk, login)
        require(actor, Action.CLOSE_REGISTER)
        now, why = ward.desk.clock.now(), need_reason(reason)
        today, events = local(now).date(), ward.database.ledger.head.seq
        # In training nobody logs in, and nobody stands by it.
        second = None if user is None else Witness(*ask_witness(""))
        witness = witnessing.proven(ward.desk, actor, second, is_always=True)
        note_export(ward.desk, actor, _EVERYTHING, (today, today), Export("jsonl", why, events, witness))
        explained = _EXPLAINED.format(unit=ward.desk.reader.unit().name, made_at=screen_datetime(now))
        done = write_export(folder, ward.database.key, target, explained, now)
    return {
        "folder": str(done.folder),
        "events": done.events,
        "head_hash": done.head_hash,
        "attachments": done.attachments,
    }


def import_(folder: Path, source: Path) -> dict[str, Any]:
    """Make a ward of an export in a folder without a database; return what is to be printed once.

    Raises:
        EnvironmentProblem: ``export_absent``, ``database_exists`` …
        DamagedData: ``export_damaged``, ``restored_unsound``.
    """
    done = import_data(folder, source, store=keyring_store())
    return {
        "data": str(folder),
        "unit_id": done.unit_id,
        "events": done.events,
        "head_hash": done.head_hash,
        "key_mode": done.key_mode.value,
        "recovery_key": done.recovery_key or None,
        "one_time_codes": dict(done.one_time_codes),
    }
