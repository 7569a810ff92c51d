"""How much the city takes at once, and how long things hold."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from desktop.domain.errors import UserError


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold the city's limits.

    Attributes:
        max_events: Events in one push, relay or page of the feed.
        max_bytes: Bytes of events in one page of the feed, and what a PC should keep a push under.
        max_body: Bytes of a request's body, expanded.
        blob_chunk: Bytes of one piece of an attachment.
        max_blob: Bytes of an attachment.
        token_s: How long a token holds.
        skew_s: How far an assertion's instant may lie from the city's.
        wait_s: Longest wait of a long poll.
        waiters: Long polls at once; who comes later is answered at once.
        device_per_s, device_burst: Calls of one PC.
        address_per_s, address_burst: Calls of one address without a token.
        guess_window_s: How long a failure is remembered, and who guessed too often has to wait.
        enrol_guesses: Wrong one-time codes (and administrators' tokens) of one address in a window, in the whole city.
        token_guesses: False assertions of one address.
        lookup_guesses: Wrong keys of one address.
        code_guesses: Wrong keys at one code, from everywhere.
        threads: Calls that work at once.
    """

    max_events: int = 1_000
    max_bytes: int = 2_000_000
    max_body: int = 8_000_000
    blob_chunk: int = 1_048_576
    max_blob: int = 64_000_000
    token_s: int = 600
    skew_s: int = 300
    wait_s: int = 25
    waiters: int = 2_000
    device_per_s: float = 50
    device_burst: float = 300
    address_per_s: float = 20
    address_burst: float = 200
    guess_window_s: int = 900
    enrol_guesses: int = 20
    token_guesses: int = 300
    lookup_guesses: int = 60
    code_guesses: int = 30
    threads: int = 16


def read_settings(file: Path | None) -> Settings:
    """Return the limits of a TOML file, those it leaves out as they are; all as they are without a file.

    Raises:
        UserError: ``bad_city_settings`` with the place.
    """
    if file is None:
        return Settings()
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UserError("bad_city_settings", place=str(file)) from error
    kinds = {each.name: type(each.default) for each in fields(Settings)}
    for name, value in table.items():
        kind = kinds.get(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if kind is None or not is_number or value < 0 or (kind is int and not isinstance(value, int)):
            raise UserError("bad_city_settings", place=f"{file.name}: {name}")
    return Settings(**table)
