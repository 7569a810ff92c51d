"""Load the rule packs of ``resources/rules``."""

from importlib import resources

from desktop.domain.rule_packs import RulePack
from desktop.protocol.rule_pack_file import parse_rule_pack
from desktop.storage.reference.detectors import DETECTORS_NAME


def load_rule_packs() -> tuple[RulePack, ...]:
    """Return the packs that ship with the program, oldest first.

    Raises:
        ValueError: A file is malformed; the message names the file and the key.
    """
    folder = resources.files("resources") / "rules"
    packs = [
        parse_rule_pack(file.name, file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".toml") and file.name != DETECTORS_NAME
    ]
    return tuple(sorted(packs, key=lambda pack: pack.effective_from))
