"""Digest authentication: proves that we know a password without sending it (RFC 3261, section 22; RFC 8760)."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from kontum_netcheck.net.sip.fields import split, unquoted

_HASHES = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}
_LONGEST_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server wants to be proven."""

    realm: str
    nonce: str
    algorithm: str  # as it names it; "" where it names none, which is MD5
    qop: str | None  # auth or auth-int; None: as of old (RFC 2069)
    opaque: str | None
    stale: bool  # the password may be right, only the nonce is too old


def read_challenges(values: Iterable[str]) -> list[Challenge]:
    """Those that we can answer, in the server's order. Basic, which gives the password away, is none of them."""
    found = (_challenge(value) for value in values)
    return [challenge for challenge in found if challenge is not None]


def authorization(
    challenge: Challenge, user: str, password: str, method: str, uri: str, body: bytes = b""
) -> str:
    """The value of Authorization or Proxy-Authorization that answers it (RFC 7616, section 3.4)."""
    cnonce, count = secrets.token_hex(16), "00000001"
    pieces = {"username": user, "realm": challenge.realm, "nonce": challenge.nonce, "uri": uri}
    proof = response(challenge, user, password, method, uri, cnonce, count, body)
    written = ", ".join(f"{name}={_quoted(value)}" for name, value in {**pieces, "response": proof}.items())
    if challenge.algorithm:
        written += f", algorithm={challenge.algorithm}"
    if challenge.opaque is not None:
        written += f", opaque={_quoted(challenge.opaque)}"
    if challenge.qop is not None:
        written += f', qop={challenge.qop}, nc={count}, cnonce="{cnonce}"'
    return f"Digest {written}"


def response(
    challenge: Challenge,
    user: str,
    password: str,
    method: str,
    uri: str,
    cnonce: str,
    count: str,
    body: bytes = b"",
) -> str:
    """The proof itself, in hexadecimal digits (RFC 7616, section 3.4.1)."""
    named = challenge.algorithm.upper() or "MD5"
    algorithm = _HASHES[named.removesuffix("-SESS")]

    def hashed(text: str) -> str:
        return hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest()

    first = hashed(f"{user}:{challenge.realm}:{password}")
    if named.endswith("-SESS"):
        first = hashed(f"{first}:{challenge.nonce}:{cnonce}")
    second = f"{method}:{uri}"
    if challenge.qop == "auth-int":
        second += ":" + hashlib.new(algorithm, body, usedforsecurity=False).hexdigest()
    if challenge.qop is None:
        return hashed(f"{first}:{challenge.nonce}:{hashed(second)}")
    return hashed(f"{first}:{challenge.nonce}:{count}:{cnonce}:{challenge.qop}:{hashed(second)}")


def _challenge(value: str) -> Challenge | None:
    scheme, _, rest = value[: 4 * _LONGEST_CHARACTERS].partition(" ")
    if scheme.lower() != "digest":
        return None
    found: dict[str, str] = {}
    for piece in split(rest, ","):
        name, _, text = piece.partition("=")
        found.setdefault(name.strip().lower(), unquoted(text.strip()))
    algorithm = found.get("algorithm", "")
    known = algorithm.upper().removesuffix("-SESS") in {"", *_HASHES}
    offered = [word.strip().lower() for word in found.get("qop", "").split(",") if word.strip()]
    qop = next((word for word in ("auth", "auth-int") if word in offered), None)
    is_plain = all(text.isprintable() and len(text) <= _LONGEST_CHARACTERS for text in found.values())
    if not known or not is_plain or "nonce" not in found or (offered and qop is None):
        return None
    return Challenge(
        realm=found.get("realm", ""),
        nonce=found["nonce"],
        algorithm=algorithm,
        qop=qop,
        opaque=found.get("opaque"),
        stale=found.get("stale", "").lower() == "true",
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
