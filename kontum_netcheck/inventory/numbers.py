"""Telephone numbers of Vietnam as people write them → E.164, or what to write instead."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kontum_netcheck.inventory.area_codes import AREA_CODES, NEW_AREA_CODES, NEW_MOBILE_PREFIXES
from kontum_netcheck.model import Message, WrongValue, message

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_EXTENSION = re.compile(
    r"[\s,;]*(?:máy\s*lẻ|số\s*lẻ|nhánh|ext(?:ension)?\.?|;ext=|x|#)[\s.:]*(\d{1,6})$",
    re.IGNORECASE | re.ASCII,
)
_NO_EXTENSION = re.compile("[0-9 .()+-]*")
_SEPARATOR = re.compile(r"[/;,|&\n]|\s-\s|\s{3,}|\b(?:hoặc|và|or|and)\b", re.IGNORECASE)
_LETTERS = str.maketrans({"O": "0", "o": "0", "О": "0", "о": "0", "I": "1", "l": "1", "|": "1"})
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[^0-9\s().+-]")
_SERVICE = re.compile("1[0-9]{2,3}|1[89]00[0-9]{4,6}")
_SPECIAL = re.compile("69[0-9]{5,8}|80[0-9]{5,7}")
_SPACING = str.maketrans("", "", " .-()")
_DIGIT = re.compile("[0-9]")
_NO_DIGIT = re.compile("[^0-9]")
_NATIONAL_DIGITS = range(7, 11)
_MAX_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number in E.164, and behind a switchboard the extension."""

    e164: str
    extension: str | None = None


def parse(text: str) -> PhoneNumber:
    """Read one subscriber's number. Raises WrongValue, where it can with the number to write instead.

    069 (defence, police) and 080 (government) are subscribers' numbers; 113 and 1900 1234 are not.
    """
    plain = text.translate(_SPACING)
    if plain.startswith("0") and is_valid(plain[1:]):  # as nearly all are; the rest has time to be explained
        return PhoneNumber("+84" + plain[1:])
    if not text.strip():
        raise WrongValue(message("The number is empty."))
    if len(text) > _MAX_CHARACTERS:
        raise WrongValue(message("“{value}” is no number.", value=text[:_MAX_CHARACTERS] + "…"))
    clean = (
        _DASHES.sub("-", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).strip().removeprefix("'")
    )
    clean = re.sub(r"(?<=[0-9]{9})\.0$", "", clean.removeprefix("tel:"))  # a spreadsheet's 2603000002.0
    main, extension = split_extension(clean)
    _refuse_spreadsheet_damage(text, main)
    _refuse_several(text, main)
    _refuse_letters(text, main)
    return PhoneNumber("+84" + _significant(text, main), extension)


def split_extension(text: str) -> tuple[str, str | None]:
    """`0260 3862 345 máy lẻ 12` → the number and `12`; the text and None where there is no extension."""
    if _NO_EXTENSION.fullmatch(text):  # as nearly all are
        return text, None
    found = _EXTENSION.search(text[:_MAX_CHARACTERS])
    return (text[: found.start()], found[1]) if found else (text, None)


def national(e164: str) -> str:
    """The number as people here write it: `0260 3000 002`, `024 3825 1234`, `0905 123 456`.

    A number of another country stays as it is.
    """
    if not e164.startswith("+84"):
        return e164
    digits = e164[3:]
    code = next((digits[:size] for size in (2, 3) if digits[:size] in AREA_CODES), None)
    if code:
        rest = digits[len(code) :]
        return f"0{code} {rest[:4]} {rest[4:]}".rstrip()
    if len(digits) == 9 and not _SPECIAL.fullmatch(digits):
        return f"0{digits[:3]} {digits[3:6]} {digits[6:]}"
    return f"0{digits[:2]} {digits[2:]}"  # 069 and 080


def _refuse_spreadsheet_damage(text: str, main: str) -> None:
    if _SCIENTIFIC.fullmatch(main):
        raise WrongValue(
            message(
                "“{value}” is what a spreadsheet made of a number: its last digits are lost.", value=text
            ),
            message("Format the column as text, type the number again and copy it: 0260 3000 002."),
        )


def _refuse_several(text: str, main: str) -> None:
    parts = [part.strip() for part in _SEPARATOR.split(main) if len(_DIGIT.findall(part)) >= 3]
    digits = _NO_DIGIT.sub("", main)
    if len(parts) < 2 and len(digits) <= 15:
        return
    hint = message("Make an entry for each of them.")
    numbers = list(_completed(parts))
    if len(numbers) > 1:
        listed = ", ".join(national(number) for number in numbers)
        hint = message("Make an entry for each of them: {numbers}.", numbers=listed)
    raise WrongValue(message("“{value}” holds more than one number.", value=text), hint)


def _completed(parts: list[str]) -> Iterator[str]:
    """The numbers of one cell in E.164; a shorter one takes the beginning of the one before."""
    before = ""
    for part in parts:
        digits = _NO_DIGIT.sub("", part)
        full = part if not before or len(digits) >= 9 else before[: -len(digits)] + digits
        try:
            number = "+84" + _significant(part, full)
        except WrongValue:
            return
        before = "0" + number[3:]
        yield number


def _refuse_letters(text: str, main: str) -> None:
    stray = _FORBIDDEN.search(main)
    if not stray and main.count("+") == main.startswith(("+", "(+")):
        return
    sign = stray[0] if stray else "+"
    repaired = main.translate(_LETTERS)
    if repaired != main and not _FORBIDDEN.search(repaired):
        problem = message("“{value}” has the letter {letter} in place of a digit.", value=text, letter=sign)
        raise WrongValue(problem, _instead(repaired))
    raise WrongValue(
        message("“{value}” is not a telephone number: it holds “{sign}”.", value=text, sign=sign)
    )


def _instead(candidate: str) -> Message | None:
    """“Write 0260 …” where the candidate is a number, else nothing."""
    try:
        return message("Write {number}.", number=national(parse(candidate).e164))
    except WrongValue as worse:
        return worse.hint


def _significant(text: str, main: str) -> str:
    """The national number without its leading 0. Raises WrongValue."""
    digits = _NO_DIGIT.sub("", main)
    if "+" in main or digits.startswith("00"):
        country = digits if "+" in main else digits[2:]
        if not country.startswith("84"):
            raise WrongValue(message("“{value}” is not a number of Vietnam (+84).", value=text))
        significant = country[2:].removeprefix("0")  # +84 (0)260 …
    elif digits.startswith("0"):
        significant = digits[1:]
    else:
        raise _without_zero(text, digits)
    if is_valid(significant):
        return significant
    raise _not_valid(text, significant)


def is_valid(significant: str) -> bool:
    """Whether it is a fixed or mobile number, or one of the state's own (069, 080)."""
    return bool(_subscriber().fullmatch(significant) or _SPECIAL.fullmatch(significant))


@cache
def _subscriber() -> re.Pattern[str]:
    """libphonenumber's own patterns: parsing by the library itself takes thirty times as long a number."""
    from phonenumbers import PhoneMetadata

    metadata = PhoneMetadata.metadata_for_region("VN")
    assert metadata is not None
    patterns = (metadata.fixed_line, metadata.mobile, metadata.voip)
    joined = "|".join(f"(?:{d.national_number_pattern})" for d in patterns if d is not None)
    return re.compile(joined, re.ASCII)


def _without_zero(text: str, digits: str) -> WrongValue:
    """Neither 0 nor +84 in front: a service, a lost zero or plus, or no area code."""
    if _SERVICE.fullmatch(digits):
        return WrongValue(
            message("“{value}” is a service number, not a subscriber's.", value=text),
            message("Write the line's own number, with its area code."),
        )
    significant = digits.removeprefix("84")
    if digits.startswith("84") and is_valid(significant):
        problem = message("“{value}” has lost the + in front.", value=text)
        return WrongValue(problem, message("Write {number}.", number=national("+84" + significant)))
    if is_valid(digits):
        return WrongValue(
            message("“{value}” has lost the 0 in front, as spreadsheets do it.", value=text),
            message("Write {number}.", number=national("+84" + digits)),
        )
    if len(digits) in (7, 8):
        return WrongValue(
            message("“{value}” has no area code.", value=text),
            message("Put the area code in front, in Kon Tum 0260: 0260 {number}.", number=digits),
        )
    return _not_valid(text, digits)


def _not_valid(text: str, significant: str) -> WrongValue:
    """An old code with the number to write instead, or plainly no number."""
    for old, new in (*NEW_AREA_CODES.items(), *NEW_MOBILE_PREFIXES.items()):
        rest = significant.removeprefix(old)
        if significant.startswith(old) and not rest.startswith("0") and is_valid(renewed := new + rest):
            return WrongValue(
                message("“{value}” has the old code 0{old}, which is dead.", value=text, old=old),
                message("Write {number}.", number=national("+84" + renewed)),
            )
    if len(significant) not in _NATIONAL_DIGITS:
        count = len(significant) + 1
        problem = message("“{value}” has {count} digits: too few or too many.", value=text, count=count)
    else:
        problem = message("“{value}” is not a number in use in Vietnam.", value=text)
    return WrongValue(problem, message("Write area code and number: 0260 3000 002."))
