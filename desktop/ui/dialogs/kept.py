"""Keep what was typed into a dialog that is put off by Esc: it stands there again when the dialog is opened anew."""

from collections.abc import Mapping
from functools import partial

from desktop.ui.dialogs.act import ActDialog


class KeptTexts:
    """Hold the texts of one page's dialogs until their acts are done or the page goes."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._kept: dict[str, Mapping[str, str]] = {}

    def follow(self, dialog: ActDialog, key: str) -> None:
        """Put back what was typed before, and keep what is typed now should the dialog be put off.

        Args:
            dialog: Complete, and not shown yet.
            key: Names the act and what it is about.
        """
        fresh = dialog.typed()
        dialog.put_back(self._kept.get(key, {}))
        dialog.rejected.connect(partial(self._keep, dialog, key, fresh))
        dialog.accepted.connect(partial(self._drop, key))

    def _keep(self, dialog: ActDialog, key: str, fresh: Mapping[str, str]) -> None:
        typed = dialog.typed()
        if typed == fresh:
            self._drop(key)
        else:
            self._kept[key] = typed

    def _drop(self, key: str) -> None:
        self._kept.pop(key, None)
