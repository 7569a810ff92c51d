"""What an administrator does at the city's own machine: ``motcua-city --db URL admin …``; every act is recorded."""

import json
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from sqlalchemy import Connection

from desktop.cityserver import audit
from desktop.cityserver.admin_routes import replicas, units
from desktop.cityserver.admins import Action, Admin, Role, add_admin, find_admin, remove_admin
from desktop.cityserver.catalogue import publish, today_of, told_of
from desktop.cityserver.city import City
from desktop.cityserver.database import write_setting
from desktop.cityserver.enrolment import CODE_HOURS
from desktop.cityserver.finding_sheets import lines_of, make_sheet
from desktop.cityserver.granting import grant_code, grant_without_operator
from desktop.cityserver.integrity import thresholds
from desktop.cityserver.problems import Refusal
from desktop.cityserver.ratings import read_ratings
from desktop.cityserver.ratings_routes import told
from desktop.cityserver.revoking import revoke
from desktop.cityserver.sealing import lying, reseal
from desktop.cityserver.two_operators import HOURS, operators
from desktop.cityserver.units import create_unit, read_unit, sample_text, set_lookup_base
from desktop.cityserver.vault import DEFAULT_FILE, read_vault
from desktop.cityserver.verification import verify_unit
from desktop.domain.errors import EnvironmentProblem, UserError

#: Exit code of damage, as ``motcua verify`` has it.
DAMAGED: Final = 4

admin = typer.Typer(no_args_is_help=True, help="Việc của quản trị thành phố.")
_TOKEN_FILE: Final = typer.Option("--token-file", help="Tệp mã truy cập của một người vận hành đang có.")
_TOKEN_FILES: Final = typer.Option(
    "--token-file", help="Tệp mã truy cập của một người vận hành; hai người thì ghi hai lần."
)
_BREAK_GLASS: Final = typer.Option(
    "--break-glass", help="Khẩn cấp, không có mã của người vận hành nào: vẫn làm, và nhật ký ghi rõ như vậy."
)


@contextmanager
def opened(context: typer.Context) -> Iterator[City]:
    """Open the city for one command."""
    city = City.open(context.obj.database, vault=read_vault(context.obj.key_file))
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
    file: Annotated[Path | None, typer.Option(help="Tệp khai báo đơn vị (TOML).")] = None,
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


@admin.command("set-lookup-base")
def set_lookup_base_command(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="Địa chỉ đứng trước /tra-cuu/, như https://tracuu.thanhpho.gov.vn.")],
    unit: Annotated[str, typer.Option(help="Chỉ cho một đơn vị.")] = "",
) -> None:
    """Đặt địa chỉ trang tra cứu in trong mã QR; máy đã ghi danh biết trong mười phút. In số đơn vị."""
    with opened(context) as city, city.store.writing() as connection:
        found = set_lookup_base(connection, address, unit)
        audit.record(connection, city.now_ms(), context.obj.actor, "set-lookup-base", unit_id=unit, target=address)
    tell(units=found, lookup_base=address)


@admin.command("enrol-code")
def enrol_code_command(
    context: typer.Context,
    unit: Annotated[str, typer.Argument(help="Mã đơn vị.")],
    hours: Annotated[int, typer.Option(help="Mã có hiệu lực bao nhiêu giờ.", min=1, max=720)] = CODE_HOURS,
    token_files: Annotated[list[Path] | None, _TOKEN_FILES] = None,
    break_glass: Annotated[bool, _BREAK_GLASS] = False,
) -> None:
    """In một mã ghi danh dùng một lần; đơn vị đã có dữ liệu thì cần hai người vận hành, cùng lúc hoặc lần lượt."""
    code = ""
    with opened(context) as city, city.store.writing() as connection:
        now_ms = city.now_ms()
        if not token_files:
            code = grant_without_operator(
                connection, unit, context.obj.actor, now_ms, hours, is_break_glass=break_glass
            )
        for file in token_files or ():
            code = code or grant_code(connection, unit, _admin_of(connection, file), now_ms, hours)
    if not code:
        # Nothing but a code is ever written where scripts read one.
        raise Refusal("second-operator-needed", hours=HOURS)
    sys.stdout.write(f"{code}\n")


@admin.command("units")
def units_command(context: typer.Context) -> None:
    """Liệt kê các đơn vị, mỗi dòng một JSON."""
    with opened(context) as city, city.store.reading() as connection:
        for line in units(connection, city.now_ms()):
            tell(**line.model_dump())


@admin.command("replicas")
def replicas_command(context: typer.Context) -> None:
    """Liệt kê các máy đã ghi danh và tài liệu mỗi máy đang dùng, mỗi dòng một JSON."""
    with opened(context) as city, city.store.reading() as connection:
        for line in replicas(connection, city.now_ms()):
            tell(**line.model_dump())


@admin.command("revoke")
def revoke_command(
    context: typer.Context,
    replica: Annotated[str, typer.Argument(help="Mã máy (xem lệnh replicas).")],
    token_files: Annotated[list[Path], _TOKEN_FILES],
) -> None:
    """Thu hồi quyền của một máy bị mất hoặc thôi dùng: hai người vận hành, cùng lúc hoặc người sau chạy lại lệnh."""
    is_revoked = False
    with opened(context) as city, city.store.writing() as connection:
        for file in token_files:
            is_revoked = revoke(connection, replica, _admin_of(connection, file), city.now_ms())
    tell(**({"revoked": replica} if is_revoked else {"asked": replica, "hours": HOURS}))


@admin.command("publish-catalogue")
def publish_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Tệp TOML: thủ tục, lịch, bộ quy định, ủy quyền, đơn vị.")],
    name: Annotated[str, typer.Option(help="Tên tài liệu; mặc định là tên tệp.")] = "",
    unit: Annotated[str, typer.Option(help="Chỉ cho một đơn vị.")] = "",
    effective_on: Annotated[str, typer.Option(help="Ngày áp dụng (năm-tháng-ngày); mặc định hôm nay.")] = "",
) -> None:
    """Ký và công bố một tài liệu; in tên, số phiên bản và máy có dùng hay không."""
    content = _text_of(file).encode()
    with opened(context) as city, city.store.writing() as connection:
        now_ms, actor = city.now_ms(), context.obj.actor
        published = publish(
            connection,
            city.key,
            (name or file.stem, "application/toml", content),
            effective_on=effective_on or today_of(now_ms).isoformat(),
            unit_id=unit,
            now_ms=now_ms,
            by=actor,
        )
        version = published.version
        audit.record(connection, now_ms, actor, Action.PUBLISH, unit_id=unit, target=published.name, version=version)
    tell(**told_of(published).model_dump())


@admin.command("add-admin")
def add_admin_command(
    context: typer.Context,
    login: Annotated[str, typer.Argument(help="Tên của người quản trị.")],
    role: Annotated[Role, typer.Option(help="Vai trò.")] = Role.AUDITOR,
    token_file: Annotated[Path | None, _TOKEN_FILE] = None,
    break_glass: Annotated[bool, _BREAK_GLASS] = False,
) -> None:
    """Thêm người quản trị; in mã truy cập một lần này thôi. Đã có người vận hành thì cần mã của một người."""
    with opened(context) as city, city.store.writing() as connection:
        by, how = _operator(context, connection, token_file, break_glass=break_glass)
        token = add_admin(connection, login, role)
        audit.record(connection, city.now_ms(), by, "add-admin", target=login, role=role, **how)
    sys.stdout.write(f"{token}\n")


@admin.command("remove-admin")
def remove_admin_command(
    context: typer.Context,
    login: Annotated[str, typer.Argument(help="Tên của người quản trị.")],
    token_file: Annotated[Path | None, _TOKEN_FILE] = None,
    break_glass: Annotated[bool, _BREAK_GLASS] = False,
) -> None:
    """Thu mã truy cập của một người quản trị. Đã có người vận hành thì cần mã của một người."""
    with opened(context) as city, city.store.writing() as connection:
        by, how = _operator(context, connection, token_file, break_glass=break_glass)
        removed = remove_admin(connection, login)
        audit.record(connection, city.now_ms(), by, "remove-admin", target=login, found=removed, **how)
    tell(removed=removed)


@admin.command("restored")
def restored_command(context: typer.Context) -> None:
    """Chạy một lần sau khi khôi phục cơ sở dữ liệu từ bản sao lưu, trước khi mở lại dịch vụ."""
    with opened(context) as city, city.store.writing() as connection:
        incarnation = secrets.token_hex(16)
        write_setting(connection, "incarnation", incarnation)
        audit.record(connection, city.now_ms(), context.obj.actor, "restored", before=city.incarnation)
    tell(incarnation=incarnation)


@admin.command("secrets")
def secrets_command(context: typer.Context) -> None:
    """Cho biết khóa ký và mật khẩu quốc gia được niêm phong hay để trần; còn thứ để trần thì thoát mã 1."""
    with opened(context) as city, city.store.reading() as connection:
        found = lying(connection)
    tell(**found)
    if "plain" in found.values():
        raise typer.Exit(1)


@admin.command("seal-secrets")
def seal_secrets_command(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option(help="Tệp khóa mới; mặc định là khóa đang dùng.")] = None,
) -> None:
    """Niêm phong khóa ký và mật khẩu quốc gia bằng khóa nằm ngoài cơ sở dữ liệu, hoặc đổi sang khóa mới."""
    with opened(context) as city, city.store.writing() as connection:
        vault = city.store.vault if to is None else read_vault(to)
        if not vault.has_key:
            raise EnvironmentProblem("city_key_missing", path=str(DEFAULT_FILE))
        reseal(connection, city.store.vault, vault)
        audit.record(connection, city.now_ms(), context.obj.actor, "seal-secrets")
        tell(**lying(connection))


@admin.command("verify")
def verify_command(context: typer.Context) -> None:
    """Kiểm tra chuỗi, chữ ký, dòng việc và trạng thái của mọi đơn vị; mỗi dòng một JSON."""
    with opened(context) as city:
        with city.store.reading() as connection:
            unit_ids = [line.unit_id for line in units(connection, city.now_ms())]
        is_sound = True
        for unit_id in unit_ids:
            found = verify_unit(city.store, city.key.public, unit_id)
            is_sound = is_sound and not found.problems
            tell(unit_id=unit_id, events=found.events, dossiers=found.dossiers, problems=list(found.problems))
    if not is_sound:
        raise typer.Exit(DAMAGED)


@admin.command("findings")
def findings_command(
    context: typer.Context, unit_id: Annotated[str, typer.Argument(help="Mã đơn vị; bỏ trống để xem mọi đơn vị.")] = ""
) -> None:
    """Tìm dấu hiệu làm đẹp số liệu trong nhật ký của đơn vị, giữ cho trang /admin/findings; mỗi dòng một JSON."""
    with opened(context) as city:
        with city.store.reading() as connection:
            unit_ids = [line.unit_id for line in units(connection, city.now_ms()) if unit_id in ("", line.unit_id)]
        for each in unit_ids:
            seen = make_sheet(city.store, each, city.now_ms())
            for line in lines_of(seen):
                tell(unit_id=each, **asdict(line))
            tell(unit_id=each, dossiers=seen.dossiers, findings=len(seen.found))


@admin.command("ratings")
def ratings_command(
    context: typer.Context, unit_id: Annotated[str, typer.Argument(help="Mã đơn vị; bỏ trống để xem mọi đơn vị.")] = ""
) -> None:
    """In tỷ lệ chưa hài lòng theo đơn vị và lĩnh vực, rồi toàn bộ, rồi các lý do; mỗi dòng một JSON."""
    with opened(context) as city, city.store.writing() as connection:
        audit.record(connection, city.now_ms(), context.obj.actor, Action.RATINGS, unit_id=unit_id)
        found = told(read_ratings(connection, thresholds().rated_within_seconds, unit_id))
    for sheet in found.sheets:
        for line in (*sheet.fields, sheet.total):
            tell(unit_id=sheet.unit_id, **line.model_dump())
    tell(unit_id="", **found.total.model_dump())
    for reason in found.reasons:
        tell(**reason.model_dump(mode="json"))


def _admin_of(connection: Connection, token_file: Path) -> Admin:
    """Return whose token a file holds.

    Raises:
        Refusal: ``token-invalid``.
    """
    found = find_admin(connection, _text_of(token_file).strip())
    if found is None:
        raise Refusal("token-invalid")
    return found


def _operator(
    context: typer.Context, connection: Connection, token_file: Path | None, *, break_glass: bool
) -> tuple[str, dict[str, Any]]:
    """Return who stands by a change of the administrators, and what the record says of it besides.

    While the city has no operator its machine's user does it, and in an emergency.

    Raises:
        Refusal: ``operator-needed``, ``token-invalid``, ``role-forbidden``.
    """
    machine_user: str = context.obj.actor
    if token_file is not None:
        by = _admin_of(connection, token_file)
        if by.role is not Role.OPERATOR:
            raise Refusal("role-forbidden", role=by.role)
        return by.login, {"machine_user": machine_user}
    if not operators(connection):
        return machine_user, {}
    if not break_glass:
        raise Refusal("operator-needed")
    return machine_user, {"break_glass": True}


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError("bad_provisioning", place=str(file)) from error
