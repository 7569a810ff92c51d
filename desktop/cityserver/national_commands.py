"""The national exchange at the city's own machine: ``motcua-city --db URL national …``; every act is recorded."""

import getpass
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, func, or_, select

from desktop.cityserver import audit
from desktop.cityserver.admin import opened, tell
from desktop.cityserver.national import Outcome
from desktop.cityserver.national_book import again, checked
from desktop.cityserver.national_run import round_of
from desktop.cityserver.national_settings import LEAST_EVERY_S, NationalSettings, keep_national, read_national
from desktop.cityserver.schema import NATIONAL_DOSSIER, NATIONAL_UNIT, UNIT
from desktop.domain.errors import UserError

national = typer.Typer(no_args_is_help=True, help="Đồng bộ hồ sơ với dịch vụ quốc gia.")

_FOR_A_PERSON = (Outcome.REFUSED, Outcome.DIFFERS)
_MOST_LINES = 1_000


@national.command("set")
def set_command(
    context: typer.Context,
    address: Annotated[str, typer.Option(help="Địa chỉ dịch vụ, bắt đầu bằng https://.")],
    username: Annotated[str, typer.Option(help="Tài khoản của thành phố ở đó.")],
    authority: Annotated[Path | None, typer.Option("--ca", help="Tệp chứng thư (PEM) riêng của dịch vụ.")] = None,
    every: Annotated[int, typer.Option(help="Nghỉ bao nhiêu giây giữa hai lượt.", min=LEAST_EVERY_S)] = 60,
) -> None:
    """Khai dịch vụ quốc gia; mật khẩu đọc từ bàn phím hoặc đầu vào chuẩn, không bao giờ từ dòng lệnh."""
    password = getpass.getpass("Mật khẩu: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    settings = NationalSettings(address, username, password, _text_of(authority), every)
    with opened(context) as city, city.store.writing() as connection:
        keep_national(connection, settings, city.store.vault)
        audit.record(connection, city.now_ms(), context.obj.actor, "national-set", target=address, username=username)
    tell(address=address, username=username, every_s=every)


@national.command("off")
def off_command(context: typer.Context) -> None:
    """Ngừng đồng bộ; những gì đã gửi vẫn được nhớ."""
    with opened(context) as city, city.store.writing() as connection:
        keep_national(connection, None, city.store.vault)
        audit.record(connection, city.now_ms(), context.obj.actor, "national-off")
    tell(address="")


@national.command("run")
def run_command(
    context: typer.Context, unit: Annotated[str, typer.Argument(help="Mã đơn vị; bỏ trống để gửi cho mọi đơn vị.")] = ""
) -> None:
    """Gửi một lượt ngay; in kết quả."""
    with opened(context) as city:
        told = round_of(city.store, city.now_ms, unit)
    if told is None:
        raise UserError("national_not_set")
    tell(dossiers=dict(told.outcomes), steps=told.steps, problem=told.problem)
    if told.problem:
        raise typer.Exit(1)


@national.command("list")
def list_command(context: typer.Context) -> None:
    """Liệt kê từng đơn vị: đã gửi, còn chờ; và từng hồ sơ cần người xem; mỗi dòng một JSON."""
    with opened(context) as city, city.store.reading() as connection:
        settings = read_national(connection, city.store.vault)
        tell(address=settings.address if settings else "", username=settings.username if settings else "")
        for line in unit_lines(connection):
            tell(**line)
        for line in person_lines(connection):
            tell(**line)


@national.command("retry")
def retry_command(
    context: typer.Context, unit: Annotated[str, typer.Argument(help="Mã đơn vị; bỏ trống: mọi đơn vị.")] = ""
) -> None:
    """Gửi lại những hồ sơ bị từ chối, khác số liệu hoặc chưa rõ ở lượt sau."""
    with opened(context) as city, city.store.writing() as connection:
        found = again(connection, unit, city.now_ms())
        audit.record(connection, city.now_ms(), context.obj.actor, "national-retry", unit_id=unit, dossiers=found)
    tell(dossiers=found)


@national.command("checked")
def checked_command(context: typer.Context, code: Annotated[str, typer.Argument(help="Mã hồ sơ.")]) -> None:
    """Ghi là đã đối chiếu ở dịch vụ quốc gia các bước gửi lại của một hồ sơ."""
    with opened(context) as city, city.store.writing() as connection:
        found = checked(connection, code)
        audit.record(connection, city.now_ms(), context.obj.actor, "national-checked", target=code, steps=found)
    tell(code=code, steps=found)


def unit_lines(connection: Connection) -> list[dict[str, Any]]:
    """Return what was told of each ward and what waits."""
    counted = select(NATIONAL_DOSSIER.c.unit_id, NATIONAL_DOSSIER.c.outcome, func.count().label("n"))
    outcomes: dict[str, dict[str, int]] = {}
    for row in connection.execute(counted.group_by(NATIONAL_DOSSIER.c.unit_id, NATIONAL_DOSSIER.c.outcome)):
        outcomes.setdefault(row.unit_id, {})[row.outcome or "waiting"] = row.n
    query = select(UNIT.c.unit_id, UNIT.c.name, NATIONAL_UNIT.c.noted_gseq, NATIONAL_UNIT.c.problem)
    rows = connection.execute(
        query.join(NATIONAL_UNIT, NATIONAL_UNIT.c.unit_id == UNIT.c.unit_id).order_by(UNIT.c.name)
    )
    return [row._asdict() | {"dossiers": outcomes.get(row.unit_id, {})} for row in rows]


def person_lines(connection: Connection) -> list[dict[str, Any]]:
    """Return the dossiers a person has to look at: by code, with the service's words; no name of a citizen.

    ``in_doubt`` says that steps went out and nobody said whether they came; ``retold`` how many of such were told
    again and may stand there twice, until somebody has looked (``national checked``).
    """
    columns = (NATIONAL_DOSSIER.c.unit_id, NATIONAL_DOSSIER.c.code, NATIONAL_DOSSIER.c.outcome)
    in_doubt = NATIONAL_DOSSIER.c.doubt_gseq > NATIONAL_DOSSIER.c.told_gseq
    more = (NATIONAL_DOSSIER.c.message, NATIONAL_DOSSIER.c.fields, NATIONAL_DOSSIER.c.retold)
    is_for_a_person = or_(NATIONAL_DOSSIER.c.outcome.in_(_FOR_A_PERSON), in_doubt, NATIONAL_DOSSIER.c.retold > 0)
    query = select(*columns, *more, in_doubt.label("in_doubt")).where(is_for_a_person)
    return [row._asdict() for row in connection.execute(query.order_by(NATIONAL_DOSSIER.c.code).limit(_MOST_LINES))]


def _text_of(file: Path | None) -> str:
    try:
        return "" if file is None else file.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError("national_authority_bad") from error
