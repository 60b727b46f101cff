"""A telephone modem at a serial port: dial tone, test calls to phones and faxes, a test page. Needs pyserial.

Sources: ITU-T V.250 (commands and result codes), T.31 (Class 1), T.32 (Class 2.0), T.30 and T.4 (fax).
"""

from kontum_netcheck.net.modem.choosing import choose
from kontum_netcheck.net.modem.identity import About
from kontum_netcheck.net.modem.modem import Modem
from kontum_netcheck.net.modem.patience import Patience
from kontum_netcheck.net.modem.ports import Port, PortFault, Trouble, ports

__all__ = ["About", "Modem", "Patience", "Port", "PortFault", "Trouble", "choose", "ports"]
