import pytest


@pytest.fixture
def rebuilds(request: pytest.FixtureRequest) -> bool:
    """Tell whether golden files are written instead of compared (``just golden``)."""
    return bool(request.config.getoption("--golden"))
