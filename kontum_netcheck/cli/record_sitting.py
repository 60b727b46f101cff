"""One sitting of `record`: who, when, from where, and the store that it goes to."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kontum_netcheck.cli.exits import COULD_NOT_RUN
from kontum_netcheck.cli.record_asked import Asked
from kontum_netcheck.cli.record_countersign import Countersigner
from kontum_netcheck.cli.record_keeping import Keeper
from kontum_netcheck.cli.record_one import Typed, record_one
from kontum_netcheck.cli.record_place import Place, sentence, site_or_stop
from kontum_netcheck.cli.record_prompt import Prompt, Stopped, keyboard
from kontum_netcheck.cli.record_sheet import read_in
from kontum_netcheck.cli.record_wizard import Wizard
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.store import open_store_or_stop
from kontum_netcheck.model import WrongValue, message
from kontum_netcheck.recording import Witness
from kontum_netcheck.recording.moments import local_time, moment, other_zone, refuse_impossible
from kontum_netcheck.recording.sheet_row import Defaults


@dataclass(frozen=True, slots=True)
class Sitting:
    """What holds for all that is recorded by one command."""

    shell: Shell
    place: Place
    store: str | None
    operator: str  # "": not told
    vantage: str
    why: str
    at: datetime | None  # None: not told
    now: datetime

    def do(self, asked: Asked) -> int:
        """What was asked for; without anything, the wizard. The exit code."""
        if asked.from_file is not None:
            return self._read_in(asked.from_file, skip_bad=asked.skip_bad)
        if asked.countersign:
            return self._countersign(asked.typed.note)
        return self._ask() if asked.typed.result is None else self._record_one(asked.typed)

    def _record_one(self, typed: Typed) -> int:
        """One answer by options."""
        witness = self._witness_or_stop()
        with open_store_or_stop(self.shell, self.store) as store:
            keeper = Keeper(store, self.place, witness)
            record_one(self.shell, self.place, keeper, witness, typed, self.at, self.now)
        return 0

    def _read_in(self, file: Path, *, skip_bad: bool) -> int:
        """A sheet that was filled in; its rows may name their own persons and times."""
        site_id = self.place.site.id if self.place.site else None
        defaults = Defaults(self.operator, self.at, self.vantage, self.why, site_id)
        return read_in(self.shell, self.place, file, defaults, self.store, self.now, skip_bad=skip_bad)

    def _ask(self) -> int:
        """The wizard."""
        site_or_stop(self.shell, self.place)
        with open_store_or_stop(self.shell, self.store) as store:
            prompt = Prompt(self.shell, keyboard())
            witness = self._asked_witness(prompt)
            if witness is None:
                return COULD_NOT_RUN
            return Wizard(
                self.shell, self.place, prompt, Keeper(store, self.place, witness), witness, self.at
            ).run()

    def _countersign(self, note: str) -> int:
        """A second person vouches."""
        witness = self._witness_or_stop()
        with open_store_or_stop(self.shell, self.store) as store:
            signer = Countersigner(self.shell, self.place, store, witness, note, self.at or self.now)
            return signer.run(Prompt(self.shell, keyboard()))

    def _witness(self, operator: str) -> Witness:
        return Witness(operator, self.vantage, self.why)

    def _witness_or_stop(self) -> Witness:
        try:
            return self._witness(self.operator)
        except WrongValue as wrong:
            problem = sentence(wrong)
            raise self.shell.stop(
                message("{option}: {problem}", option="--operator", problem=problem)
            ) from None

    def _asked_witness(self, prompt: Prompt) -> Witness | None:
        """The person, asked for where the options don't tell. None: nobody answers."""
        if self.operator:
            return self._witness_or_stop()
        try:
            witness = prompt.ask(message("Who is testing? Your full name:"), self._witness)
        except Stopped as stopped:
            if stopped.at_end:
                self.shell.tell(
                    message(
                        "No answer can be read here. Give it by options: --result, --operator, --at; see --help."
                    )
                )
            return None
        prompt.answered_count = 0  # a name alone is no evidence
        return witness


def sitting_or_stop(
    shell: Shell,
    place: Place,
    store: str | None,
    *,
    operator: str | None,
    vantage: str | None,
    why: str,
    at: str | None,
) -> Sitting:
    """The options that hold for all answers; a time that can't be ends the program."""
    now = datetime.now(UTC)
    inventory = place.loaded.inventory
    moment_told = None
    if at is not None:
        try:
            moment_told = moment(at, inventory.zone, now)
            refuse_impossible(moment_told, inventory, now)
        except WrongValue as wrong:
            raise shell.stop(message("{option}: {problem}", option="--at", problem=sentence(wrong))) from None
        if other_zone(at, moment_told, inventory.zone):
            here = local_time(moment_told, inventory.zone)
            shell.tell(message("{typed} is {here} in {zone}.", typed=at, here=here, zone=inventory.timezone))
    return Sitting(shell, place, store, operator or "", vantage or "", why, moment_told, now)
