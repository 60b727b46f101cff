"""The numbers in a cell: several of them, with words and extensions, and with what spreadsheets did to them. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kontum_netcheck.inventory.area_codes import NEW_AREA_CODES, NEW_MOBILE_PREFIXES
from kontum_netcheck.inventory.numbers import is_valid, parse
from kontum_netcheck.model import Message, WrongValue, message
from kontum_netcheck.province_list.plain_words import plain, says_nothing

_DASHES = re.compile("[\u2010-\u2015\u2212]")
_BREAKS = re.compile(r"[\n;,/|&]|\s-\s|\s{3,}|(?<!\w)(?:va|hoac|or|and)(?!\w)")
_RUN = re.compile(r"[+(]{0,2}\d(?:[\d\s().+-]*\d)?\)?")
_EXTENSION = re.compile(r"(?:may le|so le|nhanh|ext(?:ension)?|;ext=|#|(?<!\w)x)[\s.:(]*$")
_LETTER_O = re.compile(r"(?<![^\W\d_])[oO](?=[\s.]?\d{2})|(?<=\d)[oO](?=\d)")
_LETTER_L = re.compile(r"(?<=\d)[lI](?=\d)")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_ROUNDED = re.compile(r"[1-9]\d*0{6}")
_NO_DIGIT = re.compile(r"\D", re.ASCII)
_MOST_CHARACTERS = 400
_MOST_TITLE_CHARACTERS = 60
_FEWEST_DIGITS = 6  # of a number that stands behind words

_LOST_ZERO = message("The first 0 of the number was lost, as spreadsheets lose it; it was put back.")
_LOST_PLUS = message("The + in front of the number was lost; it was put back.")
_OLD_CODE = message("The number had an old code, which is dead; it got the code of today.")
_LETTERS = message("A letter O or l stood in place of a digit; it was read as the digit.")
_NO_AREA = message("The number had no area code; it got that of the list or its province.")


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A number and its extension; `label` is what stands before it, small and without marks; `title` is whose it is."""

    e164: str
    extension: str | None = None
    label: str = ""
    title: str = ""  # “Bảo vệ: 0260 …”


@dataclass(slots=True)
class Numbers:
    """All that a cell says. `words` are neither number nor extension."""

    found: list[FoundNumber] = field(default_factory=list)
    repairs: list[Message] = field(default_factory=list)
    wrong: list[WrongValue] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def numbers_in(text: str, area_code: str | None = None) -> Numbers:
    """Read a cell. `area_code` (`260`) is put in front of numbers that have none; None: such numbers are wrong."""
    numbers = Numbers()
    if says_nothing(text):
        return numbers
    clean = _DASHES.sub("-", unicodedata.normalize("NFKC", text[:_MOST_CHARACTERS]))
    if _SCIENTIFIC.fullmatch(clean.strip()):
        _take(numbers, clean.strip(), "", area_code, None)
        return numbers
    mended = _LETTER_L.sub("1", _LETTER_O.sub("0", clean))
    if mended != clean:
        numbers.repairs.append(_LETTERS)
    before: str | None = None
    for part in _parts(mended):
        before = _read_part(numbers, part, area_code, before)
    return numbers


def _parts(text: str) -> Iterator[str]:
    """The pieces between separators; a code that was cut from its number (`0260 - 3862345`) is put before it."""
    folded, pieces, start = plain(text), [], 0
    for match in _BREAKS.finditer(folded):
        pieces.append(text[start : match.start()])
        start = match.end()
    pieces.append(text[start:])
    code = ""
    for piece in pieces:
        if re.fullmatch(r"\s*\(?0\d{1,3}\)?\s*", piece):
            code = piece
            continue
        yield code + piece
        code = ""
    if code:
        yield code


def _read_part(numbers: Numbers, part: str, area_code: str | None, before: str | None) -> str | None:
    """Read one piece; the last number, which a shorter one behind it is completed from."""
    folded, end = plain(part), 0
    for run in _RUN.finditer(part):
        label = folded[end : run.start()]
        digits = _NO_DIGIT.sub("", run[0])
        if numbers.found and _EXTENSION.search(label) and len(digits) <= 6:
            last = numbers.found.pop()
            numbers.found.append(replace(last, extension=digits))
        elif len(digits) < 3 and (before is None or label.strip()):
            continue  # “phòng 2”
        elif len(digits) < _FEWEST_DIGITS and _without_labels(part[end : run.start()]):
            continue  # “Tổ 101”
        else:
            before_it = part[end : run.start()]
            title = _without_labels(before_it) if before_it.rstrip().endswith(":") else ""
            if not title:
                _add_words(numbers, before_it)
            taken = _take(numbers, run[0], label, area_code, before)
            before = taken or before
            if title and taken:
                numbers.found[-1] = replace(numbers.found[-1], title=title[:_MOST_TITLE_CHARACTERS])
            elif title:
                numbers.words.append(title)
        end = run.end()
    _add_words(numbers, part[end:])
    return before


_LABEL_WORDS = re.compile(
    r"(?<!\w)(?:so|dien thoai|dt|d/t|sdt|tel|phone|fax|may|ban|co dinh|cd|dd|di dong|dtdd|mobile|ext|may le|le|nhanh"
    r"|cq|nr|phong truc|truc|hotline|so may|dtcd|zalo|extension|x)(?!\w)"
)


def _add_words(numbers: Numbers, text: str) -> None:
    """Keep what is more than a label of numbers."""
    if _without_labels(text):
        numbers.words.append(" ".join(text.split()).strip(" .:;,-–()#+[]"))


def _without_labels(text: str) -> str:
    """What is left of a text without “ĐT”, “di động” and their like."""
    kept = list(text)
    for match in _LABEL_WORDS.finditer(plain(text)):
        kept[match.start() : match.end()] = " " * (match.end() - match.start())
    return " ".join("".join(kept).split()).strip(" .:;,-–()#+[]")


def _take(numbers: Numbers, run: str, label: str, area_code: str | None, before: str | None) -> str | None:
    """Add the number of a run of digits, or what is wrong with it; the number as 0260…, None where it is none."""
    label = " ".join(label.split()).strip(" .:;,-()")
    try:
        for e164, repair in _read(run.strip(), area_code, before):
            numbers.found.append(FoundNumber(e164, None, label))
            numbers.repairs += [repair] if repair else []
    except WrongValue as wrong:
        numbers.wrong.append(wrong)
        return None
    return "0" + numbers.found[-1].e164[3:]


def _read(run: str, area_code: str | None, before: str | None) -> list[tuple[str, Message | None]]:
    """The numbers of a run, each with what had to be mended. Raises WrongValue."""
    digits = _NO_DIGIT.sub("", run)
    if _ROUNDED.fullmatch(run):  # as it comes back from a CSV that held 2.6E+09
        raise WrongValue(
            message("“{value}” is what a spreadsheet made of a number: its last digits are lost.", value=run),
            message("Format the column as text, type the number again and copy it: 0260 3000 002."),
        )
    if before and (1 <= len(digits) <= 4 or (len(digits) <= 8 and not digits.startswith("0"))):
        completed = before[: -len(digits)] + digits
        if is_valid(completed[1:]):
            return [("+84" + completed[1:], None)]
    try:
        return [(parse(run).e164, None)]
    except WrongValue as wrong:
        refused = wrong
    mended = _mended(digits, area_code)
    if mended:
        return [mended]
    several = list(_several(run, area_code))
    if several:
        return several
    raise refused


def _mended(digits: str, area_code: str | None) -> tuple[str, Message] | None:
    """The number that was certainly meant."""
    if is_valid(digits):
        return "+84" + digits, _LOST_ZERO
    if digits.startswith("84") and is_valid(digits[2:]):
        return "+84" + digits[2:], _LOST_PLUS
    significant = digits.removeprefix("0084") if digits.startswith("0084") else digits.removeprefix("0")
    for old, new in (*NEW_AREA_CODES.items(), *NEW_MOBILE_PREFIXES.items()):
        rest = significant.removeprefix(old)
        if significant.startswith(old) and not rest.startswith("0") and is_valid(new + rest):
            return "+84" + new + rest, _OLD_CODE
    if (
        area_code
        and not digits.startswith("0")
        and len(digits) + len(area_code) == 10
        and is_valid(area_code + digits)
    ):
        return f"+84{area_code}{digits}", _NO_AREA
    return None


def _several(run: str, area_code: str | None) -> Iterator[tuple[str, Message | None]]:
    """The numbers of `02603000002 02603000003` or `0260 3000002-3`; nothing where not all of it is numbers."""
    found: list[tuple[str, Message | None]] = []
    head, _, tail = run.rpartition("-")
    if head and 1 <= len(tail.strip()) <= 4 and tail.strip().isdigit():
        try:
            first = parse(head).e164
        except WrongValue:
            return
        last = first[: -len(tail.strip())] + tail.strip()
        yield from [(first, None), (last, None)] if is_valid(last[3:]) else []
        return
    words, taken = run.split(), ""
    for word in words:
        taken += word
        digits = _NO_DIGIT.sub("", taken)
        whole = digits.removeprefix("0") if digits.startswith("0") else ""
        if whole and is_valid(whole):
            found.append(("+84" + whole, None))
            taken = ""
    if not taken and len(found) > 1:
        yield from found
