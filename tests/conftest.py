"""What every test gets: folders, keyring and time zone of its own, and a check of what it leaves behind.

Needs no Qt: the unit tests run in an environment without it too.
"""

import gc
import importlib.util
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

# Before anything reads them: windows without a screen, a machine zone far from Việt Nam, with summer
# time, and no way from a test's subprocess to the keyring or the folders of the person at this machine.
_HOME = Path(tempfile.mkdtemp(prefix="motcua-tests-"))
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["TZ"] = "America/New_York"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
os.environ["XDG_CACHE_HOME"] = str(_HOME / "cache")
for _variable in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
    os.environ[_variable] = str(_HOME / _variable.lower())
if hasattr(time, "tzset"):
    time.tzset()

import keyring  # noqa: E402 - after the environment is set
import keyring.backend  # noqa: E402
import keyring.errors  # noqa: E402
import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

HAS_QT = importlib.util.find_spec("PySide6") is not None

# A failing example is printed as a blob to repeat it; a shared machine is no reason to fail.
settings.register_profile("ci", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("sweep", parent=settings.get_profile("ci"), max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Know pytest-qt's options where pytest-qt is not installed, so that one configuration serves both."""
    parser.addoption("--golden", action="store_true", help="rewrite the golden files instead of comparing")
    if importlib.util.find_spec("pytestqt") is None:
        for name in ("qt_api", "qt_log_level_fail"):
            parser.addini(name, "pytest-qt, not installed here")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks of this file."""
    config.addinivalue_line(
        "markers", "expected_log(text, level=logging.WARNING): the test logs this; any other warning fails it"
    )


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Look for circles between tests, once the window tests have taken over from Python's own collector."""
    if HAS_QT and not gc.isenabled():
        from desktop.ui.rubbish import collect_due  # noqa: PLC0415 - needs Qt

        collect_due()


def pytest_sessionfinish() -> None:
    """Leave nothing of ours in the machine's temporary folder."""
    import shutil  # noqa: PLC0415 - only here

    shutil.rmtree(_HOME, ignore_errors=True)


class MemoryKeyring(keyring.backend.KeyringBackend):
    """Keep secrets in this process only.

    Attributes:
        secrets: What was stored, by service and user name.
    """

    priority = 1.0  # type: ignore[assignment] # keyring types it as a property of the class

    def __init__(self) -> None:
        super().__init__()
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.secrets.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError(username)


@pytest.fixture(autouse=True)
def memory_keyring() -> MemoryKeyring:
    """Give each test an empty keyring of its own."""
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    return backend


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """Give each test user folders of its own, made only when something writes there."""
    base = _HOME / f"{os.getpid()}-{abs(hash(request.node.nodeid)):x}"
    for variable in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(base / variable.lower()))
    return base


class _LogTrap(logging.Handler):
    """Collect the records a test must have expected."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []
        self.expected: list[tuple[str, int]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def verdict(self) -> str:
        """Name what came unexpected and what was expected in vain; empty when all is well."""
        unexpected = [
            f"unexpected log: {r.levelname} {r.name}: {r.getMessage()}"
            for r in self.records
            if not any(text in r.getMessage() and r.levelno >= level for text, level in self.expected)
        ]
        missing = [
            f"expected log did not come: {text!r}"
            for text, level in self.expected
            if not any(text in r.getMessage() and r.levelno >= level for r in self.records)
        ]
        return "\n".join(unexpected + missing)


@pytest.fixture(autouse=True)
def log_trap(request: pytest.FixtureRequest) -> Iterator[_LogTrap]:
    """Fail the test on a log record at or above warning that it did not expect."""
    trap = _LogTrap()
    for mark in request.node.iter_markers("expected_log"):
        trap.expected.append((mark.args[0], mark.kwargs.get("level", logging.WARNING)))
    logging.getLogger().addHandler(trap)
    yield trap
    logging.getLogger().removeHandler(trap)
    verdict = trap.verdict()
    if verdict:
        pytest.fail(verdict, pytrace=False)


@pytest.fixture
def expect_log(log_trap: _LogTrap) -> Callable[..., None]:
    """Expect a log record from here on: ``expect_log("text", level=logging.ERROR)``."""

    def expect(text: str, level: int = logging.WARNING) -> None:
        log_trap.expected.append((text, level))

    return expect


# A city that serves a whole session from a thread keeps its workers until its loop ends.
_ALIEN_THREADS = ("pytest_timeout", "pydevd", "execnet", "AnyIO worker thread")


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail the test that leaves a thread running; one that is just ending gets two seconds."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 2
    leaked = []
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith(_ALIEN_THREADS):
            continue
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            leaked.append(thread.name)
    if leaked:
        pytest.fail(f"threads left running: {sorted(leaked)}", pytrace=False)
