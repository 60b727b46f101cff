"""The sample inventory that is shipped: Kon Tum 2024 with invented numbers and hosts."""

from pathlib import Path


def sample_path() -> Path:
    """Where sites.yaml is: inside an installed package, or at the root of a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "sites.yaml"
    return installed if installed.exists() else package.parent / "sites.yaml"
