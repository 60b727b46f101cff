"""A page in Class 1: here we ourselves keep to T.30: DCS, training, confirmation, page, its end (T.30, 5.1 to 5.3)."""

from collections.abc import Sequence

from kontum_netcheck.model import Cause, Failure, Measurement, MetricValue, Stage
from kontum_netcheck.net.modem.calls import dial_fax
from kontum_netcheck.net.modem.class1 import answered, no_fax, say_good_bye, send, signal
from kontum_netcheck.net.modem.dialling import told
from kontum_netcheck.net.modem.line import Code, Line, TimeOver
from kontum_netcheck.net.modem.page import Page
from kontum_netcheck.net.modem.patience import Patience
from kontum_netcheck.net.modem.shielding import shielded
from kontum_netcheck.net.modem.t4 import joined
from kontum_netcheck.net.tones.t30 import Capabilities, Fcf, frame, ident_field, introduction

_TRAINING_S = 1.5  # T.30, 5.3.6.1.3: TCF is that long, all zeros
_MODULATIONS = ((9600, 96, 0b0001), (4800, 48, 0b0010), (2400, 24, 0b0000))
"""Speed; T.31's name of V.29 or V.27ter at it; bits 11 to 14 of the DCS, the first bit lowest (T.30, table 2).

V.17 is left out: a page takes half a minute at 9,600, and each modem that can do 14,400 can do that.
"""
_LINE_BITS = {20: 0b000, 5: 0b001, 10: 0b010, 40: 0b100, 0: 0b111}
"""Bits 21 to 23 of the DCS, the first bit lowest (T.30, table 2)."""
_TRIES = 2  # at each speed


def send_page(line: Line, digits: str, page: Page, patience: Patience) -> Measurement:
    """Call, train, send the page, read the confirmation, say good-bye. The modem must be awake."""
    told(line, "+FCLASS=1", patience)
    rows = tuple(page.coded_rows())  # before the call: the far end waits six seconds for a page at most (T2)
    called = dial_fax(line, digits, patience.carrier_s)
    if called.reply.code is not Code.CONNECT:
        return no_fax(line, called.reply)
    said = introduction(signal(line, patience))
    measured = answered(said, called)
    metrics = dict(measured.metrics)
    if said.capabilities is None:
        return Measurement(
            metrics, Failure(Stage.REPLY, Cause.BAD_REPLY, "its introduction could not be read")
        )
    try:
        return _deliver(line, page.sender, rows, said.capabilities, metrics, patience)
    except TimeOver as silence:
        return Measurement(metrics, Failure(Stage.TRANSFER, Cause.TIMEOUT, " / ".join(silence.lines)[-80:]))


def _deliver(
    line: Line,
    sender: str,
    rows: Sequence[str],
    can: Capabilities,
    metrics: dict[str, MetricValue],
    patience: Patience,
) -> Measurement:
    if not can.receives:
        say_good_bye(line, patience)
        return Measurement(metrics, Failure(Stage.REPLY, Cause.REFUSED, "it can't receive a page at present"))
    trained = _train(line, sender, can, patience)
    if trained is None:
        say_good_bye(line, patience)
        return Measurement(
            metrics, Failure(Stage.TRANSFER, Cause.BAD_REPLY, "training failed at every speed")
        )
    speed_bit_per_s, name = trained
    metrics["fax_speed_bit_per_s"] = speed_bit_per_s
    _send_data(line, name, joined(rows, speed_bit_per_s * can.line_ms // 1000), patience)
    line.command("+FTS=8", patience.command_s)
    answer = _ask(line, patience, frame(Fcf.EOP))
    say_good_bye(line, patience)
    if answer in (Fcf.MCF, Fcf.RTP):
        return Measurement({**metrics, "result": "page_received", "pages_count": 1})
    failure = Failure(Stage.TRANSFER, Cause.TIMEOUT, "nothing was said after the page")
    if answer is not None:
        failure = Failure(Stage.TRANSFER, Cause.BAD_REPLY, f"the page was not confirmed: {answer:#04x}")
    return Measurement({**metrics, "pages_count": 0}, failure)


def _train(line: Line, sender: str, can: Capabilities, patience: Patience) -> tuple[int, int] | None:
    """Agree upon a speed: the fastest at which the far end hears a second and a half of zeros without an error."""
    for speed_bit_per_s, name, bits in _MODULATIONS:
        if speed_bit_per_s not in can.speeds_bit_per_s:
            continue
        dcs = bytes((0, 0x02 | bits << 2, _LINE_BITS[can.line_ms] << 4))
        for _ in range(_TRIES):
            tsi = frame(Fcf.TSI, ident_field(sender), final=False)
            if not send(line, tsi, frame(Fcf.DCS, dcs), patience=patience):
                continue
            line.command("+FTS=8", patience.command_s)
            _send_data(line, name, bytes(int(speed_bit_per_s * _TRAINING_S / 8)), patience)
            if _hear(line, patience) == Fcf.CFR:
                return speed_bit_per_s, name
    return None


def _send_data(line: Line, name: int, data: bytes, patience: Patience) -> None:
    if line.command(f"+FTM={name}", patience.command_s).code is Code.CONNECT:
        line.send(shielded(data))
        line.reply(patience.page_s)


def _ask(line: Line, patience: Patience, question: bytes) -> int | None:
    """Send a frame and hear what it is answered with; three times at most (T.30, 5.4.1)."""
    for _ in range(3):
        if send(line, question, patience=patience):
            answer = _hear(line, patience)
            if answer is not None:
                return answer
    return None


def _hear(line: Line, patience: Patience) -> int | None:
    """The facsimile control field of the last frame of the next signal."""
    if line.command("+FRH=3", patience.frame_s).code is not Code.CONNECT:
        return None
    frames = signal(line, patience)
    return frames[-1][2] if frames and len(frames[-1]) > 2 else None
