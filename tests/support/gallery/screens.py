"""A screen of the counter's size for Qt's offscreen platform; its own is 800 by 800."""

import json
import os
from pathlib import Path

#: The screen of a ward's PC.
SIZE_PX = (1366, 768)


def use_screen(folder: Path, size_px: tuple[int, int] = SIZE_PX) -> None:
    """Let the application to come have one screen of this size; it must not exist yet.

    Args:
        folder: Where the platform's file is written.
        size_px: Width and height.
    """
    folder.mkdir(parents=True, exist_ok=True)
    width, height = size_px
    screen = {"name": "quay", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": 1.0}
    file = folder / "man-hinh.json"
    file.write_text(json.dumps({"synchronousWindowSystemEvents": True, "screens": [screen]}), "utf-8")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"
