"""Text as dots: capital letters of 5 by 7, for the few lines of a test page."""

import unicodedata
from collections.abc import Iterator

_HEIGHT = 7
_COLUMNS = {
    " ": "0000000000", "!": "00005f0000", "#": "147f147f14", "&": "3649552250", "'": "0005030000",
    "(": "001c224100", ")": "0041221c00", "*": "082a1c2a08", "+": "08083e0808", ",": "0050300000",
    "-": "0808080808", ".": "0060600000", "/": "2010080402", "0": "3e5149453e", "1": "00427f4000",
    "2": "4261514946", "3": "2141454b31", "4": "1814127f10", "5": "2745454539", "6": "3c4a494930",
    "7": "0171090503", "8": "3649494936", "9": "064949291e", ":": "0036360000", "?": "0201510906",
    "A": "7e1111117e", "B": "7f49494936", "C": "3e41414122", "D": "7f4141221c", "E": "7f49494941",
    "F": "7f09090101", "G": "3e41415132", "H": "7f0808087f", "I": "00417f4100", "J": "2040413f01",
    "K": "7f08142241", "L": "7f40404040", "M": "7f0204027f", "N": "7f0408107f", "O": "3e4141413e",
    "P": "7f09090906", "Q": "3e4151215e", "R": "7f09192946", "S": "4649494931", "T": "01017f0101",
    "U": "3f4040403f", "V": "1f2040201f", "W": "7f2018207f", "X": "6314081463", "Y": "0304780403",
    "Z": "6151494543",
}  # fmt: skip
"""Five columns each, from the left; the lowest bit is the top."""


def dots(text: str) -> Iterator[list[bool]]:
    """Seven rows of dots, from the top, six a character. Accents are dropped, what we have no letter for is `?`."""
    letters = [_COLUMNS.get(letter, _COLUMNS["?"]) for letter in plain(text)]
    columns = [column for letter in letters for column in (*bytes.fromhex(letter), 0)]
    for row in range(_HEIGHT):
        yield [bool(column >> row & 1) for column in columns]


def plain(text: str) -> str:
    """Capital letters without accents. Vietnamese đ has no decomposition, so it is mapped by hand."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).upper()
