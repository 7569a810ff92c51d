"""Say what several papers of a dossier say alike."""

from collections.abc import Sequence

from desktop.domain.dossiers import Dossier
from desktop.domain.errors import UserError
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.units import Unit
from reports.elements.page import Paper

TRAINING_MARK = "HỌC – KHÔNG GIÁ TRỊ"
_LIMIT_WORDS = {
    LimitUnit.WORKING_DAY: "ngày làm việc",
    LimitUnit.DAY: "ngày",
    LimitUnit.HOUR: "giờ làm việc",
    LimitUnit.SESSION: "buổi làm việc",
}


def paper_named(name: str) -> Paper:
    """Return a paper by its name.

    Raises:
        UserError: ``unknown_paper`` with what is allowed.
    """
    try:
        return Paper(name)
    except ValueError:
        raise UserError("unknown_paper", paper=name, allowed=[entry.value for entry in Paper]) from None


def reprint_mark(copy_no: int) -> str:
    """Return the mark of a further copy, "" for the original."""
    return f"IN LẠI LẦN {copy_no}" if copy_no else ""


def limit_words(limit: Limit) -> str:
    """Return a limit as printed: "05 ngày làm việc", "Trong ngày", "Trả ngay"."""
    if limit.unit is LimitUnit.SAME_DAY:
        return "Trong ngày làm việc"
    if limit.unit is LimitUnit.IMMEDIATE:
        return "Trả ngay"
    return f"{limit.n:02d} {_LIMIT_WORDS[limit.unit]}"


def lookup_address(dossier: Dossier, unit: Unit) -> str:
    """Return what a paper's QR says: the look-up address with the code, or the code alone without a city."""
    if not unit.lookup_base:
        return dossier.code
    return f"{unit.lookup_base.rstrip('/')}/tra-cuu/{dossier.code}?k={dossier.lookup_key}"


def originals_named(dossier: Dossier, returned: Sequence[str]) -> tuple[str, ...]:
    """Name the papers whose originals went back, in the receipt's order; one outside the list goes by its name."""
    given = set(returned)
    return tuple(line.name for line in dossier.components if line.originals and (line.code or line.name) in given)
