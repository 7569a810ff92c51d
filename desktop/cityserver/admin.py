"""What an administrator does at the city's own machine: ``motcua-city --db URL admin …``; every act is recorded."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import select, update

from desktop.cityserver import audit
from desktop.cityserver.city import City
from desktop.cityserver.enrolment import CODE_HOURS, new_code
from desktop.cityserver.problems import Refusal
from desktop.cityserver.schema import DEVICE, FEED, UNIT
from desktop.cityserver.units import create_unit, read_unit, sample_text
from desktop.domain.errors import UserError

admin = typer.Typer(no_args_is_help=True, help="Việc của quản trị thành phố.")


@contextmanager
def opened(context: typer.Context) -> Iterator[City]:
    """Open the city for one command."""
    city = City.open(context.obj.database)
    try:
        yield city
    finally:
        city.close()


def tell(**facts: Any) -> None:  # noqa: ANN401 - JSON-able
    """Write one answer line."""
    sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")


@admin.command("create-unit")
def create_unit_command(
    context: typer.Context,
    file: Annotated[Path | None, typer.Option(help="Tệp cấu hình đơn vị (TOML).")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Đơn vị mẫu.")] = False,
    training: Annotated[bool, typer.Option("--training", help="Đơn vị để tập huấn.")] = False,
) -> None:
    """Tạo đơn vị; in mã đơn vị."""
    if (file is None) != sample:
        raise UserError("unit_file_needed")
    text = sample_text() if file is None else _text_of(file)
    unit = read_unit("sample.toml" if file is None else file.name, text)
    with opened(context) as city, city.store.writing() as connection:
        create_unit(connection, text, unit, city.now_ms(), is_training=training or sample)
        audit.record(connection, city.now_ms(), context.obj.actor, "create-unit", unit_id=unit.unit_id, name=unit.name)
    sys.stdout.write(f"{unit.unit_id}\n")


@admin.command("enrol-code")
def enrol_code_command(
    context: typer.Context,
    unit: Annotated[str, typer.Argument(help="Mã đơn vị.")],
    hours: Annotated[int, typer.Option(help="Mã có hiệu lực bao nhiêu giờ.", min=1, max=720)] = CODE_HOURS,
) -> None:
    """In một mã ghi danh dùng một lần cho một máy của đơn vị."""
    with opened(context) as city, city.store.writing() as connection:
        code = new_code(connection, unit, city.now_ms(), context.obj.actor, hours)
        audit.record(connection, city.now_ms(), context.obj.actor, "enrol-code", unit_id=unit, hours=hours)
    sys.stdout.write(f"{code}\n")


@admin.command("units")
def units_command(context: typer.Context) -> None:
    """Liệt kê các đơn vị, mỗi dòng một JSON."""
    with opened(context) as city, city.store.reading() as connection:
        query = select(UNIT.c.unit_id, UNIT.c.name, UNIT.c.is_training, FEED.c.gseq).join(
            FEED, FEED.c.unit_id == UNIT.c.unit_id
        )
        for row in connection.execute(query.order_by(UNIT.c.name)):
            tell(unit_id=row.unit_id, name=row.name, is_training=bool(row.is_training), events=row.gseq)


@admin.command("replicas")
def replicas_command(context: typer.Context) -> None:
    """Liệt kê các máy đã ghi danh, mỗi dòng một JSON."""
    with opened(context) as city, city.store.reading() as connection:
        for row in connection.execute(select(DEVICE).order_by(DEVICE.c.unit_id, DEVICE.c.counter)):
            tell(
                unit_id=row.unit_id,
                replica_id=row.replica_id,
                counter=row.counter,
                workstation=row.workstation,
                program=row.program,
                is_revoked=bool(row.is_revoked),
                seen_ms=row.seen_ms,
            )


@admin.command("revoke")
def revoke_command(
    context: typer.Context, replica: Annotated[str, typer.Argument(help="Mã máy (xem lệnh replicas).")]
) -> None:
    """Thu hồi quyền của một máy bị mất hoặc thôi dùng."""
    with opened(context) as city, city.store.writing() as connection:
        row = connection.execute(select(DEVICE.c.unit_id).where(DEVICE.c.replica_id == replica)).first()
        if row is None:
            raise Refusal("device-unknown")
        connection.execute(
            update(DEVICE)
            .where(DEVICE.c.unit_id == row.unit_id, DEVICE.c.replica_id == replica)
            .values(is_revoked=True)
        )
        audit.record(connection, city.now_ms(), context.obj.actor, "revoke", unit_id=row.unit_id, target=replica)


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError("bad_provisioning", place=str(file)) from error
