"""How history and differences are shown: pages for people, rows for CSV, documents for programs. Pure.

This door is light, since every start of the program goes through it.
"""

from enum import StrEnum


class Rows(StrEnum):
    """One row per what."""

    OBSERVATIONS = "observations"
    CHANGES = "changes"
    DAYS = "days"
    OUTAGES = "outages"
