"""A call to a fax in Class 2 (TIA SP-2388) or 2.0 (ITU-T T.32): the modem itself speaks T.30."""

import contextlib
import re

from kontum_netcheck.model import Cause, Failure, Measurement, MetricValue, Stage
from kontum_netcheck.net.modem.calls import METHOD, Dialled, dial_fax, failed_call
from kontum_netcheck.net.modem.dialling import told
from kontum_netcheck.net.modem.line import Code, Line, Reply, TimeOver
from kontum_netcheck.net.modem.patience import Patience

_CONNECTED = ("+FCON", "+FCO")
_CSI = ("+FCSI", "+FCI")
_DIS = ("+FDIS", "+FIS")
HUNG_UP = ("+FHNG", "+FHS")
_SPEEDS_BIT_PER_S = (
    2400,
    4800,
    7200,
    9600,
    12000,
    14400,
    16800,
    19200,
    21600,
    24000,
    26400,
    28800,
    31200,
    33600,
)
"""T.32, table 21: the second number of +FIS and +FDIS."""
_NUMBER = re.compile(r"[0-9A-Fa-f]+")


def fax_call(line: Line, digits: str, name: str, patience: Patience) -> Measurement:
    """Call, let the modem read the introduction, end the session. The modem must be awake."""
    told(line, f"+FCLASS={name}", patience)
    called = dial_fax(line, digits, patience.carrier_s + patience.frame_s)
    if not connected(called.reply):
        return no_fax(called.reply, line)
    metrics = introduced(called)
    with contextlib.suppress(TimeOver):  # the line is put down all the same
        line.command("+FKS" if name == "2.0" else "+FK", patience.frame_s)  # it says DCN by itself
    return Measurement(metrics)


def connected(reply: Reply) -> bool:
    """Whether a fax machine's carrier was heard."""
    return any(line in _CONNECTED for line in reply.lines)


def no_fax(reply: Reply, line: Line) -> Measurement:
    """A call that no fax answered, with the modem's code for why the session ended."""
    code = hang_up_code(reply)
    if reply.code in (Code.OK, Code.ERROR) and code is not None:
        failure = Failure(Stage.REPLY, Cause.NO_FAX_TONE, f"+FHNG {code}")
        return Measurement({**METHOD, "result": "no_carrier", "hang_up_code": code}, failure)
    return failed_call(line, reply, silence=Cause.NO_FAX_TONE)


def introduced(called: Dialled) -> dict[str, MetricValue]:
    """What the far end said of itself: with a DIS it is a fax machine."""
    metrics: dict[str, MetricValue] = {**METHOD, **called.waited, "result": "fax_tone", "tone": "v21"}
    reply = called.reply
    csi = reply.of(*_CSI)
    if csi:
        metrics["csi"] = csi[:20].strip()
    numbers = [int(each, 16) for each in _NUMBER.findall(reply.of(*_DIS) or "")]
    if len(numbers) >= 2:  # vertical resolution, bit rate, width, length, data format, error correction, …
        metrics |= {"result": "fax_answered", "fax_fine": numbers[0] > 0}
        if numbers[1] < len(_SPEEDS_BIT_PER_S):
            metrics["fax_speed_bit_per_s"] = _SPEEDS_BIT_PER_S[numbers[1]]
        if len(numbers) >= 6:
            metrics["fax_ecm"] = numbers[5] > 0
    return metrics


def hang_up_code(reply: Reply) -> str | None:
    """The modem's own code for how the session ended: 0 is well (T.32, table 17)."""
    code = reply.of(*HUNG_UP)
    return None if code is None else code[:8]
