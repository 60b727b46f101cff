"""The dotted lines that a person writes into: how many are left below what is known."""

from kontum_netcheck.report.official.contents import Contents

_LEAST_PRESENT, _LEAST_REMARKS = 3, 2


def with_gaps(data: Contents) -> dict[str, object]:
    """The fields, with `more_participants` and `more_remarks`: an empty text for each line that is left free."""
    free = max(1, _LEAST_PRESENT - len(data.participants))
    return data.as_data() | {
        "more_participants": [""] * free,
        "more_remarks": [] if data.remarks else [""] * (_LEAST_REMARKS - 1),
    }
