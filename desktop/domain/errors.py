"""The one family of errors the program raises on purpose.

An error carries a stable English ``code`` and the facts (``details``); the sentence a person reads is made
from ``resources/messages`` by :mod:`desktop.services.wording`, in one place. Anything that is not an
:class:`AppError` is a bug and stays an ordinary exception.
"""

from collections.abc import Mapping
from typing import Any


class AppError(Exception):
    """Say what went wrong by a stable code and facts.

    Attributes:
        code: Stable English identifier (``missing_component``); part of the command line's promise.
        details: Facts for the sentence and for programs; JSON-able, never personal data of citizens in codes.
    """

    def __init__(self, code: str, /, **details: Any) -> None:  # noqa: ANN401 - any JSON-able fact
        """Keep the code and the facts."""
        super().__init__(code)
        self.code = code
        self.details: Mapping[str, Any] = details


class UserError(AppError):
    """Refuse something the person can mend: a wrong field, a missing paper, an act not allowed."""


class Conflict(UserError):
    """Refuse because the thing changed meanwhile or somebody else holds it."""


class EnvironmentProblem(AppError):
    """Report a fault of the machine: disk, lock, keyring, printer, network."""


class NewerData(EnvironmentProblem):
    """Refuse data written by a newer program."""


class DamagedData(EnvironmentProblem):
    """Report data that fails its own checks."""
