"""`record SITE`: asks about each phone, fax and checklist item of a site; each answer is kept at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from kontum_netcheck.cli.exits import COULD_NOT_RUN, INTERRUPTED
from kontum_netcheck.cli.record_file import attachment
from kontum_netcheck.cli.record_keeping import Keeper, told
from kontum_netcheck.cli.record_place import Place, sentence, site_or_stop
from kontum_netcheck.cli.record_prompt import Prompt, Stopped
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.inventory.schema import Phone
from kontum_netcheck.model import Message, Observation, ServiceKind, WrongValue, message
from kontum_netcheck.recording import Answer, Attachment, Item, Said, Witness, allowed, answer_of, observation
from kontum_netcheck.recording.corrections import latest
from kontum_netcheck.recording.evidence import check_pages, check_quality
from kontum_netcheck.recording.moments import moment, quiet_at, refuse_impossible
from kontum_netcheck.recording.sheet_row import whole_number
from kontum_netcheck.store.fault import StoreError

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Wizard:
    """One sitting with a person at the keyboard."""

    shell: Shell
    place: Place
    prompt: Prompt
    keeper: Keeper
    witness: Witness
    at: datetime | None  # when all of it was tried; None: each when it is answered

    def run(self) -> int:
        """Ask about everything; the exit code. What was answered is kept, however it ends."""
        site = site_or_stop(self.shell, self.place)
        things = self.place.selected
        if not things:
            raise self.shell.stop(
                message("{site} has no phone, no fax and no checklist item.", site=site.name)
            )
        self.shell.tell(
            message(
                "{site}: to try: {count}. Tested by: {operator}.",
                site=site.name,
                count=len(things),
                operator=self.witness.operator,
            )
        )
        self.shell.tell(
            message("Answer with a number and Enter. Enter alone: skip. q: stop; what was answered is kept.")
        )
        code = 0
        try:
            for number, item in enumerate(things, start=1):
                self._try(item, number, len(things))
        except Stopped as stopped:
            if stopped.at_end and not self.prompt.answered_count:
                code = COULD_NOT_RUN
                self.shell.tell(
                    message(
                        "No answer can be read here. Give it by options: --result, --operator, --at; see --help."
                    )
                )
        except KeyboardInterrupt:
            code = INTERRUPTED
            self.shell.stderr.write("\n")
        except StoreError as refused:
            code = COULD_NOT_RUN
            self.shell.tell(refused.problem)
        return self._end(code)

    def _end(self, code: int) -> int:
        try:
            self.keeper.end(interrupted=code == INTERRUPTED)
        except StoreError as refused:
            code = COULD_NOT_RUN
            self.shell.tell(refused.problem)
        self.shell.tell(message("Answers kept: {count}.", count=self.keeper.kept_count))
        return code

    def _try(self, item: Item, number: int, count: int) -> None:
        """Ask about one thing until the answer holds together, or it is skipped."""
        self._introduce(item, number, count)
        while True:
            answer = self.prompt.ask(
                message("Answer (Enter: skip):"), _or_nothing(lambda t: answer_of(t, item.check.kind))
            )
            if answer is None:
                return
            try:
                found = self._found(item, answer)
            except WrongValue as wrong:
                self.shell.tell(sentence(wrong))
                continue
            self._keep(item, found)
            return

    def _introduce(self, item: Item, number: int, count: int) -> None:
        """What it is, what to do, what is known, and the answers to choose from."""
        tell = self.shell.tell
        self.shell.stderr.write("\n")
        named = message(
            "[{number}/{count}] {kind} {name} ({id})",
            number=number,
            count=count,
            kind=item.check.kind,
            name=item.name,
            id=item.check.service_id,
        )
        more = ", ".join(
            filter(None, (item.carrier, item.thing.role if isinstance(item.thing, Phone) else ""))
        )
        tell(message("{named}, {more}", named=named, more=more) if more else named)
        tell(self._instruction(item))
        known = latest(self.keeper.past(item))
        tell(
            message("Recorded last: {known}", known=told(item.name, known, self.place))
            if known
            else message("Nothing is recorded of it yet.")
        )
        for answer in allowed(item.check.kind):
            tell(message("  {number}  {answer}", number=answer.number, answer=answer.label))

    def _instruction(self, item: Item) -> Message:
        quiet = quiet_at(datetime.now(UTC), self.place.loaded.inventory) if item.is_called else None
        if quiet is not None and not item.no_calls:
            return message(
                "QUIET HOURS until {end}: do not call now. Record only a call that was made before {start}.",
                start=quiet.start,
                end=quiet.end,
            )
        return item.instruction

    def _found(self, item: Item, answer: Answer) -> Observation:
        """What else belongs to the answer, as an Observation. WrongValue where it contradicts itself."""
        ask = self.prompt.ask
        quality = pages = None
        if answer.voice and item.check.kind is ServiceKind.PHONE:
            quality = ask(
                message("Voice quality: 5 excellent, 4 good, 3 fair, 2 poor, 1 bad (Enter: not judged):"),
                lambda text: check_quality(whole_number(text), answer),
            )
        if answer.pages and item.check.kind is ServiceKind.FAX:
            pages = ask(
                message("How many pages were received?"), lambda text: check_pages(whole_number(text), answer)
            )
        at = self._when(item)
        note = ask(message("Note (Enter: none):"), str)
        proof = None
        if item.check.kind is not ServiceKind.PHONE:
            proof = ask(message("Photo or file as proof (Enter: none):"), _or_nothing(_attachment))
        return observation(item, Said(answer, at, quality, pages, note=note, attachment=proof), self.witness)

    def _when(self, item: Item) -> datetime:
        """As told for all, else now; in quiet hours nobody calls, so the person says when it was."""
        now, inventory = datetime.now(UTC), self.place.loaded.inventory
        if self.at is not None:
            return self.at
        if not item.is_called or quiet_at(now, inventory) is None:
            return now

        def understand(text: str) -> datetime:
            at = moment(text, inventory.zone, datetime.now(UTC))
            refuse_impossible(at, inventory, datetime.now(UTC))
            return at

        return self.prompt.ask(message("When was it tried? (09:30, or 27/06/2024 09:30):"), understand)

    def _keep(self, item: Item, found: Observation) -> None:
        try:
            kept = self.keeper.keep(item, found)
        except StoreError:
            lost = message(
                "NOT kept: {name}: {result}. Write it down.",
                name=item.name,
                result=str(found.metrics["result"]),
            )
            self.shell.tell(lost)
            raise
        if kept is not None:
            self.shell.put_line(message("Kept: {what}", what=told(item.name, kept, self.place)))


def _attachment(text: str) -> Attachment:
    return attachment(text.strip("\"'"))  # a file that is dragged into a console comes in quotes


def _or_nothing(understand: Callable[[str], Value]) -> Callable[[str], Value | None]:
    return lambda text: understand(text) if text else None
