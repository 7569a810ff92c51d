from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.wards import Ward, make_ward


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    """Give a training ward on a Thursday morning in July 2019."""
    made = make_ward(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def real_ward(tmp_path: Path) -> Iterator[Ward]:
    """Give a real ward whose users all have the password ``PASSWORD``."""
    made = make_ward(tmp_path, is_training=False)
    yield made
    made.database.close()
