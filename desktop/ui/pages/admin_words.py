"""Words of the page "Quản trị": roles, sections, who signs in whose right, how a delegation stands."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from desktop.domain.authority import Delegation
from desktop.domain.units import Unit
from desktop.domain.users import Role, User
from desktop.domain.vietnamese import number, screen_date
from desktop.domain.way import SigningForm
from desktop.services.delegating import Standing, standing
from desktop.services.staff import Held
from desktop.ui.models.short_table import Cell
from desktop.ui.role_words import ROLE_NAMES
from desktop.ui.tokens import Role as Colour
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

FORM_WORDS: Final = {
    SigningForm.KT: QT_TRANSLATE_NOOP(CONTEXT, "KT. (ký thay, cấp phó)"),
    SigningForm.TL: QT_TRANSLATE_NOOP(CONTEXT, "TL. (thừa lệnh)"),
    SigningForm.TUQ: QT_TRANSLATE_NOOP(CONTEXT, "TUQ. (thừa ủy quyền)"),
}
FORM_SIGNS: Final = {SigningForm.KT: "KT.", SigningForm.TL: "TL.", SigningForm.TUQ: "TUQ.", SigningForm.OWN: ""}


def role_words(roles: Sequence[Role]) -> str:
    """Name roles."""
    return ", ".join(tr(ROLE_NAMES[role.value]) for role in roles)


def section_word(unit: Unit, code: str) -> str:
    """Name a section, a dash for none."""
    return unit.section_name(code) if code else "–"


def held_words(held: Sequence[Held]) -> str:
    """Say what somebody holds, "" for nothing."""
    total = sum(each.dossiers for each in held)
    if not total:
        return ""
    parts = "; ".join(
        tr("{section}: {n}", section=each.name or tr("bộ phận khác"), n=number(each.dossiers)) for each in held
    )
    return tr("Đang giữ {n} hồ sơ chưa xong ({parts}).", n=number(total), parts=parts)


def state_cell(user: User) -> Cell:
    """Say whether somebody may come in."""
    if user.is_active:
        return Cell(tr("Đang dùng"), "check", Colour.OK)
    return Cell(tr("Đã ngừng"), "minus", Colour.MUTED)


def standing_cell(delegation: Delegation, on: date) -> Cell:
    """Say how a delegation stands today."""
    last = delegation.last_day()
    match standing(delegation, on):
        case Standing.REVOKED:
            text = screen_date(delegation.revoked_on) if delegation.revoked_on else ""
            return Cell(tr("Đã thu hồi từ {day}", day=text), "close", Colour.MUTED)
        case Standing.ENDED:
            return Cell(tr("Đã hết hiệu lực"), "minus", Colour.MUTED)
        case Standing.COMING:
            return Cell(tr("Chưa đến ngày"), "clock", Colour.DUE)
        case Standing.ENDS_SOON:
            days = (last - on).days if last is not None else 0
            return Cell(tr("Hết sau {n} ngày", n=days), "warning", Colour.SOON)
        case Standing.HOLDS:
            return Cell(tr("Còn hiệu lực"), "check", Colour.OK)


def scope_words(delegation: Delegation, fields: Mapping[str, str]) -> str:
    """Say what a delegation is about."""
    names = [fields.get(code, code) for code in delegation.fields]
    names += [tr("thủ tục {code}", code=code) for code in delegation.procedures]
    return ", ".join(names) or tr("Mọi lĩnh vực")


def end_words(delegation: Delegation) -> str:
    """Say the last day."""
    return screen_date(delegation.to_on) if delegation.to_on else tr("khi thu hồi")


def document_words(delegation: Delegation) -> str:
    """Name the document with its date."""
    return tr("{document} ngày {day}", document=delegation.document, day=screen_date(delegation.document_on))


__all__ = [
    "FORM_SIGNS",
    "FORM_WORDS",
    "document_words",
    "end_words",
    "held_words",
    "role_words",
    "scope_words",
    "section_word",
    "standing_cell",
    "state_cell",
]
