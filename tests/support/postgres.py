"""A PostgreSQL of our own: made in a temporary folder, on a free loopback port, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_USER = "motcua"
_START_S = 60


def program(name: str) -> Path | None:
    """Return a program of PostgreSQL's, the newest that is installed; None when there is none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    found = next((folder / name for folder in reversed(folders) if (folder / name).exists()), None)
    on_path = shutil.which(name)
    return found or (Path(on_path) if on_path else None)


class Postgres:
    """A running server.

    Attributes:
        port: Where it listens on 127.0.0.1.
    """

    def __init__(self, port: int, restart: Callable[[], None] = lambda: None) -> None:
        self.port = port
        self._made = 0
        self._restart = restart

    def restart(self) -> None:
        """End the server as a power cut would, and start it again on the same port and data."""
        self._restart()

    def cut(self, url: str, *, only_waiting: bool = False) -> int:
        """End the connections to a database, as a fail-over does; return how many there were.

        Args:
            url: The database.
            only_waiting: Those that wait for a lock, in the middle of a transaction.
        """
        waiting = " AND wait_event_type = 'Lock'" if only_waiting else ""
        words = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            f"WHERE datname = %s AND application_name = 'motcua-city'{waiting}"
        )
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            row = connection.execute(words, [url.rsplit("/", 1)[1]]).fetchone()
        assert row is not None
        return int(row[0])

    def database(self, template: str = "") -> str:
        """Make an empty database, or a copy of another, and return its SQLAlchemy URL."""
        self._made += 1
        name = f"city_{self._made}"
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return f"postgresql+psycopg://{_USER}@127.0.0.1:{self.port}/{name}"

    def dsn(self, url: str) -> str:
        """Return what psycopg takes for a URL of :meth:`database`."""
        return self._dsn(url.rsplit("/", 1)[1])

    def _dsn(self, name: str) -> str:
        return f"host=127.0.0.1 port={self.port} user={_USER} dbname={name}"


@contextmanager
def postgres(*options: str, is_durable: bool = False) -> Iterator[Postgres]:
    """Run a server for a block.

    Args:
        options: More of ``name=value``.
        is_durable: Whether commits wait for the disk; tests that kill no server need not.
    """
    initdb, server = program("initdb"), program("postgres")
    assert initdb is not None, "PostgreSQL is not installed: ./setup.sh test"
    assert server is not None
    folder = Path(tempfile.mkdtemp(prefix="motcua-pg-"))
    data, log = folder / "data", folder / "log"
    # PostgreSQL refuses to run as root; containers often have nobody else.
    user = _other_user() if os.getuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)
    as_user = {} if user is None else {"user": user, "group": _group_of(user), "extra_groups": []}
    makes = [str(initdb), "-D", str(data), "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(makes, check=True, capture_output=True, cwd=folder, **as_user)  # type: ignore[call-overload]
    port = _free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
        "max_connections": "60",
        **({} if is_durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}),
        **dict(option.split("=", 1) for option in options),
    }
    runs = [str(server), "-D", str(data), *(part for each in settings.items() for part in ("-c", "=".join(each)))]
    with log.open("ab") as output:

        def start() -> "subprocess.Popen[bytes]":
            started: subprocess.Popen[bytes] = subprocess.Popen(
                runs,
                stdout=output,
                stderr=output,
                cwd=folder,
                **as_user,  # type: ignore[call-overload]
            )
            return started

        def restart() -> None:
            nonlocal process
            process.send_signal(3)  # immediate shutdown: nothing is written any more
            process.wait(timeout=_START_S)
            process = start()
            _wait(process, port, log)

        process = start()
        try:
            _wait(process, port, log)
            yield Postgres(port, restart)
        finally:
            process.send_signal(2)  # fast shutdown
            process.wait(timeout=_START_S)
            shutil.rmtree(folder, ignore_errors=True)


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(f"host=127.0.0.1 port={port} user={_USER} dbname=postgres connect_timeout=2").close()
        except psycopg.OperationalError:
            select_briefly()
        else:
            return
    raise AssertionError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")


def select_briefly() -> None:
    """Let other processes run for a moment."""
    import select  # noqa: PLC0415 - only here

    select.select([], [], [], 0.05)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _other_user() -> str:
    import pwd  # noqa: PLC0415 - not on Windows

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _group_of(user: str) -> int:
    import pwd  # noqa: PLC0415 - not on Windows

    return pwd.getpwnam(user).pw_gid
