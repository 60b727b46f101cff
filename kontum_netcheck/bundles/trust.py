"""Whose bundles are taken: a text file with one key a line, as SSH's lists are."""

from collections.abc import Iterable, Sequence

from kontum_netcheck.bundles.public_key import PublicKey, public_key
from kontum_netcheck.bundles.refusal import NotTrusted, Refused
from kontum_netcheck.model import Message, WrongValue, message

HEAD = (
    "# Keys whose bundles `kontum-netcheck evidence import` takes, one a line: ssh-ed25519 AAAA… NAME\n"
    "# Add a key with `kontum-netcheck evidence trust 'LINE'`, after you have compared its fingerprint with\n"
    "# the one that its owner reads to you. Take a key back by deleting its line. `ssh-keygen -l -f` lists them.\n"
)


def read_trusted(text: str, file: str) -> tuple[PublicKey, ...]:
    """The keys of a list. Raises Refused with `file:line` where one is not right, or two have one name."""
    keys: dict[bytes, PublicKey] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            key = public_key(line)
            if not key.name:
                raise WrongValue(message("The key has no name: write whose it is after it."))
        except WrongValue as wrong:
            where = f"{file}:{number}"
            raise Refused(message("{where}: {problem}", where=where, problem=wrong.problem)) from None
        keys.setdefault(key.raw, key)
    return tuple(keys.values())


def trusted_name(
    key: PublicKey | None,
    trusted: Sequence[PublicKey],
    accepted: Iterable[str] = (),
    *,
    accept_unsigned: bool = False,
) -> str:
    """Whose the bundle is by our own list (a bundle's own word for it is a claim); "" where unsigned and accepted.

    `accepted`: fingerprints accepted this once. Raises NotTrusted where the key is not ours to trust.
    """
    if key is None:
        if accept_unsigned:
            return ""
        raise NotTrusted(
            message(
                "It is not signed, so anybody may have made it. To take it all the same: --accept-unsigned."
            )
        )
    listed = next((known for known in trusted if known.raw == key.raw), None)
    if listed is not None:
        return listed.name
    if key.fingerprint in accepted:
        return key.name or key.fingerprint
    raise NotTrusted(_unknown(key))


def _unknown(key: PublicKey) -> Message:
    return message(
        "It is signed with a key that is not on your list: {fingerprint}, which calls itself {name}. Have its owner "
        "read the fingerprint to you; if it is the same, take it once with --accept-key {fingerprint} "
        "or for ever with: kontum-netcheck evidence trust '{line}'",
        fingerprint=key.fingerprint,
        name=key.name or "–",
        line=key.line.replace("'", "’"),
    )
