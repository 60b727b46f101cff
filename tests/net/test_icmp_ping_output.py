"""What ping programs print, as they print it."""

from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.model import Cause
from kontum_netcheck.net.icmp.ping_output import parse_unix
from kontum_netcheck.net.icmp.series import EchoPlan, Method

IPUTILS = """\
PING 192.0.2.7 (192.0.2.7) 56(84) bytes of data.
64 bytes from 192.0.2.7: icmp_seq=1 ttl=64 time=0.033 ms
64 bytes from 192.0.2.7: icmp_seq=1 ttl=64 time=0.040 ms (DUP!)
From 192.0.2.1 icmp_seq=2 Destination Host Unreachable
64 bytes from 192.0.2.8: icmp_seq=3 ttl=64 time=0.042 ms (DIFFERENT ADDRESS!)
64 bytes from 192.0.2.7: icmp_seq=4 ttl=64 time=1500 ms

--- 192.0.2.7 ping statistics ---
4 packets transmitted, 3 received, +1 duplicates, +1 errors, 25% packet loss, time 406ms
rtt min/avg/max/mdev = 0.033/0.037/0.042/0.003 ms
"""
MACOS = """\
PING 192.0.2.7 (192.0.2.7): 56 data bytes
64 bytes from 192.0.2.7: icmp_seq=0 ttl=64 time=0.045 ms
Request timeout for icmp_seq 1
64 bytes from 192.0.2.7: icmp_seq=2 ttl=64 time=0.105 ms

--- 192.0.2.7 ping statistics ---
3 packets transmitted, 2 packets received, 33.3% packet loss
round-trip min/avg/max/stddev = 0.045/0.075/0.105/0.030 ms
"""
MACOS_IPV6 = """\
PING6(56=40+8+8 bytes) ::1 --> ::1
16 bytes from ::1, icmp_seq=0 hlim=64 time=0.114 ms

--- ::1 ping6 statistics ---
1 packets transmitted, 1 packets received, 0.0% packet loss
"""
BUSYBOX = """\
PING 192.0.2.7 (192.0.2.7): 56 data bytes
64 bytes from 192.0.2.7: seq=0 ttl=64 time=0.057 ms

--- 192.0.2.7 ping statistics ---
"""


def plan(count: int) -> EchoPlan:
    return EchoPlan(count, interval_s=0.2, timeout_s=1.0, payload_bytes=56)


def test_linux_tells_replies_duplicates_errors_strangers_and_late_ones() -> None:
    series = parse_unix(IPUTILS, "192.0.2.7", plan(4))
    assert series.method is Method.SYSTEM_PING
    assert series.rtts_ms == (0.033, None, None, None)
    assert (series.duplicate_count, series.foreign_count, series.late_count) == (1, 1, 1)
    assert [(error.cause, error.reporter) for error in series.errors] == [
        (Cause.HOST_UNREACHABLE, "192.0.2.1")
    ]


def test_what_no_line_tells_is_lost() -> None:
    assert parse_unix(IPUTILS, "192.0.2.7", plan(6)).rtts_ms == (0.033, None, None, None, None, None)


def test_macos_and_busybox_count_from_zero() -> None:
    assert parse_unix(MACOS, "192.0.2.7", plan(3)).rtts_ms == (0.045, None, 0.105)
    assert parse_unix(MACOS_IPV6, "::1", plan(1)).rtts_ms == (0.114,)
    assert parse_unix(BUSYBOX, "192.0.2.7", plan(1)).rtts_ms == (0.057,)


@given(st.text(max_size=300))
def test_any_text_gives_a_burst(text: str) -> None:
    assert parse_unix(f"PING x\n{text}", "192.0.2.7", plan(3)).sent_count == 3
