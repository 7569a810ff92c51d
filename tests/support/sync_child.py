"""A PC as a process of its own, to be killed in the middle: it receives a dossier and exchanges, again and again.

Arguments: data folder, first number of a name, how many. Each line it prints is a code whose act was committed.
"""

import sys
from contextlib import closing
from pathlib import Path

from desktop import wiring
from desktop.cli.syncing import rounds
from desktop.domain.dossiers import Party
from desktop.services import receive
from tests.support.wards import command


def main() -> None:
    """Work until everything was sent, or until killed."""
    folder, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    with closing(wiring.open_ward(folder)) as ward:
        lan = next(user for user in ward.desk.reader.users() if user.login == "lan")
        for n in range(first, first + count):
            dossier = receive.receive(ward.desk, lan, command(ward.desk, owner=Party(f"Người trước lúc bị ngắt {n}")))
            sys.stdout.write(f"{dossier.dossier.code}\n")
            sys.stdout.flush()
            rounds(ward)


if __name__ == "__main__":
    main()
