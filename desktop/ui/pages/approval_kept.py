"""Keep the reasons a leader is typing, within a second, until the act is done: a crash or a power cut loses none."""

import json
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer

from desktop.domain.users import User
from desktop.services.drafts import DraftPage, keep_draft, kept_draft
from desktop.services.ports import Desk
from desktop.ui.pages.base import Page

_AFTER_MS: Final = 700


class KeptReasons:
    """Hold the reasons by kind and dossier."""

    def __init__(self, page: Page, desk: Desk, actor: User) -> None:
        """Read what an earlier run kept."""
        self._page = page
        self._desk = desk
        self._actor = actor
        self._texts: dict[str, str] = {}
        self._timer = QTimer(page)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MS)
        self._timer.timeout.connect(self._keep)
        page.run("read", partial(kept_draft, desk, actor, DraftPage.APPROVAL), self._read)

    def text(self, kind: str, code: str) -> str:
        """Return what was typed, "" when nothing was."""
        return self._texts.get(f"{kind} {code}", "")

    def put(self, kind: str, code: str, text: str) -> None:
        """Note what stands in the box now."""
        if text == self.text(kind, code):
            return
        if text:
            self._texts[f"{kind} {code}"] = text
        else:
            self._texts.pop(f"{kind} {code}", None)
        if not self._timer.isActive():
            self._timer.start()

    def drop(self, kind: str, code: str) -> None:
        """Forget a reason that has been given."""
        self._texts.pop(f"{kind} {code}", None)
        self._keep()

    def flush(self) -> None:
        """Keep now what still waits."""
        if self._timer.isActive():
            self._keep()

    def _read(self, content: str) -> None:
        found = json.loads(content) if content else {}
        self._texts = {str(key): str(text) for key, text in found.items()} | self._texts

    def _keep(self) -> None:
        self._timer.stop()
        content = json.dumps(self._texts, ensure_ascii=False) if self._texts else ""
        self._page.run("db", partial(keep_draft, self._desk, self._actor, DraftPage.APPROVAL, content), _done)


def _done(_result: None) -> None:
    """Take the result of what was kept."""
