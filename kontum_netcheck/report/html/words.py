"""What the page itself says, by the keys of its templates."""

from collections.abc import Mapping
from types import MappingProxyType

from kontum_netcheck.model import Message, message

WORDS: Mapping[str, Message] = MappingProxyType(
    {
        "skip": message("To the results"),
        "overview": message("Overview"),
        "all": message("Whole report"),
        "filter": message("Filter"),
        "search": message("Search"),
        "search_hint": message("Name, address, number …"),
        "verdict": message("Conclusion"),
        "shown": message("{shown} of {total} shown", shown="{shown}", total="{total}"),
        "none_shown": message("Nothing matches. Clear the filter to see everything."),
        "unfilter": message("Clear the filter"),
        "open_all": message("Unfold all"),
        "close_all": message("Fold all"),
        "print": message("Print"),
        "districts": message("Districts"),
        "district": message("District"),
        "sites": message("Sites"),
        "remarks": message("Remarks"),
        "number": message("No."),
        "site": message("Site"),
        "portal": message("Portal"),
        "evidence": message("Oldest evidence"),
        "inside": message("Checks and values"),
        "check": message("Check"),
        "target": message("Target"),
        "measured": message("Measured"),
        "checked_at": message("Checked at"),
        "who": message("Checked by"),
        "map": message("Plan of the province"),
        "calls": message("Call log"),
        "limits": message("Limits"),
        "words": message("What the words mean"),
        "facts": message("What this page rests on"),
    }
)
