"""Whether a call may begin at this very moment. Pure; asked again just before each call, whatever was planned."""

from datetime import datetime

from kontum_netcheck.inventory.schema import Fax, Inventory, Phone
from kontum_netcheck.inventory.service_numbers import may_be_called
from kontum_netcheck.model import Cause, Check, Failure, Stage
from kontum_netcheck.plan.calls import Calls
from kontum_netcheck.recording.moments import quiet_at


def refusal_of_call(
    inventory: Inventory,
    check: Check,
    now: datetime,
    calls: Calls,
    *,
    made_count: int,
    ignoring_quiet: bool = False,
) -> Failure | None:
    """Why the call must not be made at `now` (aware) after `made_count` others; None: it may."""
    line = line_of(inventory, check)
    if line is None or line.no_calls:
        return Failure(Stage.PLAN, Cause.NO_CALLS)
    if line.number != check.target or not may_be_called(check.target):
        return Failure(Stage.PLAN, Cause.NUMBER_REFUSED)
    if quiet_at(now, inventory) is not None and not ignoring_quiet:
        return Failure(Stage.PLAN, Cause.QUIET)
    if made_count >= calls.most_count:
        return Failure(Stage.PLAN, Cause.ENOUGH_CALLS)
    return None


def line_of(inventory: Inventory, check: Check) -> Phone | Fax | None:
    """The phone or fax that the check calls."""
    site = next((site for site in inventory.sites if site.id == check.site_id), None)
    lines: tuple[Phone | Fax, ...] = (*site.phones, *site.faxes) if site else ()
    return next((line for line in lines if line.id == check.service_id), None)
