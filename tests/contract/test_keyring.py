"""Our key in a real keyring: gnome-keyring on a message bus of its own, with a home folder of its own.

`./test` installs gnome-keyring and dbus; where they are missing this test fails, it is not skipped.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SESSION = """
printf 'mật khẩu chùm khóa' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
exec "$0" -c "$1" "$2"
"""
TAKE_TURNS = """
import json, sys
from contextlib import closing
from pathlib import Path
import secretstorage
from desktop.devices.secret_store import KeyringStore, system_backend
from desktop.storage.keys import KeyFile, KeyMode, choose_mode

def beside_us(name):
    # Read the same secret by another library, straight from the service.
    with closing(secretstorage.dbus_init()) as bus:
        items = secretstorage.get_default_collection(bus).search_items({"service": "motcua", "username": name})
        return [item.get_secret().decode() for item in items]

key = bytes(range(32))
store = KeyringStore()
name = "database-key/một cửa"
said = {"backend": type(system_backend()).__module__, "before": store.get(name) is None}
store.put(name, b"an older key")
store.put(name, key)
said["again"] = KeyringStore().get(name) == key
said["beside_us"] = beside_us(name)
store.put("other", b"x" * 900)
said["longest"] = store.get("other") == b"x" * 900
store.delete(name)
store.delete(name)
said["after"] = [store.get(name), beside_us(name), store.get("other") is not None]
choice = choose_mode(store)
said["choice"] = [choice.mode, choice.reason]
keys = KeyFile(Path(sys.argv[1]) / "keys.toml")
made = keys.create(KeyMode.KEYRING, store, "replica")
said["opened"] = keys.open(KeyringStore()) == made
print(json.dumps(said))
"""


@pytest.fixture
def private_session(tmp_path: Path) -> dict[str, str]:
    """Give an environment without this machine's bus, display, home and keyring settings."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LC_ALL", "VIRTUAL_ENV"}}
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    return {**kept, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(runtime), "PYTHONPATH": str(ROOT)}


def run(command: list[str], environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=90, check=False)


def in_session(program: str, environ: dict[str, str]) -> Any:
    for tool in ("dbus-run-session", "gnome-keyring-daemon"):
        assert shutil.which(tool), f"{tool} is missing: ./test installs gnome-keyring and dbus"
    command = ["dbus-run-session", "--", "sh", "-c", SESSION, sys.executable, program, environ["HOME"]]
    ended = run(command, environ)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def test_a_real_keyring_keeps_gives_back_and_forgets_our_key(private_session: dict[str, str], tmp_path: Path) -> None:
    said = in_session(TAKE_TURNS, private_session)

    assert said == {
        "backend": "keyring.backends.SecretService",
        "before": True,
        "again": True,
        "beside_us": ["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="],
        "longest": True,
        "after": [None, [], True],
        "choice": ["keyring", "keyring_works"],
        "opened": True,
    }
    assert list((tmp_path / ".local/share/keyrings").glob("*.keyring"))


@pytest.mark.parametrize("backend", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_a_setting_that_names_another_keyring_does_not_lead_us_there(
    private_session: dict[str, str], backend: str
) -> None:
    said = in_session(TAKE_TURNS, {**private_session, "PYTHON_KEYRING_BACKEND": backend})

    assert said["beside_us"] == ["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="]


def test_without_a_bus_the_keyring_is_unavailable_and_passwords_are_chosen(private_session: dict[str, str]) -> None:
    program = (
        "from desktop.devices.secret_store import KeyringStore\n"
        "from desktop.domain.errors import EnvironmentProblem\n"
        "from desktop.storage.keys import choose_mode\n"
        "try:\n"
        "    KeyringStore().put('a', b'secret')\n"
        "except EnvironmentProblem as problem:\n"
        "    print(problem.code, choose_mode(KeyringStore()).mode)\n"
    )
    nowhere = {**private_session, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus"}

    ended = run([sys.executable, "-c", program], nowhere)

    assert ended.stdout.split() == ["keyring_unavailable", "password"], ended.stderr
