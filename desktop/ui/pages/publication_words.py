"""How a document of the city is worded: in a reminder, and on the side "Thành phố"."""

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from typing import Final

from desktop.domain.calendar_days import PublishedDay
from desktop.domain.clock_policy import ClockEffect
from desktop.domain.pack_names import Rule
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
_RULES: Final = {
    "cut_off": QT_TRANSLATE_NOOP(CONTEXT, "giờ chốt nhận trong ngày {rule}"),
    "supplement": QT_TRANSLATE_NOOP(CONTEXT, "chờ bổ sung giấy tờ thì {rule}"),
    "obligation": QT_TRANSLATE_NOOP(CONTEXT, "chờ nộp tiền thì {rule}"),
    "opinions": QT_TRANSLATE_NOOP(CONTEXT, "lấy ý kiến thì {rule}"),
    "verification": QT_TRANSLATE_NOOP(CONTEXT, "xác minh thì {rule}"),
    "stop": QT_TRANSLATE_NOOP(CONTEXT, "dừng giải quyết thì {rule}"),
    "supplement_limit": QT_TRANSLATE_NOOP(CONTEXT, "được yêu cầu bổ sung {rule} lần"),
    "supplement_within": QT_TRANSLATE_NOOP(CONTEXT, "yêu cầu bổ sung trong {rule} ngày làm việc"),
    "reappointment_limit": QT_TRANSLATE_NOOP(CONTEXT, "được hẹn lại {rule} lần"),
    "apology_days_before": QT_TRANSLATE_NOOP(CONTEXT, "xin lỗi trước ngày hẹn {rule} ngày"),
    "after_cutoff_shifts": QT_TRANSLATE_NOOP(CONTEXT, "nhận sau giờ chốt thì {rule}"),
}
_EFFECTS: Final = {
    ClockEffect.RESTART: QT_TRANSLATE_NOOP(CONTEXT, "tính lại từ đầu"),
    ClockEffect.PAUSE: QT_TRANSLATE_NOOP(CONTEXT, "tạm dừng tính giờ"),
    ClockEffect.NONE: QT_TRANSLATE_NOOP(CONTEXT, "vẫn tính giờ"),
}
#: More names than this are a wall nobody reads: the others are counted.
_NAMED: Final = 2
_A_DAY: Final = timedelta(days=1)


def change_words(change: ProcedureChange) -> str:
    """Word what changes of one procedure."""
    what = ", ".join(tr(_ASPECTS[aspect]) for aspect in change.aspects)
    return tr("{code} {name} ({what})", code=change.code, name=change.name, what=what)


def news_words(publication: Publication, on: date) -> str:
    """Word a document that changes something, in one sentence."""
    if publication.rules:
        told = _named(_rules_words(publication), tr("{told} và {n} điểm khác"))
        return tr("Quy định mới từ thành phố cho hồ sơ nhận từ {day}: {told}.", day=screen_date(on), told=told)
    if not publication.changes:
        told = _named(_days_words(publication), tr("{told} và {n} đợt khác"))
        return tr("Lịch làm việc mới từ thành phố: {told}. Ngày đã hẹn giữ nguyên.", told=told)
    told = _named([change_words(change) for change in publication.changes], tr("{told} và {n} thủ tục khác"))
    return tr("Danh mục mới từ thành phố, áp dụng từ {day}: {told}.", day=screen_date(on), told=told)


def _named(told: Sequence[str], more: str) -> str:
    """Name the first few and count the others."""
    named = "; ".join(told[:_NAMED])
    return more.format(told=named, n=number(len(told) - _NAMED)) if len(told) > _NAMED else named


def fault_words(publication: Publication) -> str:
    """Word a document that cannot be used, in one sentence."""
    return tr(
        "Tài liệu {name} (bản {version}) của thành phố không dùng được ở {place}; máy vẫn dùng dữ liệu đang có,"
        " hãy báo quản trị thành phố.",
        name=publication.name,
        version=number(publication.version),
        place=publication.problem,
    )


def list_words(publications: Sequence[Publication], today: date) -> str:
    """Word the documents of the city, one line for each version in force or to come; "" for none.

    Those that were in force before are kept for what was received then: they are counted behind the one that took
    their place.
    """
    by_document: dict[tuple[str, str], list[Publication]] = {}
    for each in publications:
        by_document.setdefault((each.unit_id, each.name), []).append(each)
    return "\n".join(f"• {line}" for versions in by_document.values() for line in _lines(versions, today))


def _lines(versions: Sequence[Publication], today: date) -> Iterator[str]:
    """Yield the lines of one document, given its versions in order."""
    standing = [each for each in versions if not any(later.replaces(each, today) for later in versions)]
    replaced = [each for each in versions if each not in standing]
    for place, each in enumerate(standing):
        line = _line(each)
        if place == 0 and replaced:
            first = screen_date(min(before.effective_on for before in replaced))
            line = tr("{line} Thay {n} bản trước (từ {day}).", line=line, n=number(len(replaced)), day=first)
        yield line


def _line(each: Publication) -> str:
    if each.problem:
        return fault_words(each)
    day, version = screen_date(each.effective_on), number(each.version)
    if not each.is_used:
        return tr("{name}, bản {version}: bản chương trình này chưa dùng.", name=each.name, version=version)
    if each.days or each.decided_years:
        return tr(
            "{name}, bản {version}, lịch: {told}.", name=each.name, version=version, told="; ".join(_days_words(each))
        )
    if each.rules:
        told = "; ".join(_rules_words(each))
        return tr(
            "{name}, bản {version}, hồ sơ nhận từ {day}: {told}.", name=each.name, version=version, day=day, told=told
        )
    if not each.changes:
        return tr("{name}, bản {version}, từ {day}: không đổi gì.", name=each.name, version=version, day=day)
    told = "; ".join(change_words(change) for change in each.changes)
    return tr("{name}, bản {version}, từ {day}: {told}.", name=each.name, version=version, day=day, told=told)


def _days_words(each: Publication) -> list[str]:
    """Word days off and days worked; days of one name that follow each other are one span."""
    told = [_span_words(span) for span in _spans(sorted(each.days, key=lambda day: day.on))]
    if each.decided_years:
        years = ", ".join(str(year) for year in each.decided_years)
        told.append(tr("lịch năm {years} đã có quyết định", years=years))
    return told


def _spans(days: Sequence[PublishedDay]) -> Iterator[list[PublishedDay]]:
    span: list[PublishedDay] = []
    for day in days:
        if span and (day.on - span[-1].on, day.words) != (_A_DAY, span[-1].words):
            yield span
            span = []
        span.append(day)
    if span:
        yield span


def _span_words(span: Sequence[PublishedDay]) -> str:
    first, last, words = screen_date(span[0].on), screen_date(span[-1].on), span[0].words
    if first == last:
        return tr("{day} {words}", day=first, words=words)
    return tr("{first} đến {last} {words}", first=first, last=last, words=words)


def _rules_words(each: Publication) -> list[str]:
    return [tr(_RULES[key], rule=_rule_words(rule)) for key, rule in each.rules]


def _rule_words(rule: Rule) -> str:
    if isinstance(rule, ClockEffect):
        return tr(_EFFECTS[rule])
    if isinstance(rule, time):
        return f"{rule:%H:%M}"
    if isinstance(rule, bool):
        return tr("lùi một ngày") if rule else tr("không lùi ngày")
    return number(rule)
