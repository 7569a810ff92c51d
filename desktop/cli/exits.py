"""Exit codes of the command line, and which error leads to which."""

from enum import IntEnum

from desktop.domain.errors import AppError, DamagedData, EnvironmentProblem


class Exit(IntEnum):
    """Name the exit codes that automation relies on."""

    DONE = 0
    REFUSED = 1
    WRONG_USE = 2
    NO_DATABASE = 3
    DAMAGED = 4
    MACHINE_FAILED = 5


#: Refusals before the first command: the database could not be opened for want of a key or a log-in.
_WITHOUT_KEY = frozenset(
    {
        "log_in_delayed",
        "log_in_locked",
        "password_needed",
        "password_not_set",
        "user_inactive",
        "user_not_on_this_pc",
        "wrong_password",
        "wrong_recovery_key",
    }
)
_MACHINE = frozenset({"disk_full", "disk_error", "disk_read_only", "restart_needed", "not_enough_memory"})


def exit_of(error: AppError) -> Exit:
    """Return the exit code an error ends the program with."""
    if isinstance(error, DamagedData):
        return Exit.DAMAGED
    if isinstance(error, EnvironmentProblem):
        return Exit.MACHINE_FAILED if error.code in _MACHINE else Exit.NO_DATABASE
    return Exit.NO_DATABASE if error.code in _WITHOUT_KEY else Exit.REFUSED
