"""The carriers of Vietnam as lists name them. Pure.

Brands are their owners': VinaPhone and a province's “Viễn thông” are VNPT. Sources: the licences published by
vnta.gov.vn; the spellings are those that are met in lists.
"""

import re
from collections.abc import Sequence

from kontum_netcheck.inventory.fields import slug_of
from kontum_netcheck.inventory.places import nearest
from kontum_netcheck.province_list.listed import ListedCarrier
from kontum_netcheck.province_list.plain_words import Leftover

_KNOWN: tuple[tuple[str, str, str], ...] = (
    ("vnpt", "VNPT", r"vnpt|v\.n\.p\.t|vinaphone|vina phone|vina|vien thong kon ?tum|vien thong quang ngai|megavnn"),
    ("viettel", "Viettel", r"viettel(?: telecom)?|vietel|viet tel|vttel|vtl|quan doi"),
    ("mobifone", "MobiFone", r"mobifone(?: telecom)?|mobi fone|mobiphone|mobi phone|mobifon|mobi"),
    ("fpt", "FPT Telecom", r"fpt telecom|fpt"),
    ("cmc", "CMC Telecom", r"cmc telecom|cmc"),
    ("vietnamobile", "Vietnamobile", r"vietnamobile|vietnam mobile|vnmobile"),
    ("gtel", "GTel", r"gtel(?: mobile)?|gmobile"),
    ("sctv", "SCTV", r"sctv"),
    ("vtvcab", "VTVcab", r"vtvcab|vtv cab"),
    ("netnam", "NetNam", r"netnam"),
)  # fmt: skip
_PATTERN = re.compile(
    r"(?<![\w])(?:" + "|".join(f"(?P<{identifier}>{words})" for identifier, _, words in _KNOWN) + r")(?![\w])"
)
_NAMES = {identifier: name for identifier, name, _ in _KNOWN}
_MOST_CHARACTERS = 60


def cut_carriers(left: Leftover) -> Sequence[ListedCarrier]:
    """The carriers that a text names, in its order, each once; they are cut out of it."""
    identifiers = dict.fromkeys(match.lastgroup or "" for match in left.cut(_PATTERN))
    return [ListedCarrier(identifier, _NAMES[identifier]) for identifier in identifiers]


def like_a_known_one(word: str) -> ListedCarrier | None:
    """The carrier that was probably meant by a slip of the keyboard: `Vietell`."""
    near = nearest(word, _NAMES.values(), likeness=0.8)
    return next((ListedCarrier(known, name) for known, name in _NAMES.items() if name == near), None)


def other_carrier(name: str) -> ListedCarrier | None:
    """A carrier that is not known here, by its own name; None where the text can't be a name."""
    identifier = slug_of(name)
    return ListedCarrier(identifier, name) if identifier and len(name) <= _MOST_CHARACTERS else None
