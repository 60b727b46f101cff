"""`record SITE LINE --result …`: one answer by options, without questions."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kontum_netcheck.cli.record_file import attachment
from kontum_netcheck.cli.record_keeping import Keeper, told
from kontum_netcheck.cli.record_place import Place, sentence, site_or_stop
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.store import store_or_stop
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.recording import Item, Said, Witness, answer_of, observation
from kontum_netcheck.recording.corrections import corrected_by
from kontum_netcheck.recording.moments import quiet_at


@dataclass(frozen=True, slots=True)
class Typed:
    """The options that make one answer."""

    result: str | None  # None: there is none, and the others belong to nothing
    quality: int | None = None
    pages: int | None = None
    tone: bool | None = None
    note: str = ""
    photo: Path | None = None
    corrects: str = ""

    def belongs_to_result(self) -> list[str]:
        """The options that say more of a result, as they were typed."""
        said = {
            "--quality": self.quality is not None,
            "--pages": self.pages is not None,
            "--tone": self.tone is not None,
            "--note": bool(self.note),
            "--photo": self.photo is not None,
            "--corrects": bool(self.corrects),
        }
        return [name for name, is_said in said.items() if is_said]


def record_one(
    shell: Shell,
    place: Place,
    keeper: Keeper,
    witness: Witness,
    typed: Typed,
    at: datetime | None,
    now: datetime,
) -> None:
    """Keep the answer; what is wrong with it ends the program, and nothing is kept."""
    site = site_or_stop(shell, place)
    if place.item is None:
        names = ", ".join(item.check.service_id for item in place.selected)
        raise shell.stop(
            message("Which line of {site}? Write its id or number: {names}.", site=site.name, names=names)
        )
    item = place.item
    try:
        with store_or_stop(shell):
            corrected = (
                corrected_by(typed.corrects, keeper.past(item), witness.operator) if typed.corrects else None
            )
        said = Said(
            answer_of(typed.result or "", item.check.kind),
            at or (corrected.observation.started_at if corrected else now),
            typed.quality,
            typed.pages,
            typed.tone,
            typed.note,
            attachment(str(typed.photo)) if typed.photo else None,
            corrected.id if corrected else "",
        )
        found = observation(item, said, witness)
    except WrongValue as wrong:
        raise shell.stop(sentence(wrong)) from None
    _warn(shell, place, item, said.at)
    with store_or_stop(shell):
        kept = keeper.keep(item, found)
        keeper.end()
    if kept is None:
        shell.put_line(message("This is kept already; nothing was added."))
    else:
        shell.put_line(message("Kept: {what}", what=told(item.name, kept, place)))


def _warn(shell: Shell, place: Place, item: Item, at: datetime) -> None:
    """What was done against the rules is evidence too, and the person is told the rule."""
    if item.no_calls:
        shell.tell(
            message("{name} must never be called (no_calls); it is kept all the same.", name=item.name)
        )
    quiet = quiet_at(at, place.loaded.inventory) if item.is_called else None
    if quiet is not None:
        shell.tell(
            message(
                "From {start} to {end} no calls may be made; it is kept all the same.",
                start=quiet.start,
                end=quiet.end,
            )
        )
