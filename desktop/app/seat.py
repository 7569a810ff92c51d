"""Who sits at this PC: opens the ward on lane db, logs users in, and tells the pages who acts."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import __version__
from desktop.domain.errors import AppError, DamagedData, EnvironmentProblem, UserError
from desktop.domain.vietnamese import given_name_key
from desktop.ui.dialogs.ports import Session, UserCard
from desktop.ui.role_words import ROLE_NAMES

if TYPE_CHECKING:
    from desktop.domain.users import User
    from desktop.services.ports import Clock
    from desktop.wiring import Ward

OpenWard = Callable[[tuple[str, str] | None], "Ward"]


def open_folder(folder: Path, begin_work: Callable[[], None] | None = None) -> OpenWard:
    """Return what opens the ward of a folder; the database layer is imported when it is first called.

    Args:
        folder: Data folder, absolute.
        begin_work: Called before each try to open it.
    """

    def open_it(password: tuple[str, str] | None) -> "Ward":
        if begin_work is not None:
            begin_work()
        from desktop.wiring import keyring_store, open_ward  # noqa: PLC0415 - after the first paint

        return open_ward(folder, store=keyring_store(), password=password, auto_checkpoint=False)

    return open_it


class Seat:
    """Hold the open ward and the user who works (the window's ``Accounts`` port).

    Attributes:
        user: Who works now; None before log-in.
        on_damage: Is told when the database file turns out to be broken. Threads: lane db.

    Threads: every method runs on lane db; ``ward`` and ``user`` are read on the UI thread after a log-in.
    """

    def __init__(self, open_ward: OpenWard) -> None:
        """Open nothing yet."""
        self._open = open_ward
        self._ward: Ward | None = None
        self.user: User | None = None
        self.on_damage: Callable[[AppError], None] | None = None

    @property
    def ward(self) -> "Ward":
        """Return the open ward; a page exists only after a log-in, so there is one."""
        if self._ward is None:
            raise EnvironmentProblem("key_missing", mode="password")
        return self._ward

    @property
    def clock(self) -> "Clock | None":
        """Return the open ward's clock, None while it is closed."""
        return None if self._ward is None else self._ward.clock

    def users(self) -> Sequence[UserCard]:
        """Return the active users, sorted by given name; none while only a password opens the database."""
        if self._ward is None:
            try:
                self._ward = self._opened(None)
            except EnvironmentProblem as problem:
                if problem.code not in {"key_missing", "keyring_unavailable"}:
                    raise
                return ()
        active = (user for user in self._ward.desk.reader.users() if user.is_active)
        return tuple(
            UserCard(user.user_id, user.login, user.name, _role_names(user), not self._ward.desk.is_training)
            for user in sorted(active, key=lambda user: given_name_key(user.name))
        )

    def log_in(self, login: str, password: str) -> Session:
        """Begin the work of a user; in password mode this opens the database."""
        from desktop.services import accounts  # noqa: PLC0415 - after the first paint

        if self._ward is None:
            self._ward = self._opened((login, password))
        session = accounts.log_in(self._ward.desk, login, password, "log_in" if self.user is None else "switch")
        self.user = session.user
        if self._ward.keys.lacks(session.user.login):
            # His first log-in here, or the first since the key of the database was changed.
            from desktop.wiring import wrap_key  # noqa: PLC0415 - seldom needed

            wrap_key(self._ward, session.user.login, password)
        if "MOTCUA_TRIAL" in os.environ:
            from desktop.devices.trial import confirm  # noqa: PLC0415 - seldom needed

            confirm(__version__)
        return Session(
            user_id=session.user.user_id,
            login=session.user.login,
            name=session.user.name,
            roles=tuple(role.value for role in session.user.roles),
            role_names=_role_names(session.user),
            unit_name=self._ward.desk.reader.unit().name,
            must_change_password=session.must_change_password,
            needs_password=not self._ward.desk.is_training,
        )

    def change_password(self, login: str, old: str, new: str) -> None:
        """Take a new password; from now on it opens the database on this PC."""
        from desktop.services import accounts  # noqa: PLC0415 - after the first paint
        from desktop.wiring.own_password import take_password  # noqa: PLC0415 - the same

        take_password(self.ward, accounts.user_of(self.ward.desk, login), old, new)

    def has_pin(self, login: str) -> bool:
        """Tell whether a user has a PIN on this PC."""
        from desktop.services import accounts, pins  # noqa: PLC0415 - after the first paint

        return pins.has_pin(self.ward.desk, accounts.user_of(self.ward.desk, login))

    def set_pin(self, login: str, password: str, pin: str) -> None:
        """Set a user's own PIN on this PC, "" to have none."""
        from desktop.services import accounts, pins  # noqa: PLC0415 - after the first paint

        pins.set_pin(self.ward.desk, accounts.user_of(self.ward.desk, login), password, pin)

    def unlock(self, login: str, password: str) -> None:
        """Check the password, or the PIN, of the user who locked the screen; his rights must be what they were."""
        from desktop.services import accounts, pins  # noqa: PLC0415 - after the first paint

        now = accounts.user_of(self.ward.desk, login)
        if self.user is not None and (now.roles, now.section) != (self.user.roles, self.user.section):
            # His pages are those of what he was: they are made anew by a log-in.
            raise UserError("rights_changed", login=login)
        if pins.is_pin(password) and self.has_pin(login):
            pins.confirm(self.ward.desk, login, password, "unlock")
            return
        accounts.log_in(self.ward.desk, login, password, "unlock")

    def log_out(self) -> None:
        """End the work of the user."""
        from desktop.services import accounts  # noqa: PLC0415 - after the first paint

        if self.user is not None and self._ward is not None:
            accounts.close_session(self._ward.desk, self.user, "log_out")
        self.user = None

    def rest(self) -> None:
        """Use idle time: move the write-ahead log into the database, make the marker durable."""
        if self._ward is not None:
            self._ward.database.checkpoint()
            self._ward.database.sync_marker()

    def _opened(self, password: tuple[str, str] | None) -> "Ward":
        """Open the ward; tell whoever can offer help when its file is broken."""
        try:
            return self._open(password)
        except DamagedData as damage:
            if damage.code == "database_damaged" and self.on_damage is not None:
                self.on_damage(damage)
            raise

    def close(self) -> None:
        """Close the ward."""
        if self._ward is not None:
            self._ward.close()
            self._ward = None


def _role_names(user: "User") -> tuple[str, ...]:
    return tuple(ROLE_NAMES[role.value] for role in user.roles)
