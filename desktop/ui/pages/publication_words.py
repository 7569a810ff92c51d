"""How a document of the city is worded: in a reminder, and on the side "Thành phố"."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from desktop.domain.publications import Aspect, ProcedureChange, Publication
from desktop.domain.vietnamese import number, screen_date
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

_ASPECTS: Final = {
    Aspect.NEW: QT_TRANSLATE_NOOP(CONTEXT, "thủ tục mới"),
    Aspect.ENDED: QT_TRANSLATE_NOOP(CONTEXT, "không còn tiếp nhận"),
    Aspect.LIMIT: QT_TRANSLATE_NOOP(CONTEXT, "thời hạn"),
    Aspect.FEES: QT_TRANSLATE_NOOP(CONTEXT, "phí, lệ phí"),
    Aspect.COMPONENTS: QT_TRANSLATE_NOOP(CONTEXT, "thành phần hồ sơ"),
    Aspect.OTHER: QT_TRANSLATE_NOOP(CONTEXT, "nội dung khác"),
}
#: More names than this are a wall nobody reads: the others are counted.
_NAMED: Final = 2


def change_words(change: ProcedureChange) -> str:
    """Word what changes of one procedure."""
    what = ", ".join(tr(_ASPECTS[aspect]) for aspect in change.aspects)
    return tr("{code} {name} ({what})", code=change.code, name=change.name, what=what)


def news_words(publication: Publication, on: date) -> str:
    """Word a document that changes something, in one sentence."""
    changes = publication.changes
    told = "; ".join(change_words(change) for change in changes[:_NAMED])
    more = len(changes) - _NAMED
    if more > 0:
        told = tr("{told} và {n} thủ tục khác", told=told, n=number(more))
    return tr("Danh mục mới từ thành phố, áp dụng từ {day}: {told}.", day=screen_date(on), told=told)


def fault_words(publication: Publication) -> str:
    """Word a document that cannot be used, in one sentence."""
    return tr(
        "Tài liệu {name} (bản {version}) của thành phố không dùng được ở {place}; máy vẫn dùng danh mục đang có,"
        " hãy báo quản trị thành phố.",
        name=publication.name,
        version=number(publication.version),
        place=publication.problem,
    )


def list_words(publications: Sequence[Publication]) -> str:
    """Word all documents of the city, one a line, the newest last; "" for none."""
    return "\n".join(f"• {_line(each)}" for each in publications)


def _line(each: Publication) -> str:
    if each.problem:
        return fault_words(each)
    day, version = screen_date(each.effective_on), number(each.version)
    if not each.is_used:
        return tr("{name}, bản {version}: bản chương trình này chưa dùng.", name=each.name, version=version)
    if not each.changes:
        return tr("{name}, bản {version}, từ {day}: không đổi gì.", name=each.name, version=version, day=day)
    told = "; ".join(change_words(change) for change in each.changes)
    return tr("{name}, bản {version}, từ {day}: {told}.", name=each.name, version=version, day=day, told=told)
