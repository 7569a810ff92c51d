"""A real ward on disk, as ``motcua init`` makes one, in which people have begun to work: passwords of their own."""

from pathlib import Path

from desktop.services import accounts
from desktop.services.receive import receive
from desktop.storage.keys import KeyFile
from desktop.storage.keys_file import WrapCost
from desktop.storage.reference.units import sample_provisioning
from desktop.wiring import KEYS_NAME, Ward, create_ward, opened_ward
from tests.support.wards import CHEAP, command, person

CHEAP_WRAP = WrapCost(memory_kib=8, rounds=1, lanes=1)
OWN = "hoa phượng đỏ tháng năm"


class RealOffice:
    """Hold a real ward without a keyring: only passwords, or the printed key, open it.

    Attributes:
        folder: Data folder.
        recovery_key: As printed.
        codes: One-time codes of those who have not begun to work.
        dossiers: Codes of the dossiers the clerk received.
    """

    def __init__(
        self, folder: Path, *, at_work: tuple[str, ...] = ("chutich", "phochutich", "quantri", "lan"), dossiers: int = 0
    ) -> None:
        """Make it."""
        made = create_ward(folder, sample_provisioning(), is_training=False, cost=CHEAP, wrap_cost=CHEAP_WRAP)
        self.folder, self.recovery_key, self.codes = folder, made.recovery_key, dict(made.one_time_codes)
        with opened_ward(folder, password=("lan", self.codes["lan"]), cost=CHEAP) as ward:
            for login in at_work:
                self._begin(ward, login)
            clerk = accounts.user_of(ward.desk, "lan")
            made_of = [receive(ward.desk, clerk, command(ward.desk, owner=person(n))) for n in range(dossiers)]
        self.dossiers = [each.dossier.code for each in made_of]

    def _begin(self, ward: Ward, login: str) -> None:
        accounts.change_password(ward.desk, accounts.user_of(ward.desk, login), self.codes.pop(login), OWN)
        KeyFile(self.folder / KEYS_NAME, CHEAP_WRAP).add_wrap(login, OWN, ward.database.key)

    def secret(self, login: str) -> str:
        """Return what somebody types: his password, or the code he was given."""
        return self.codes.get(login, OWN)

    def password_file(self, login: str) -> Path:
        """Write and return the file that names somebody to the command line."""
        path = self.folder.parent / f"{login}.txt"
        path.write_text(f"{login}:{self.secret(login)}\n", "utf-8")
        return path
