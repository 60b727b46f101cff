"""What holds for all tests."""

import os

from hypothesis import settings

# A test must not fail because the machine is slow; and CI must say the same of the same commit every time.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")


def pytest_configure() -> None:
    """No test writes into the store of whoever runs the tests: those that need one name their own."""
    os.environ["KONTUM_NETCHECK_NO_STORE"] = "1"
