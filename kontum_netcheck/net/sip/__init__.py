"""Speaks SIP (RFC 3261): does a server answer, does it take our credentials, does a number ring, how does it sound."""

from kontum_netcheck.net.sip.account import Account, Transport
from kontum_netcheck.net.sip.answering import Answerer, answer
from kontum_netcheck.net.sip.options import options
from kontum_netcheck.net.sip.register import register
from kontum_netcheck.net.sip.ring import OnProgress, ring
from kontum_netcheck.net.sip.voice import voice

__all__ = ["Account", "Answerer", "OnProgress", "Transport", "answer", "options", "register", "ring", "voice"]
