"""A call to a fax in Class 1 (ITU-T T.31): we hear its V.21 carrier, read its frames, and say good-bye."""

import contextlib

from kontum_netcheck.model import Cause, Failure, Measurement, MetricValue, Stage
from kontum_netcheck.net.modem.calls import METHOD, Dialled, dial_fax, failed_call
from kontum_netcheck.net.modem.dialling import told
from kontum_netcheck.net.modem.line import Code, Line, Reply, TimeOver
from kontum_netcheck.net.modem.patience import Patience
from kontum_netcheck.net.modem.shielding import shielded
from kontum_netcheck.net.tones.hdlc import MAX_FRAME_BYTES, without_fcs
from kontum_netcheck.net.tones.t30 import Fcf, Introduction, frame, introduction, is_final

_MOST_FRAMES = 12
"""NSF, CSI and DIS, three times: the machine repeats them every 3 s until somebody answers (T.30, 5.4.2)."""
_GOOD_BYE = frame(Fcf.DCN)


def fax_call(line: Line, digits: str, patience: Patience) -> Measurement:
    """Call, listen to its introduction, hang up politely. The modem must be awake."""
    told(line, "+FCLASS=1", patience)
    called = dial_fax(line, digits, patience.carrier_s)  # CONNECT is V.21's carrier (T.31, 8.3.1)
    if called.reply.code is not Code.CONNECT:
        return no_fax(line, called.reply)
    said = introduction(signal(line, patience))
    if said.capabilities is not None:
        say_good_bye(line, patience)
    return answered(said, called)


def no_fax(line: Line, reply: Reply) -> Measurement:
    """A call that no fax answered; where another carrier than V.21 was heard, a modem did."""
    if reply.code is Code.FAX_ERROR:
        failure = Failure(Stage.REPLY, Cause.NO_FAX_TONE, "another carrier than a fax machine's")
        return Measurement({**METHOD, "result": "no_carrier"}, failure)
    return failed_call(line, reply, silence=Cause.NO_FAX_TONE)


def answered(said: Introduction, called: Dialled) -> Measurement:
    """A fax machine's carrier was heard, and with a DIS in it, a fax machine was."""
    metrics: dict[str, MetricValue] = {**METHOD, **called.waited, "result": "fax_tone", "tone": "v21"}
    if said.csi:
        metrics["csi"] = said.csi
    can = said.capabilities
    if can is not None:
        metrics["result"] = "fax_answered"
        metrics |= {"fax_fine": can.fine, "fax_ecm": can.error_correction, "fax_receives": can.receives}
        if can.fastest_bit_per_s is not None:
            metrics["fax_speed_bit_per_s"] = can.fastest_bit_per_s
    return Measurement(metrics)


def signal(line: Line, patience: Patience) -> list[bytes]:
    """The frames of one signal, after its CONNECT. One with a wrong checksum is passed over and waited for again."""
    frames: list[bytes] = []
    with contextlib.suppress(TimeOver):
        for _ in range(_MOST_FRAMES):
            data = line.shielded_bytes(patience.frame_s, MAX_FRAME_BYTES)
            if data is None:
                break
            is_whole = line.reply(patience.command_s).code is Code.OK
            if is_whole:
                frames.append(without_fcs(data.removeprefix(b"\n")))
                if is_final(frames[-1]):
                    break
            if line.command("+FRH=3", patience.frame_s).code is not Code.CONNECT:
                break
    return frames


def say_good_bye(line: Line, patience: Patience) -> None:
    """DCN after 80 ms of silence, so that the machine doesn't print "transmission error" (T.30, 5.3.6.1.8)."""
    with contextlib.suppress(TimeOver):
        line.command("+FRS=8", patience.command_s)
        send(line, _GOOD_BYE, patience=patience)


def send(line: Line, *frames: bytes, patience: Patience) -> bool:
    """Frames as one V.21 signal; whether the modem took them."""
    if line.command("+FTH=3", patience.command_s).code is not Code.CONNECT:
        return False
    for index, each in enumerate(frames):
        line.write(shielded(each))
        wanted = Code.OK if index == len(frames) - 1 else Code.CONNECT
        if line.reply(patience.frame_s).code is not wanted:
            return False
    return True
