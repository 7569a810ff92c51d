"""Read the procedure catalogue that ships with the program, and refuse data that is not exactly right."""

from collections.abc import Mapping
from importlib import resources

from desktop.domain.catalogue import Catalogue, Procedure
from desktop.protocol.catalogue_file import parse_catalogue_file


def load_catalogue() -> Catalogue:
    """Return the catalogue of ``resources/catalogue``.

    Raises:
        ValueError: A file is malformed; the message names the file and the procedure.
    """
    folder = resources.files("resources") / "catalogue"
    return build_catalogue(
        {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml")}
    )


def build_catalogue(files: Mapping[str, str]) -> Catalogue:
    """Build a catalogue from the text of its files.

    Args:
        files: File name to TOML text, one field of administration each.

    Raises:
        ValueError: A file is malformed, or two entries of one code share a day; names the file and the code.
    """
    read: list[tuple[str, Procedure]] = []
    for name in sorted(files):
        for procedure in parse_catalogue_file(name, files[name]):
            twin = next((file for file, other in read if procedure.overlaps(other)), None)
            if twin is not None:
                raise ValueError(f"{name}: {procedure.code}: in force on the same day as an entry of {twin}")
            read.append((name, procedure))
    return Catalogue(procedure for _, procedure in read)
