"""The city's secrets: sealed by name under a key outside the database, in the clear only where there is none."""

import contextlib
import io
import json
import os
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from desktop.cityserver.__main__ import main
from desktop.cityserver.city import City
from desktop.cityserver.national_settings import NationalSettings, keep_national, read_national
from desktop.cityserver.vault import NO_VAULT, Vault, read_vault
from desktop.domain.errors import EnvironmentProblem

KEY, OTHER = bytes(range(32)), bytes(32)
SETTINGS = NationalSettings("https://dvc.example", "thanh-pho", "mật khẩu quốc gia")


def key_file(folder: Path, key: bytes = KEY, mode: int = 0o640) -> Path:
    file = folder / f"{key[-1]}.key"
    file.write_text(key.hex() + "\n", "ascii")
    file.chmod(mode)
    return file


def database(folder: Path) -> str:
    return f"sqlite:///{folder / 'city.db'}"


def ran(folder: Path, *arguments: str, key: Path | None = None) -> tuple[int, str]:
    """Run the city's command; return its exit code and what it said."""
    said = io.StringIO()
    named = ("--key", str(key)) if key is not None else ()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(["--db", database(folder), *named, *arguments])
    return code, said.getvalue().strip()


def stored(folder: Path) -> str:
    """Return everything that lies in the settings."""
    engine = create_engine(database(folder))
    with engine.begin() as connection:
        found = " ".join(connection.execute(text("SELECT value FROM setting")).scalars())
    engine.dispose()
    return found


def test_a_value_opens_under_its_own_name_and_key_only() -> None:
    sealed = Vault(KEY).seal("one", "bí mật")

    assert "bí mật" not in sealed
    assert Vault(KEY).open("one", sealed) == "bí mật"
    for vault, name in ((Vault(OTHER), "one"), (Vault(KEY), "two")):
        with pytest.raises(EnvironmentProblem, match="city_key_wrong"):
            vault.open(name, sealed)
    with pytest.raises(EnvironmentProblem, match="city_key_wrong"):
        Vault(KEY).open("one", "sealed:no hex")
    with pytest.raises(EnvironmentProblem, match="city_key_missing"):
        NO_VAULT.open("one", sealed)


def test_the_same_value_is_never_sealed_alike() -> None:
    assert len({Vault(KEY).seal("one", "x") for _ in range(5)}) == 5


def test_without_a_key_everything_stays_as_it_was() -> None:
    assert NO_VAULT.open("one", NO_VAULT.seal("one", "x")) == "x"
    assert Vault(KEY).open("one", "in the clear") == "in the clear"


def test_a_key_that_is_none_or_that_everybody_may_read_is_refused(tmp_path: Path) -> None:
    assert read_vault(key_file(tmp_path)).has_key
    for content in ("", "zz" * 32, "00" * 31):
        (tmp_path / "bad.key").write_text(content, "ascii")
        with pytest.raises(EnvironmentProblem, match="city_key_unreadable"):
            read_vault(tmp_path / "bad.key")
    with pytest.raises(EnvironmentProblem, match="city_key_unreadable"):
        read_vault(tmp_path / "absent.key")
    if os.name == "posix":
        with pytest.raises(EnvironmentProblem, match="city_key_open"):
            read_vault(key_file(tmp_path, mode=0o644))


def test_a_new_city_with_a_key_keeps_no_secret_in_the_clear(tmp_path: Path) -> None:
    city = City.open(database(tmp_path), vault=Vault(KEY))
    with city.store.writing() as connection:
        keep_national(connection, SETTINGS, city.store.vault)
    with city.store.reading() as connection:
        assert read_national(connection, city.store.vault) == SETTINGS
    public = city.key.public
    city.close()

    again = City.open(database(tmp_path), vault=Vault(KEY))

    assert again.key.public == public
    again.close()
    assert SETTINGS.password not in stored(tmp_path)
    with pytest.raises(EnvironmentProblem, match="city_key_missing"):
        City.open(database(tmp_path))


def test_secrets_that_lay_in_the_clear_are_told_and_sealed_and_sealed_anew(tmp_path: Path) -> None:
    city = City.open(database(tmp_path))
    with city.store.writing() as connection:
        keep_national(connection, SETTINGS, city.store.vault)
    public = city.key.public
    city.close()
    first, second = key_file(tmp_path), key_file(tmp_path, OTHER)

    before = ran(tmp_path, "admin", "secrets")
    sealed = ran(tmp_path, "admin", "seal-secrets", key=first)
    moved = ran(tmp_path, "admin", "seal-secrets", "--to", str(second), key=first)
    after = ran(tmp_path, "admin", "secrets", key=second)

    plain = {"signing_key": "plain", "national_password": "plain"}
    assert (before[0], json.loads(before[1])) == (1, plain)
    for code, said in (sealed, moved, after):
        assert (code, json.loads(said)) == (0, dict.fromkeys(plain, "sealed"))
    assert SETTINGS.password not in stored(tmp_path)
    opened = City.open(database(tmp_path), vault=Vault(OTHER))
    with opened.store.reading() as connection:
        assert read_national(connection, opened.store.vault) == SETTINGS
    assert opened.key.public == public
    opened.close()
    code, said = ran(tmp_path, "admin", "units", key=first)
    assert (code, said.count("\n"), "Tệp khóa không mở được" in said) == (3, 0, True)


def test_nothing_is_sealed_without_a_key(tmp_path: Path) -> None:
    code, said = ran(tmp_path, "admin", "seal-secrets")

    assert code == 3
    assert "tệp khóa" in said
