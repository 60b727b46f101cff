"""A page in Class 2 (TIA SP-2388) or 2.0 (ITU-T T.32)."""

import contextlib

from kontum_netcheck.model import Cause, Failure, Measurement, Stage
from kontum_netcheck.net.modem.calls import dial_fax
from kontum_netcheck.net.modem.class2 import connected, hang_up_code, introduced, no_fax
from kontum_netcheck.net.modem.dialling import told
from kontum_netcheck.net.modem.line import Code, Line, Reply, TimeOver
from kontum_netcheck.net.modem.page import Page
from kontum_netcheck.net.modem.patience import Patience
from kontum_netcheck.net.modem.shielding import DLE, doubled, shielded
from kontum_netcheck.net.tones.t30 import known_characters

_END_OF_SESSION = bytes((DLE, 0x2E))  # T.32, 9.3: the page ends, and no other follows
_SENT_PAGE = ("+FPTS", "+FPS")
_GOOD = ("1", "3", "5")
"""T.32, table 16: 1 is good; 3 and 5 are good, with a wish for training or for an interruption."""


def send_page(line: Line, digits: str, page: Page, name: str, patience: Patience) -> Measurement:
    """Call, send the page, read the confirmation. The modem must be awake."""
    told(line, f"+FCLASS={name}", patience)
    told(line, f'{"+FLI" if name == "2.0" else "+FLID"}="{known_characters(page.sender)}"', patience)
    told(line, "+FBO=0" if name == "2.0" else "+FBOR=0", patience)
    parameters = (
        "0,5,0,0,0,0,0,0"  # normal resolution, up to 14,400 bit/s, 215 mm, A4, one-dimensional, no ECM
    )
    told(line, f"{'+FIS' if name == '2.0' else '+FDIS'}={parameters}", patience)
    called = dial_fax(line, digits, patience.carrier_s + patience.frame_s)
    if not connected(called.reply):
        return no_fax(called.reply, line)
    metrics = introduced(called)
    try:
        reply = _transfer(line, page, name, patience)
    except TimeOver as silence:
        failure = Failure(Stage.TRANSFER, Cause.TIMEOUT, " / ".join(silence.lines)[-80:])
        return Measurement(metrics, failure)
    code, status = hang_up_code(reply), (reply.of(*_SENT_PAGE) or "").partition(",")[0].strip()
    if code is not None:
        metrics["hang_up_code"] = code
    if status in _GOOD:
        return Measurement({**metrics, "result": "page_received", "pages_count": 1})
    detail = f"page {status or 'not confirmed'}, hang-up code {code or 'unknown'}"
    return Measurement({**metrics, "pages_count": 0}, Failure(Stage.TRANSFER, Cause.BAD_REPLY, detail))


def _transfer(line: Line, page: Page, name: str, patience: Patience) -> Reply:
    """Train, send, end. The answer holds the lines of all of it."""
    begun = line.command("+FDT", patience.carrier_s)
    if begun.code is not Code.CONNECT:
        return begun
    data = page.coded()
    line.send(shielded(data) if name == "2" else doubled(data) + _END_OF_SESSION)
    sent = line.reply(patience.page_s)
    if name == "2":
        sent = line.command("+FET=2", patience.carrier_s)
    ended = Reply(sent.code, sent.lines)
    if hang_up_code(sent) is None:
        with contextlib.suppress(TimeOver):
            more = line.reply(patience.frame_s)
            ended = Reply(more.code, sent.lines + more.lines)
    return Reply(ended.code, begun.lines + ended.lines)
