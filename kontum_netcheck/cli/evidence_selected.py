"""Which part of the store an export is about: the user's words, turned into ids once."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kontum_netcheck.cli.inventory import load_or_stop, select_or_stop
from kontum_netcheck.cli.machine import find_inventory
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.since import local_zone, moment_or_stop
from kontum_netcheck.model import message
from kontum_netcheck.store.selecting import Selected
from kontum_netcheck.store.store import Store


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The options as they were typed."""

    since: str | None = None
    districts: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the store, and the options that select it."""

    selected: Selected
    words: tuple[str, ...] = ()


def selected_or_stop(
    shell: Shell, store: Store, inventory: Path | None, typed: Narrowing, now: datetime
) -> Part:
    """The part that was asked for; an unknown district, site or run ends the program.

    The inventory is needed where districts or sites are named; an unknown site that has evidence is named by its id.
    """
    since, words = None, []
    if typed.since is not None:
        zone = local_zone(find_inventory(inventory).inventory)
        since = moment_or_stop(shell, "--since", typed.since, zone, now)
        words += ["--since", since.isoformat()]
    site_ids: frozenset[str] = frozenset()
    if typed.districts or typed.sites:
        site_ids = _sites(shell, store, inventory, typed)
        words += [word for site in sorted(site_ids) for word in ("--site", site)]
    run_ids = frozenset(_run(shell, store, beginning) for beginning in typed.runs)
    words += [word for run in sorted(run_ids) for word in ("--run", run)]
    return Part(Selected(since, None, site_ids, run_ids), tuple(words))


def _sites(shell: Shell, store: Store, inventory: Path | None, typed: Narrowing) -> frozenset[str]:
    kept = {unknown.site_id for unknown in store.sites_unknown(())} if typed.sites else set()
    loaded = load_or_stop(shell, inventory).inventory
    known = {site.id for site in loaded.sites}
    gone = frozenset(word for word in typed.sites if word in kept and word not in known)
    rest = [word for word in typed.sites if word not in gone]
    if not rest and not typed.districts:
        return gone
    selection = select_or_stop(
        shell, loaded, district=typed.districts, site=rest, carrier=None, probe=None, skip=None
    )
    return gone | {site.id for site in loaded.sites if selection.has_site(site)}


def _run(shell: Shell, store: Store, beginning: str) -> str:
    found = store.run(beginning)
    if found is None:
        raise shell.stop(
            message(
                "--run: the store has no run whose id begins with {word}, or more than one.", word=beginning
            )
        )
    return found.begun.id
