"""One bundle, opened and told about: what `import` and `verify` share."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kontum_netcheck.bundles.contents import CLOCKS_DIFFER, Contents
from kontum_netcheck.bundles.manifest import Manifest
from kontum_netcheck.bundles.public_key import PublicKey
from kontum_netcheck.bundles.reading import Bundle
from kontum_netcheck.bundles.refusal import NotTrusted, Refused
from kontum_netcheck.bundles.trust import trusted_name
from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.judge.conflicts import Conflict
from kontum_netcheck.model import Message, message
from kontum_netcheck.plan import PORTAL
from kontum_netcheck.wording import system_words

REFUSED, UNREADABLE = 2, 3
"""Exit codes: a bundle is not taken; one could not be looked at."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose bundles are taken."""

    keys: tuple[PublicKey, ...]
    accepted: tuple[str, ...] = ()
    accept_unsigned: bool = False

    def name_of(self, key: PublicKey | None) -> str:
        """The signer's name by our own list, "" where unsigned is accepted. Raises Refused."""
        return trusted_name(key, self.keys, self.accepted, accept_unsigned=self.accept_unsigned)


@dataclass(slots=True)
class Result:
    """What became of one file. `problem` is why it was not taken."""

    file: Path
    contents: Contents
    manifest: Manifest | None = None
    key: PublicKey | None = None
    signer: str = ""  # "": unsigned, or not known
    whole: bool = False  # all of it was read and is as it was written
    untrusted: bool = False  # the problem is only whose it is
    problem: Message | None = None
    code: int = 0
    new_count: int | None = None  # None: it was only looked at
    known_count: int | None = None
    unknown_sites: Mapping[str, int] | None = None  # site → observations; None: no inventory to compare with
    conflicts: tuple[Conflict, ...] = ()
    notes: list[Message] = field(default_factory=list)

    @property
    def warnings(self) -> Iterator[Message]:
        """What a reader should look into: clocks, sites, whose word it is."""
        yield from self.notes
        contents, manifest = self.contents, self.manifest
        if manifest is not None and manifest.created_at > contents.now + CLOCKS_DIFFER:
            yield message(
                "The bundle is dated in the future, {moment}: its machine's clock was ahead.",
                moment=manifest.created_at,
            )
        if contents.future_count:
            yield message(
                "Observations dated in the future: {count}. The clock of their machine was ahead; they don't count "
                "until then.",
                count=contents.future_count,
            )
        if contents.too_early_count:
            yield message(
                "Observations dated before any inventory existed: {count}. The clock of their machine was not set.",
                count=contents.too_early_count,
            )
        if self.unknown_sites:
            sites = ", ".join(f"{site} ({count})" for site, count in sorted(self.unknown_sites.items()))
            yield message(
                "Sites that the inventory doesn't have, with their observations, which are kept: {sites}.",
                sites=sites,
            )


def look_at(file: Path, now: datetime, use: Callable[[Bundle, Result], None]) -> Result:
    """Open the bundle in `file` and `use` it; whatever it is refused for goes into the Result."""
    result = Result(file, Contents(now))
    try:
        with file.open("rb") as stream:
            bundle = Bundle(stream)
            result.manifest, result.key = bundle.manifest, bundle.key
            use(bundle, result)
    except Refused as refused:
        result.problem, result.code = refused.problem, REFUSED
        result.untrusted = isinstance(refused, NotTrusted)
    except OSError as fault:
        if fault.filename not in (None, str(file)):
            raise
        result.problem, result.code = (
            message("It can't be read: {reason}.", reason=system_words(fault)),
            UNREADABLE,
        )
    return result


def unknown_sites(contents: Contents, inventory: Inventory | None) -> Mapping[str, int] | None:
    """The sites that have evidence and no place in the inventory; None where there is no inventory."""
    if inventory is None:
        return None
    known = {PORTAL, *(site.id for site in inventory.sites)}
    return {site: count for site, count in contents.sites.items() if site not in known}
