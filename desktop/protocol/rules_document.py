"""Read what the city publishes of rules: clock rules of one pack, and nothing else of it.

Forms, statuses, titles and wordings stand on papers that must come out the same when printed again: they change with
the program only. What is wrong is worded in Vietnamese: whoever publishes reads it as it is.
"""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Final

from desktop.domain.clock_policy import ClockPolicy
from desktop.domain.pack_names import CHANGEABLE, check_clock
from desktop.domain.published_rules import PublishedRules
from desktop.domain.rule_packs import RulePack
from desktop.domain.vietnamese import screen_date
from desktop.protocol.calendar_file import Table
from desktop.protocol.toml_records import is_one_line, read_record, refuse_unknown

_OWN: Final = ("pack", "title", "source", "clock")
_PARTS: Final = frozenset(field.name for field in fields(RulePack)) - {*_OWN, "id"}
_CLOCK: Final = frozenset(field.name for field in fields(ClockPolicy))
#: Keys that make a document one of rules.
KEYS: Final = frozenset(
    {"clock", "forms", "code_template", "statuses", "status_names", "signer_titles", "wording", "scoring"}
)


@dataclass(frozen=True, slots=True)
class _File:
    pack: str
    source: str
    clock: ClockPolicy
    title: str = ""


def read_rules(name: str, table: Table, effective_on: date, packs: tuple[RulePack, ...]) -> PublishedRules:
    """Read a document of rules.

    Args:
        name: Of the document, for messages.
        table: Its TOML.
        effective_on: Day it comes into force.
        packs: The program's.

    Raises:
        ValueError: It cannot be used, or names a part that no document may change; names the place.
    """
    clock = table.get("clock", {})
    given = clock if isinstance(clock, dict) else {}
    fixed = [*sorted(_PARTS & set(table)), *(f"clock.{key}" for key in sorted((_CLOCK - set(CHANGEABLE)) & set(given)))]
    if fixed:
        raise ValueError(f"{name}: không đổi được {', '.join(fixed)} bằng tài liệu, chỉ bằng bản chương trình mới")
    refuse_unknown(table, dict.fromkeys(_OWN), name)
    file = read_record(_File, table, name)
    pack = next((pack for pack in packs if pack.id == file.pack), None)
    if pack is None:
        raise ValueError(f"{name}.pack: không có bộ quy định {file.pack}")
    end = min((each.effective_from for each in packs if each.effective_from > pack.effective_from), default=None)
    if end is not None and effective_on >= end:
        raise ValueError(f"{name}.pack: bộ quy định {pack.id} chỉ dùng đến trước {screen_date(end)}")
    if not is_one_line(file.source):
        raise ValueError(f"{name}: căn cứ (source) bị trống hoặc có ký tự lạ")
    rules = tuple((key, getattr(file.clock, key)) for key in CHANGEABLE if key in given)
    if not rules:
        raise ValueError(f"{name}.clock: không đổi gì")
    try:
        check_clock(replace(pack.clock, **dict(rules)))
    except ValueError as error:
        raise ValueError(f"{name}.clock: {error}") from error
    return PublishedRules(file.pack, rules, file.source)
