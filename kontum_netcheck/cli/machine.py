"""What is known of this machine without asking the network: for `doctor`."""

import ctypes
import locale
import os
import platform
import ssl
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kontum_netcheck import __version__
from kontum_netcheck.cli.inventory import candidates
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.model import Message, message

if TYPE_CHECKING:
    from kontum_netcheck.doctor import Machine
    from kontum_netcheck.inventory.schema import Inventory

_APP = "kontum-netcheck"


@dataclass(frozen=True, slots=True)
class FoundInventory:
    """The inventory that a run would use; or why there is none to use."""

    inventory: "Inventory | None"
    path: str | None
    problem: Message | None = None


def find_inventory(typed: Path | None) -> FoundInventory:
    """The inventory that a run would use. Its errors are a finding: a tab in a file is no reason not to look."""
    from kontum_netcheck.inventory.loader import load
    from kontum_netcheck.inventory.problem import InventoryErrors

    path = next((candidate for candidate in candidates(typed) if candidate.exists()), None)
    if path is None:
        looked_for = ", ".join(str(candidate.absolute()) for candidate in candidates(typed))
        return FoundInventory(None, None, message("None: looked for {paths}.", paths=looked_for))
    try:
        return FoundInventory(load(path, os.environ).inventory, str(path.absolute()))
    except InventoryErrors as faults:
        problem = message(
            "{file} cannot be used; errors in it: {count}.",
            file=str(path.absolute()),
            count=len(faults.errors),
        )
        return FoundInventory(None, str(path.absolute()), problem)


def this_machine(shell: Shell, found: FoundInventory) -> "Machine":
    """Versions, folders, rights, encodings."""
    import platformdirs

    from kontum_netcheck.doctor import Machine
    from kontum_netcheck.net.http.authorities import keeps_a_store, system_bundle

    bundle = system_bundle()
    return Machine(
        versions=_versions(),
        inventory=found.path,
        inventory_problem=found.problem,
        folders=(platformdirs.user_config_dir(_APP), platformdirs.user_data_dir(_APP)),
        privileged=_is_privileged(),
        authorities=str(bundle) if bundle else None,
        system_store=keeps_a_store(),
        output_encoding=shell.stdout.encoding,
        system_encoding=locale.getencoding(),
        language=shell.language.code,
        platform=sys.platform,
    )


def _versions() -> tuple[tuple[str, str], ...]:
    import dns.version
    import pycurl

    curl = pycurl.version_info()
    tls_name, _, tls_version = str(curl[5]).partition("/")  # "OpenSSL/3.5.4"; Schannel has no version
    return (
        (_APP, __version__),
        ("Python", platform.python_version()),
        ("libcurl", str(curl[1])),
        (tls_name or "TLS", f"{tls_version} (libcurl)"),
        ("OpenSSL", f"{ssl.OPENSSL_VERSION.split()[1]} (Python)"),
        ("dnspython", dns.version.version),
        (platform.system(), f"{platform.release()} {platform.machine()}"),
    )


def _is_privileged() -> bool:
    if sys.platform == "win32":
        return bool(ctypes.windll.shell32.IsUserAnAdmin())
    return os.geteuid() == 0
