"""The one event loop of a run: what it brings home, and what that must not cost."""

from dataclasses import dataclass

from kontum_netcheck.cli.event_loop import run_in_loop


@dataclass
class Large:
    """As if it held 10,000 answers."""

    written_out_count: int = 0

    def __repr__(self) -> str:
        self.written_out_count += 1
        return "Large"


def test_what_a_run_brings_home_is_never_written_out_as_text() -> None:
    async def run() -> Large:
        return Large()

    assert run_in_loop(run()).written_out_count == 0
