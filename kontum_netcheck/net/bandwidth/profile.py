"""What kind of measurement server answers there, and which of its addresses send, take and answer. Pure.

A server of this program's own (`serve`): `GET /` says who it is; `GET /download?bytes=N` sends N bytes; `POST /upload`
takes a body of any length, with a length or chunked, and answers `{"received_bytes", "duration_s",
"samples": [[t_s, bytes], …]}` as it saw them (t_s since the head of the request, bytes so far); `GET /ping` is empty.

Others: LibreSpeed (`backend/garbage.php?ckSize=` in MiB, `backend/empty.php`), Cloudflare (`__down?bytes=`, `__up`),
Speedtest Mini (`speedtest/random4000x4000.jpg`, `speedtest/upload.php`, `speedtest/latency.txt`), any large file (which
takes no upload).
"""

import json
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

OWN_NAME = "kontum-netcheck"
_MIB = 1_048_576
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|!--|\?xml|html|head|body|meta|script|title)", re.IGNORECASE
)
_LIBRESPEED_MAX_MIB = 1_024
_CLOUDFLARE_MAX_BYTES = 50_000_000
MINI_IMAGES = (  # as speedtest-cli asks for them: side in pixels, about so many bytes
    (350, 245_388),
    (500, 505_544),
    (750, 1_118_012),
    (1000, 1_986_284),
    (1500, 4_468_241),
    (2000, 7_907_740),
    (2500, 12_407_926),
    (3000, 17_816_816),
    (3500, 24_262_167),
    (4000, 31_625_365),
)


class Kind(StrEnum):
    """The kinds of server that this program can measure against."""

    OWN = "own"
    LIBRESPEED = "librespeed"
    CLOUDFLARE = "cloudflare"
    MINI = "mini"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Profile:
    """One server, known for what it is. `base` ends in a slash, or is the file itself."""

    kind: Kind
    base: str
    most_bytes: int = 1 << 30  # of one request

    def download(self, most_bytes: int, number: int) -> str:
        """What to fetch for at most about so many bytes; `number` tells requests apart, for caches on the way."""
        match self.kind:
            case Kind.OWN:
                return f"{self.base}download?bytes={most_bytes}"
            case Kind.LIBRESPEED:
                size_mib = min(_LIBRESPEED_MAX_MIB, max(1, most_bytes // _MIB))
                return f"{self.base}garbage.php?ckSize={size_mib}&r={number}"
            case Kind.CLOUDFLARE:
                return f"{self.base}__down?bytes={min(most_bytes, _CLOUDFLARE_MAX_BYTES)}"
            case Kind.MINI:
                fitting = [side for side, size in MINI_IMAGES if size <= most_bytes]
                side = fitting[-1] if fitting else MINI_IMAGES[0][0]
                return f"{self.base}random{side}x{side}.jpg?x={number}"
            case Kind.FILE:
                return self.base

    @property
    def upload(self) -> str | None:
        """Where to send; None: it takes nothing."""
        names = {
            Kind.OWN: "upload",
            Kind.LIBRESPEED: "empty.php",
            Kind.CLOUDFLARE: "__up",
            Kind.MINI: "upload.php",
        }
        return self.base + names[self.kind] if self.kind in names else None

    @property
    def ping(self) -> str | None:
        """Something small to ask for, again and again; None: only the head of the file."""
        names = {
            Kind.OWN: "ping",
            Kind.LIBRESPEED: "empty.php",
            Kind.CLOUDFLARE: "__down?bytes=0",
            Kind.MINI: "latency.txt",
        }
        return self.base + names[self.kind] if self.kind in names else None

    @property
    def counts_for_us(self) -> bool:
        """Whether the receiver of an upload says what arrived, and takes a body whose end is not known beforehand."""
        return self.kind is Kind.OWN


def profile_by_url(url: str) -> Profile | None:
    """What a URL alone tells: the names of scripts that belong to one kind of server."""
    path = urlsplit(url).path
    last = path.rpartition("/")[2]
    if last in ("garbage.php", "empty.php"):
        return Profile(Kind.LIBRESPEED, urljoin(url, "."))
    if last in ("__down", "__up"):
        return Profile(Kind.CLOUDFLARE, urljoin(url, "."))
    if last in ("upload.php", "latency.txt") or last.startswith("random"):
        return Profile(Kind.MINI, urljoin(url, "."))
    return None


def profile_by_kind(url: str, kind: Kind) -> Profile:
    """The server at that URL, of the kind that a person said."""
    if kind is Kind.FILE:
        return Profile(kind, url)
    known = profile_by_url(url)
    if known is not None and known.kind is kind:
        return known
    start = url if url.endswith("/") else urljoin(url, ".") if urlsplit(url).path else f"{url}/"
    folders = {Kind.LIBRESPEED: "backend/", Kind.MINI: "speedtest/"}
    folder = folders.get(kind, "")
    return Profile(kind, start if start.endswith(f"/{folder}") or not folder else start + folder)


def profile_by_answer(url: str, body: bytes, body_cut: bool, content_type: str) -> Profile | None:
    """What the answer to the URL itself tells; None: this is no measurement server that we know."""
    if (most_bytes := _own_most_bytes(body)) is not None:
        return replace(profile_by_kind(url, Kind.OWN), most_bytes=most_bytes)
    text = body.decode("utf-8", "replace").lower()
    shown = "html" in content_type or is_page(body)
    if shown and ("speedtest_worker.js" in text or "librespeed" in text):
        return profile_by_kind(url, Kind.LIBRESPEED)
    if shown and ("upload_extension" in text or "upload_?[ee]xtension" in text or "speedtest mini" in text):
        return profile_by_kind(url, Kind.MINI)
    if body_cut and not shown:
        return Profile(Kind.FILE, url)
    return None


def is_page(body: bytes) -> bool:
    """Whether it is a page for people, as a login page is. Noise may begin with `<`, and hardly ever with a tag."""
    return _PAGE.match(body) is not None


def _own_most_bytes(body: bytes) -> int | None:
    """Of a server of our own: how much one request may ask for. None: it is none."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("server") != OWN_NAME:
        return None
    most = said.get("max_bytes")
    return max(1, most) if isinstance(most, int) else 1 << 30
