"""Play the scenes in every look and take their pictures."""

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.support.gallery.scenes import Scene, before_log_in, scenes
from tests.support.gallery.stage import Look, Stage, look_name, staged


def play_all(
    app: QApplication,
    ward: Path,
    out: Path,
    codes: dict[str, str],
    looks: Sequence[Look],
    users: Sequence[str],
    word: str,
) -> int:
    """Take every picture of a full ward; return how many there are.

    One window for all of it; in each look the users come one after the other, so that nothing typed is left over.

    Args:
        app: The application.
        ward: Folder of the data.
        out: Where the pictures go.
        codes: A dossier's code by its situation.
        looks: What the window looks like.
        users: Who works.
        word: Only scenes with this word in their names, "" for all.
    """
    taken = 0
    with staged(app, ward, out, codes) as stage:
        for look in looks:
            began = time.monotonic()
            stage.look(look)
            if not word:
                taken += _before(stage)
            for login in users:
                stage.enter(login)
                taken += _play_user(stage, login, word)
            print(f"{look_name(look)}: {taken} pictures, {time.monotonic() - began:.0f} s", flush=True)  # noqa: T201 - of a command
    return taken


def play_empty(app: QApplication, ward: Path, out: Path, looks: Sequence[Look], users: Sequence[str]) -> int:
    """Take the pages of a ward that has nothing yet; return how many there are."""
    taken = 0
    with staged(app, ward, out, {}) as stage:
        for look in looks:
            stage.look(look)
            for login in users:
                stage.enter(login)
                taken += _pages(stage, f"trong-{login}")
    return taken


def _before(stage: Stage) -> int:
    stage.leave()
    for name, play in before_log_in().items():
        play(stage)
        stage.take(f"vao-{name}")
        stage.close_all()
    return len(before_log_in())


def _pages(stage: Stage, prefix: str) -> int:
    for page in stage.pages:
        stage.go(page)
        stage.take(f"{prefix}-{page}")
    return len(stage.pages)


def _play_user(stage: Stage, login: str, word: str) -> int:
    taken = 0 if word else _pages(stage, login)
    for scene in scenes():
        if scene.login == login and word in scene.name:
            _play(stage, scene)
            taken += 1
    return taken


def _play(stage: Stage, scene: Scene) -> None:
    stage.go(scene.page)
    scene.play(stage)
    stage.take(f"{scene.login}-{scene.page}-{scene.name}")
    stage.close_all()
    stage.unlock_if_locked()
