"""The city system's command: ``motcua-city --db URL serve …`` and ``motcua-city --db URL admin|national …``."""

import getpass
import logging
import socket
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final

import typer
import uvicorn

from desktop.cityserver.admin import admin
from desktop.cityserver.app import create_app
from desktop.cityserver.city import City
from desktop.cityserver.faults import FaultPlan
from desktop.cityserver.memory import settle_memory
from desktop.cityserver.national_commands import national
from desktop.cityserver.problems import Refusal, sentence
from desktop.cityserver.sealing import lying
from desktop.cityserver.settings import read_settings
from desktop.cityserver.vault import DEFAULT_FILE, read_vault
from desktop.domain.errors import AppError, EnvironmentProblem, NewerData

log = logging.getLogger(__name__)

WRONG_USE: Final = 2
NO_DATABASE: Final = 3

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
app.add_typer(admin, name="admin")
app.add_typer(national, name="national")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Hold what stands before the command.

    Attributes:
        database: URL of the database.
        actor: Who runs the command, for the audit.
        key_file: Key the database's secrets are sealed under, None for the package's own where it is there.
    """

    database: str
    actor: str
    key_file: Path | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="motcua-city")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else WRONG_USE
    except (AppError, Refusal) as error:
        sys.stderr.write(f"{_sentence(error)}\n")
        return NO_DATABASE if isinstance(error, EnvironmentProblem | NewerData) else 1
    return 0


@app.callback()
def root(
    context: typer.Context,
    database: Annotated[
        str, typer.Option("--db", envvar="MOTCUA_CITY_DB", help="sqlite:///TỆP hoặc postgresql+psycopg://…")
    ],
    key: Annotated[
        Path | None,
        typer.Option("--key", envvar="MOTCUA_CITY_KEY", help=f"Tệp khóa niêm phong bí mật; mặc định {DEFAULT_FILE}."),
    ] = None,
) -> None:
    """Hệ thống thành phố của Một Cửa."""
    context.obj = Chosen(database, f"cli:{_login()}", key)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Địa chỉ nghe.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Cổng nghe; 0: cổng trống bất kỳ.")] = 8443,
    faults: Annotated[Path | None, typer.Option(help="Kế hoạch lỗi (JSON) để tập dượt và kiểm thử.")] = None,
    tls_certificate: Annotated[Path | None, typer.Option(help="Chứng thư TLS (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Khóa của chứng thư (PEM).")] = None,
    trusted_proxy: Annotated[str, typer.Option(help="Địa chỉ máy chủ chuyển tiếp được tin.")] = "127.0.0.1",
    settings: Annotated[Path | None, typer.Option(help="Tệp TOML đổi giới hạn, như address_burst = 400.")] = None,
) -> None:
    """Chạy dịch vụ; dòng đầu in ra là địa chỉ."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    vault = read_vault(context.obj.key_file)
    city = City.open(context.obj.database, read_settings(settings), vault=vault)
    _warn_of_plain_secrets(city)
    try:
        plan = None if faults is None else FaultPlan(faults)
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        name = f"[{host}]" if ":" in host else host
        scheme = "http" if tls_certificate is None else "https"
        sys.stdout.write(f"{scheme}://{name}:{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        config = uvicorn.Config(
            create_app(city, plan, has_duties=True),
            log_config=None,
            access_log=False,
            server_header=False,
            forwarded_allow_ips=trusted_proxy,
            limit_concurrency=3_000,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=5,
            ssl_certfile=tls_certificate,
            ssl_keyfile=tls_key,
        )
        settle_memory()
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        city.close()


def _warn_of_plain_secrets(city: City) -> None:
    with city.store.reading() as connection:
        plain = [name for name, how in lying(connection).items() if how == "plain"]
    if plain:
        log.warning("%s in the clear in the database; run: admin seal-secrets", ", ".join(plain))


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"


def _sentence(error: AppError | Refusal) -> str:
    """Return what the person at the terminal reads."""
    if isinstance(error, Refusal):
        return sentence(error.code, error.facts)
    known: Mapping[str, Any] = tomllib.loads((files("resources") / "messages" / "vi.toml").read_text("utf-8"))
    return str(known.get(error.code, error.code)).format_map(dict(error.details))


if __name__ == "__main__":
    sys.exit(main())
