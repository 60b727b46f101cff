"""What holds for all tests."""

import os

import pytest
from hypothesis import settings

from tests.store.postgresql import postgresql_folder, postgresql_url

__all__ = ["postgresql_folder", "postgresql_url"]

# A test must not fail because the machine is slow; and CI must say the same of the same commit every time.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")


def pytest_configure() -> None:
    """No test writes into the store of whoever runs the tests: those that need one name their own."""
    os.environ["KONTUM_NETCHECK_NO_STORE"] = "1"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """`-n auto`: many tests wait for a timeout or a process of their own, so three for each core."""
    return 3 * (os.cpu_count() or 1)
