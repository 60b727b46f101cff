"""Before any address is looked at, apprise's services are loaded."""

import pytest

from tests.watch.post import load_services


@pytest.fixture(scope="session", autouse=True)
def _services() -> None:
    load_services()
