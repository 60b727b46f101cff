"""Send one page, in the best class that the modem knows."""

from kontum_netcheck.model import CannotMeasure, Cause, Failure, Measurement, Stage
from kontum_netcheck.net.modem.class1_page import send_page as send_in_class1
from kontum_netcheck.net.modem.class2_page import send_page as send_in_class2
from kontum_netcheck.net.modem.dialling import told, wake
from kontum_netcheck.net.modem.identity import classes
from kontum_netcheck.net.modem.line import Line
from kontum_netcheck.net.modem.page import Page
from kontum_netcheck.net.modem.patience import Patience


def send_page(line: Line, digits: str, page: Page, patience: Patience) -> Measurement:
    """Call a fax and send it the page. Class 2.0 or 2 first: there the modem itself keeps the times of T.30."""
    wake(line, patience)
    known = classes(line, patience)
    told(line, "&K3", patience)
    line.hold_back()
    for name in ("2.0", "2"):
        if name in known:
            return send_in_class2(line, digits, page, name, patience)
    if "1" in known:
        return send_in_class1(line, digits, page, patience)
    raise CannotMeasure(Failure(Stage.SOCKET, Cause.NO_MODEM, "this modem can't send faxes"))
