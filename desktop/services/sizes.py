"""Choose the paper of a form before an act is saved: one that cannot be drawn is refused, and nothing happens."""

from desktop.domain.errors import UserError
from desktop.domain.rule_packs import RulePack
from desktop.services.ports import Desk


def size_of(desk: Desk, pack: RulePack, form: str, wanted: str = "") -> str:
    """Return the size a form is printed on: the one wanted, or the one the regulation prints it on.

    Raises:
        UserError: ``form_not_in_pack``, ``unknown_form``; ``unknown_paper`` with the sizes the form is drawn on.
    """
    size = wanted or pack.form(form).paper
    sizes = desk.forms.sizes(form)
    if size not in sizes:
        raise UserError("unknown_paper", paper=size, allowed=list(sizes))
    return size
