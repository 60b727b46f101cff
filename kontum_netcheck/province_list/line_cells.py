"""What a cell says of Internet lines: `FTTH 100/50 Mbps VNPT; 4G Viettel (dự phòng)`. Pure."""

import re
from dataclasses import dataclass

from kontum_netcheck.province_list.carriers import cut_carriers
from kontum_netcheck.province_list.listed import ListedCarrier, Speed
from kontum_netcheck.province_list.plain_words import Leftover, plain, says_nothing

MOST_MBIT_PER_S = 1_000_000.0

_PARTS = re.compile(r"\n|;|\s\+\s|\s&\s|\s(?:va|and)\s")
_NUMBER = r"\d{1,7}(?:[.,]\d{1,3})?"
_UNIT = r"(?:gbit/s|gbps|gb/s|gb|mbit/s|mbps|mb/s|mbs|mega|mb|kbit/s|kbps|kb/s|kb|g|m|k)"
_SPEED = re.compile(
    rf"(?<![\w.,])(?P<down>{_NUMBER})\s*(?P<down_unit>{_UNIT})?\s*[/x×:|-]\s*(?P<up>{_NUMBER})\s*(?P<unit>{_UNIT})?(?!\w)"
    rf"|(?<![\w.,])(?P<one>{_NUMBER})\s*(?P<one_unit>{_UNIT})(?!\w)"
)
_BARE = re.compile(rf"(?:(?P<down>{_NUMBER})\s*[/x×:|-]\s*(?P<up>{_NUMBER})|(?P<one>{_NUMBER}))")
_FACTORS = {"g": 1000.0, "m": 1.0, "k": 0.001}
_TECHNOLOGIES: tuple[tuple[str, str], ...] = (
    (
        "leased",
        r"lease[d]? ?line|leased|kenh thue rieng|ktr|metronet|mega ?wan|tslcd|truyen so lieu chuyen dung|ill",
    ),
    ("satellite", r"vsat|ve tinh|satellite|starlink"),
    ("5g", r"5g"),
    ("4g", r"[34]g ?/ ?[45]g|4g|lte|dcom"),
    ("3g", r"3g"),
    ("adsl", r"[av]dsl|cap dong"),
    ("ftth", r"ftth|cap quang|cquang|fiber|fibre|gpon|quang"),
)
_TECHNOLOGY = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<t{name}>{words})" for name, words in _TECHNOLOGIES) + r")(?!\w)"
)
_BACKUP = re.compile(r"(?<!\w)(?:duong )?(?:du phong|backup|dp|phu)(?!\w)")
_PRIMARY = re.compile(r"(?<!\w)(?:duong )?(?:chinh|primary|main)(?!\w)")
_NOISE = re.compile(
    r"(?<!\w)(?:internet|duong truyen|toc do|cam ket|goi cuoc|goi|mang|kenh truyen|kenh|line|duong|ket noi|cua|nha mang"
    r"|bang thong|trong nuoc|wifi|usb|sim|router|di dong|01|02|co|x|quoc te|thue bao|cap|kon tum|down|up|committed"
    r"|quay so|tinh|1)(?!\w)"
)
_METERED = frozenset({"5g", "4g", "3g"})


@dataclass(frozen=True, slots=True)
class FoundLine:
    """One line of a cell. `words` were not understood."""

    technology: str | None = None
    carriers: tuple[ListedCarrier, ...] = ()
    speed: Speed | None = None
    is_backup: bool = False
    words: str = ""

    @property
    def is_metered(self) -> bool:
        """Whether its data volume costs money, as that of mobile networks does."""
        return self.technology in _METERED


def lines_in(text: str) -> list[FoundLine]:
    """The lines that a cell names, the first first."""
    parts = [text[start:end] for start, end in _spans(plain(text), len(text))]
    found = [_line(part) for part in parts if not says_nothing(part)]
    whole: list[FoundLine] = []
    for line in found:
        if whole and not (line.technology or line.carriers):  # “FTTH VNPT; 100/50 Mbps” is one line
            whole[-1] = _joined(whole[-1], line)
        else:
            whole.append(line)
    return whole


def _spans(folded: str, end: int) -> list[tuple[int, int]]:
    starts, ends = [0], []
    for match in _PARTS.finditer(folded):
        ends.append(match.start())
        starts.append(match.end())
    return list(zip(starts, [*ends, end], strict=True))


def _line(text: str) -> FoundLine:
    left = Leftover(text)
    technologies = [match.lastgroup or "" for match in left.cut(_TECHNOLOGY)]  # before speeds: 4G is none
    speeds = left.cut(_SPEED)
    carriers = tuple(cut_carriers(left))
    is_backup = bool(left.cut(_BACKUP))
    left.cut(_PRIMARY)
    left.cut(_NOISE)
    speed = _speed(speeds[0]) if len(speeds) == 1 else None
    not_one = [match[0] for match in speeds] if speed is None else []
    words = " ".join(filter(None, [left.words(), *not_one, *(name[1:] for name in technologies[1:])]))
    return FoundLine(technologies[0][1:] if technologies else None, carriers, speed, is_backup, words)


def _joined(line: FoundLine, more: FoundLine) -> FoundLine:
    second = f"{more.speed.down_mbit_per_s:g}" if line.speed and more.speed else ""
    return FoundLine(
        line.technology,
        line.carriers,
        line.speed or more.speed,
        line.is_backup or more.is_backup,
        " ".join(filter(None, [line.words, more.words, second])),
    )


def _speed(match: re.Match[str]) -> Speed | None:
    unit = match["one_unit"] or match["unit"] or match["down_unit"] or "m"
    if match["one"]:
        return _mbit_per_s(match["one"], None, unit)
    return _mbit_per_s(match["down"], match["up"], unit, match["down_unit"])


def _mbit_per_s(down: str, up: str | None, unit: str, down_unit: str | None = None) -> Speed | None:
    factor = _FACTORS[unit[0]]
    down_mbit_per_s = _decimal(down) * (_FACTORS[down_unit[0]] if down_unit else factor)
    up_mbit_per_s = None if up is None else _decimal(up) * factor
    within = all(0 < each <= MOST_MBIT_PER_S for each in (down_mbit_per_s, up_mbit_per_s) if each is not None)
    return Speed(down_mbit_per_s, up_mbit_per_s) if within else None


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))


def speed_in(text: str) -> Speed | None:
    """What a cell under “Tốc độ” says: `100/50`, `100 Mbps`, `1 Gbps`; a bare number is Mbit/s. None: no speed."""
    left = Leftover(text)
    left.cut(re.compile(r"(?<!\w)(?:toc do|cam ket|down|up|tai xuong|tai len|xuong|len)(?!\w)|[↓↑]"))
    rest = left.plain.replace("\0", " ").strip(" :;,.")
    if bare := _BARE.fullmatch(rest):
        return _mbit_per_s(bare["one"] or bare["down"], bare["up"], "m")
    found = _SPEED.fullmatch(rest)
    return _speed(found) if found else None
