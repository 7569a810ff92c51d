"""Keep what citizens said of returned dossiers, one rating for each for ever, and count it by ward and field."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import Column, ColumnElement, Connection, String, Table, and_, case, func, insert, not_, or_, select

from desktop.cityserver.rating_origins import RATING_ORIGIN, note_origin
from desktop.cityserver.rows import milliseconds
from desktop.cityserver.schema import DOSSIER, METADATA, RATING, UNIT, keep_for_ever
from desktop.cityserver.statements import upsert
from desktop.domain.detectors.between import Rated
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.ratings import Grade, Opinion, RatingFigures, Step, summed
from desktop.domain.vietnamese import local

#: Reasons shown; the newest.
MOST_REASONS: Final = 200
_OF_DOSSIER: Final = and_(RATING.c.unit_id == DOSSIER.c.unit_id, RATING.c.dossier_id == DOSSIER.c.dossier_id)
#: What citizens said of single steps, beside their rating; it only grows.
RATING_STEP: Final = Table(
    "rating_step",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("dossier_id", String, primary_key=True),
    Column("step", String, primary_key=True),
    Column("grade", String, nullable=False),
)
keep_for_ever(RATING_STEP)
_STEP_OF_RATING: Final = and_(
    RATING_STEP.c.unit_id == RATING.c.unit_id, RATING_STEP.c.dossier_id == RATING.c.dossier_id
)
_OF_RATING: Final = and_(RATING_ORIGIN.c.unit_id == RATING.c.unit_id, RATING_ORIGIN.c.dossier_id == RATING.c.dossier_id)
_SET_ASIDE: Final = "set_aside"


@dataclass(frozen=True, slots=True)
class UnitRatings:
    """Hold the ratings of one ward."""

    unit_id: str
    unit_name: str
    by_field: tuple[RatingFigures, ...] = ()

    @property
    def total(self) -> RatingFigures:
        """Return all fields together."""
        return summed(self.by_field)


@dataclass(frozen=True, slots=True)
class Reason:
    """Hold why somebody gave a grade: neither who nor about which dossier.

    Attributes:
        on: Day it was given, local.
    """

    unit_id: str
    unit_name: str
    field: str
    grade: Grade
    on: date
    text: str


@dataclass(frozen=True, slots=True)
class CityRatings:
    """Hold the ratings of all wards asked for.

    Attributes:
        reasons: The newest first.
        steps: Every step of the way, counted by itself.
    """

    units: tuple[UnitRatings, ...] = ()
    reasons: tuple[Reason, ...] = ()
    steps: tuple[RatingFigures, ...] = ()

    @property
    def by_field(self) -> tuple[RatingFigures, ...]:
        """Return all wards together, by field."""
        lines = [line for unit in self.units for line in unit.by_field]
        names = sorted({line.field for line in lines})
        return tuple(summed((line for line in lines if line.field == name), name) for name in names)

    @property
    def total(self) -> RatingFigures:
        """Return all wards and fields together."""
        return summed(unit.total for unit in self.units)


def has_rating(connection: Connection, dossier: Dossier) -> bool:
    """Tell whether a dossier has its rating."""
    of_it = (RATING.c.unit_id == dossier.unit_id, RATING.c.dossier_id == dossier.dossier_id)
    return connection.execute(select(RATING.c.grade).where(*of_it)).first() is not None


def add_rating(connection: Connection, dossier: Dossier, opinion: Opinion, now_ms: int, address: str = "") -> bool:
    """Keep a rating; False, and nothing is changed, when the dossier has one."""
    values = {
        "unit_id": dossier.unit_id,
        "dossier_id": dossier.dossier_id,
        "grade": opinion.grade.value,
        "reason": opinion.reason,
        "given_ms": now_ms,
        "returned_ms": milliseconds(dossier.returned.at) if dossier.returned else 0,
    }
    # What comes back tells whether it was added: of an INSERT on PostgreSQL no count of rows is kept.
    added = upsert(connection.dialect.name, RATING, ()).returning(RATING.c.dossier_id)
    if connection.execute(added, values).first() is None:
        return False
    note_origin(connection, dossier, address)
    of_it = {"unit_id": dossier.unit_id, "dossier_id": dossier.dossier_id}
    if opinion.steps:
        rows = [{**of_it, "step": step.value, "grade": grade.value} for step, grade in opinion.steps]
        connection.execute(insert(RATING_STEP), rows)
    return True


def rated(connection: Connection, unit_id: str) -> Sequence[Rated]:
    """Return a ward's ratings as the detectors take them, with the PC of the ward they came from, if one."""
    columns = (RATING.c.dossier_id, RATING.c.given_ms, RATING_ORIGIN.c.workstation)
    query = select(*columns).outerjoin(RATING_ORIGIN, _OF_RATING).where(RATING.c.unit_id == unit_id)
    return [
        Rated(
            f"rating:{row.dossier_id}",
            row.dossier_id,
            datetime.fromtimestamp(row.given_ms / 1000, UTC),
            row.workstation or "",
        )
        for row in connection.execute(query)
    ]


def read_ratings(connection: Connection, soon_s: int, unit_id: str = "") -> CityRatings:
    """Return the ratings of all wards but those of training, or of one.

    Those within ``soon_s`` of the return and those from a PC of the ward are set aside.
    """
    wanted = UNIT.c.unit_id == unit_id if unit_id else UNIT.c.is_training.is_(False)
    units = connection.execute(select(UNIT.c.unit_id, UNIT.c.name).where(wanted).order_by(UNIT.c.name)).all()
    names = {row.unit_id: row.name for row in units}
    counts = _counts(connection, wanted, soon_s * 1_000)
    lines: dict[str, list[RatingFigures]] = defaultdict(list)
    for (of_unit, name), figures in sorted(counts.items()):
        lines[of_unit].append(RatingFigures(name, **figures))
    of_units = tuple(UnitRatings(each, names[each], tuple(lines[each])) for each in names)
    returned = sum(unit.total.returned for unit in of_units)
    steps = _steps(connection, wanted, soon_s * 1_000)
    return CityRatings(
        of_units,
        tuple(_reasons(connection, wanted)),
        tuple(RatingFigures(step.value, returned, **steps[step.value]) for step in Step),
    )


def _steps(connection: Connection, wanted: ColumnElement[bool], soon_ms: int) -> dict[str, dict[str, int]]:
    """Count what was said of each step by grade; what is set aside is in no figure."""
    query = (
        select(RATING_STEP.c.step, RATING_STEP.c.grade, func.count().label("n"))
        .join_from(RATING_STEP, RATING, _STEP_OF_RATING)
        .join(UNIT, UNIT.c.unit_id == RATING.c.unit_id)
        .outerjoin(RATING_ORIGIN, _OF_RATING)
        .where(wanted, not_(_is_set_aside(soon_ms)))
        .group_by(RATING_STEP.c.step, RATING_STEP.c.grade)
    )
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(query):
        counts[row.step][row.grade] = row.n
    return counts


def _is_set_aside(soon_ms: int) -> ColumnElement[bool]:
    is_soon = (RATING.c.given_ms - RATING.c.returned_ms).between(0, soon_ms)
    return or_(is_soon, RATING_ORIGIN.c.workstation.is_not(None))


def _counts(connection: Connection, wanted: ColumnElement[bool], soon_ms: int) -> dict[tuple[str, str], dict[str, int]]:
    """Count by ward and field: dossiers returned, and ratings by grade or as set aside."""
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    of_field = (DOSSIER.c.unit_id, DOSSIER.c.field)
    returned = select(*of_field, func.count().label("n")).join(UNIT, UNIT.c.unit_id == DOSSIER.c.unit_id)
    returned = returned.where(wanted, DOSSIER.c.status == Status.RETURNED.value).group_by(*of_field)
    for row in connection.execute(returned):
        counts[row.unit_id, row.field]["returned"] = row.n
    kind = case((_is_set_aside(soon_ms), _SET_ASIDE), else_=RATING.c.grade)
    kinds = select(*of_field, kind.label("kind")).join(RATING, _OF_DOSSIER).outerjoin(RATING_ORIGIN, _OF_RATING)
    each = kinds.join(UNIT, UNIT.c.unit_id == DOSSIER.c.unit_id).where(wanted).subquery()
    columns = (each.c.unit_id, each.c.field, each.c.kind)
    for row in connection.execute(select(*columns, func.count().label("n")).group_by(*columns)):
        counts[row.unit_id, row.field][row.kind] = row.n
    return counts


def _reasons(connection: Connection, wanted: ColumnElement[bool]) -> Sequence[Reason]:
    columns = (UNIT.c.unit_id, UNIT.c.name, DOSSIER.c.field, RATING.c.grade, RATING.c.given_ms, RATING.c.reason)
    query = select(*columns).join_from(RATING, DOSSIER, _OF_DOSSIER).join(UNIT, UNIT.c.unit_id == RATING.c.unit_id)
    newest = query.where(wanted, RATING.c.reason != "").order_by(RATING.c.given_ms.desc(), RATING.c.dossier_id)
    return [
        Reason(
            unit_id=row.unit_id,
            unit_name=row.name,
            field=row.field,
            grade=Grade(row.grade),
            on=local(datetime.fromtimestamp(row.given_ms / 1000, UTC)).date(),
            text=row.reason,
        )
        for row in connection.execute(newest.limit(MOST_REASONS))
    ]
