"""Unit tests need no Qt: they run in an environment without it, too (`just headless`)."""

import pytest

_QT_FIXTURES = {"qtbot", "qapp", "qtlog", "qtmodeltester"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a unit test that asks for a window."""
    for item in items:
        asked = _QT_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if asked and "unit" in item.path.parts:
            message = f"{item.nodeid} asks for {sorted(asked)}: a test with Qt belongs into tests/ui"
            raise pytest.UsageError(message)
