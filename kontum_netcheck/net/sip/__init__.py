"""Speaks SIP (RFC 3261): does a server answer, does it take our credentials, does a number ring, how does it sound."""

from kontum_netcheck.net.sip.account import Account, Transport
from kontum_netcheck.net.sip.options import options
from kontum_netcheck.net.sip.register import register
from kontum_netcheck.net.sip.ring import ring

__all__ = ["Account", "Transport", "options", "register", "ring"]
