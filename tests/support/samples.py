"""Sample commands, rules and dossiers for tests of the domain: plain data, no database.

The calendar and the rule packs are the program's own; the procedures are made up and small.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from desktop.domain.calendars import Calendar
from desktop.domain.catalogue import ChannelLimit, Component, FeeKind, FeeRule, Procedure
from desktop.domain.commands import ComponentCount, Receive
from desktop.domain.dossiers import Channel, Dossier, Party, Relation, Submitter
from desktop.domain.events import EVENT_TYPES, ClockState, Envelope, Event, Fact
from desktop.domain.fold import fold
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.rule_packs import RulePack, pack_for
from desktop.domain.rules import Allotment, Rules
from desktop.domain.units import Heading, Section, Unit
from desktop.domain.users import Role, User
from desktop.storage.reference.calendars import load_calendar
from desktop.storage.reference.rule_packs import load_rule_packs

#: A Thursday morning in working hours.
NINE = datetime.fromisoformat("2019-07-18T09:00:00+07:00")

OWNER = Party("Nguyễn Thị Ngọc Ở", id_number="079090012345", phone="0912345678")
STRANGER = Party("Lê Văn Khác", id_number="079090099999")
REASON = "gõ nhầm khi nhận"

UNIT = Unit(
    unit_id="0197f000-0000-7000-8000-000000000001",
    name="Phường Mẫu",
    place="Phường Mẫu",
    address="12 đường Tập Huấn",
    phone="028 3800 0000",
    agency_code="000.16.27.H29",
    code_template="{agency}-{yymmdd}-{seq}",
    lookup_base="",
    counter_section="mot_cua",
    sections=(Section("mot_cua", "Một cửa"), Section("tu_phap", "Tư pháp"), Section("lanh_dao", "Lãnh đạo")),
    headings=(Heading(date(2018, 1, 1), "UBND PHƯỜNG MẪU", "MỘT CỬA", "Một cửa Phường Mẫu"),),
)


@cache
def calendar() -> Calendar:
    """Return the calendar the program ships with."""
    return load_calendar()


@cache
def packs() -> tuple[RulePack, ...]:
    """Return the rule packs the program ships with."""
    return tuple(load_rule_packs())


def user(*roles: Role, login: str = "lan", section: str = "mot_cua", title: str = "", is_active: bool = True) -> User:
    """Return a user with the given roles, of the counter unless another section is named."""
    return User(f"user-{login}", login, login.title(), roles or (Role.RECEPTION,), section, title, is_active=is_active)


def procedure(  # noqa: D417 - the rest are fields of the procedure
    code: str = "1.000001", *, days: int = 5, names: Iterable[str] = ("Tờ khai", "Bản chính"), **fields: object
) -> Procedure:
    """Return a procedure of so many working days.

    Args:
        names: One required component each; a name that ends in "?" is not required.
    """
    components = tuple(
        Component(f"TP{n:02d}", name.removesuffix("?"), required=not name.endswith("?"))
        for n, name in enumerate(names, 1)
    )
    plain = Procedure(
        code=code,
        name=f"Thủ tục {code}",
        field="ho_tich",
        field_name="Hộ tịch",
        limit=Limit(days, LimitUnit.WORKING_DAY),
        components=components,
        fees=(FeeRule(FeeKind.FIXED, "Lệ phí", 8_000),),
        version="1",
        effective_from=date(2018, 1, 1),
        source="thử",
        updated_on=date(2018, 1, 1),
        needs_checking=False,
        legal_basis="thử",
        result_name="Giấy",
        section="tu_phap",
        immediate_allowed=True,
        channel_limits=(ChannelLimit("online", Limit(2, LimitUnit.WORKING_DAY)),),
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


def papers(of: Procedure) -> tuple[ComponentCount, ...]:
    """Return one original of every component of a procedure."""
    return tuple(ComponentCount(component.code, originals=1) for component in of.components)


def command(of: Procedure | None = None, **fields: object) -> Receive:
    """Return the command that receives a whole dossier from its owner."""
    chosen = of or procedure()
    owner = fields.get("owner", OWNER)
    assert isinstance(owner, Party)
    plain = Receive(chosen, Channel.DIRECT, owner, Submitter(owner, Relation.OWNER), papers(chosen))
    return replace(plain, **fields)  # type: ignore[arg-type]


def rules(at: datetime = NINE, *roles: Role, pack: str = "", unit: Unit = UNIT) -> Rules:
    """Return the rules in force at an instant for a user with roles."""
    chosen = next((each for each in packs() if each.id == pack), None) or pack_for(packs(), at.date())
    return Rules(now=at.astimezone(UTC), actor=user(*roles), pack=chosen, calendar=calendar(), unit=unit)


def allotment(n: int = 1, *, twin: str = "") -> Allotment:
    """Return what the storage would allot to the n-th dossier of the day."""
    code = f"000.16.27.H29-190718-{n:04d}"
    return Allotment(code, False, 0, n, 1, n, "0123456789", twin)


def event(fact: Fact, *, seq: int = 1, at: datetime = NINE, actor: str = "user-lan") -> Event:
    """Return a fact in an envelope."""
    name, version = EVENT_TYPES[type(fact)]
    return Event(
        Envelope(
            event_id=f"event-{seq}",
            replica_id="replica",
            epoch="e" * 32,
            seq=seq,
            prev_hash="0" * 64,
            unit_id=UNIT.unit_id,
            dossier_id="dossier-1",
            type=name,
            type_version=version,
            base_version=seq - 1,
            acted_at=at.astimezone(UTC),
            clock_state=ClockState.OK,
            actor=actor,
            on_behalf_of="",
            workstation="pc",
            act_id="act",
            act_size=1,
        ),
        fact,
    )


def folded(*facts: Fact, start: datetime = NINE) -> Dossier:
    """Return the dossier that facts fold into, one minute after the other."""
    state = fold(event(fact, seq=n, at=start + timedelta(minutes=n - 1)) for n, fact in enumerate(facts, 1))
    assert state is not None
    return state
