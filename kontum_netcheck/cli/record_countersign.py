"""`record SITE [LINE] --countersign`: a second person vouches for what another has recorded."""

from dataclasses import dataclass
from datetime import datetime

from kontum_netcheck.cli.exits import COULD_NOT_RUN, INTERRUPTED
from kontum_netcheck.cli.record_keeping import told
from kontum_netcheck.cli.record_place import Place, site_or_stop
from kontum_netcheck.cli.record_prompt import Prompt, Stopped
from kontum_netcheck.cli.shell import Shell
from kontum_netcheck.cli.store import store_or_stop
from kontum_netcheck.model import Countersignature, KeptObservation, Message, WrongValue, message
from kontum_netcheck.recording import Item, Witness
from kontum_netcheck.recording.corrections import latest, same_person
from kontum_netcheck.store.store import Store

_YES = ("1", "y", "yes", "c", "co", "có")


@dataclass(frozen=True, slots=True)
class Countersigner:
    """The second person, and what there is to vouch for."""

    shell: Shell
    place: Place
    store: Store
    witness: Witness
    note: str
    now: datetime

    def run(self, prompt: Prompt) -> int:
        """One line at once; a whole site line by line, each one asked. The exit code."""
        site = site_or_stop(self.shell, self.place)
        if self.place.item is not None:
            with store_or_stop(self.shell):
                kept, problem = self._due(self.place.item)
                if kept is None:
                    raise self.shell.stop(problem)
                self._sign(self.place.item, kept)
            return 0
        count = 0
        try:
            for item in self.place.selected:
                with store_or_stop(self.shell):
                    count += self._asked(item, prompt)
        except Stopped as stopped:
            if stopped.at_end and not prompt.answered_count:
                self.shell.tell(
                    message(
                        "No answer can be read here. Name one line: kontum-netcheck record {site} LINE --countersign",
                        site=site.id,
                    )
                )
                return COULD_NOT_RUN
        except KeyboardInterrupt:
            self.shell.stderr.write("\n")
            return INTERRUPTED
        finally:
            self.shell.tell(message("Countersigned: {count}.", count=count))
        return 0

    def _asked(self, item: Item, prompt: Prompt) -> bool:
        kept, problem = self._due(item)
        if kept is None:
            self.shell.tell(problem)
            return False
        self.shell.tell(told(item.name, kept, self.place))
        if not prompt.ask(message("Do you vouch for it too? 1 = yes (Enter: no, q: stop):"), _is_yes):
            return False
        self._sign(item, kept)
        return True

    def _due(self, item: Item) -> tuple[KeptObservation | None, Message]:
        """The evidence to vouch for; None, and why there is none for this person."""
        kept = latest(
            each for each in self.store.series(item.check.id) if "result" in each.observation.metrics
        )
        if kept is None:
            return None, message("{name}: nothing is recorded of it yet.", name=item.name)
        author, own = kept.observation.operator, self.witness.operator
        if same_person(author, own):
            return None, message(
                "{name}: it is {author}'s own evidence; another person must countersign.",
                name=item.name,
                author=author,
            )
        signed = self.store.countersignatures([kept.id]).get(kept.id, ())
        if any(same_person(signature.operator, own) for signature in signed):
            return None, message(
                "{name}: {operator} has countersigned it already.", name=item.name, operator=own
            )
        if kept.observation.started_at > self.now:
            return None, message(
                "{name}: its evidence is later than the countersignature would be.", name=item.name
            )
        return kept, message("{name}", name=item.name)

    def _sign(self, item: Item, kept: KeptObservation) -> None:
        operator = " ".join(self.witness.operator.split())
        self.store.keep([Countersignature(kept.id, operator, self.now, self.note)])
        self.shell.put_line(
            message(
                "Countersigned by {operator}: {what}",
                operator=operator,
                what=told(item.name, kept, self.place),
            )
        )


def _is_yes(text: str) -> bool:
    if text and text.casefold() not in (*_YES, "0", "n", "no", "k", "khong", "không"):
        raise WrongValue(message("Write 1 for yes, or nothing but Enter for no."))
    return text.casefold() in _YES
