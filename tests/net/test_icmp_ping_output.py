"""What ping programs print, as they print it."""

from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.model import Cause
from kontum_netcheck.net.icmp.ping_output import parse_unix, parse_windows
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
WINDOWS = """\r
Pinging 192.0.2.7 with 32 bytes of data:\r
Reply from 192.0.2.7: bytes=32 time=12ms TTL=57\r
Request timed out.\r
Reply from 192.0.2.1: Destination host unreachable.\r
Reply from 192.0.2.7: bytes=32 time<1ms TTL=57\r
\r
Ping statistics for 192.0.2.7:\r
    Packets: Sent = 4, Received = 2, Lost = 2 (50% loss),\r
Approximate round trip times in milli-seconds:\r
    Minimum = 0ms, Maximum = 12ms, Average = 6ms\r
"""
WINDOWS_GERMAN_IPV6 = """\r
Ping wird ausgeführt für ::1 mit 32 Bytes Daten:\r
Antwort von ::1: Zeit<1ms\r
Zeitüberschreitung der Anforderung.\r
\r
Ping-Statistik für ::1:\r
    Pakete: Gesendet = 2, Empfangen = 1, Verloren = 1\r
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


def test_windows_tells_one_echo_a_line() -> None:
    series = parse_windows(WINDOWS, "192.0.2.7", plan(4))
    assert series.rtts_ms == (12.0, None, None, 1.0)
    assert [(error.cause, error.reporter) for error in series.errors] == [
        (Cause.HOST_UNREACHABLE, "192.0.2.1")
    ]


def test_windows_is_read_in_other_languages_too() -> None:
    assert parse_windows(WINDOWS_GERMAN_IPV6, "::1", plan(2)).rtts_ms == (1.0, None)


@given(st.text(max_size=300), st.sampled_from([parse_unix, parse_windows]))
def test_any_text_gives_a_burst(text: str, parse: object) -> None:
    assert callable(parse)
    assert parse(f"PING x\n{text}", "192.0.2.7", plan(3)).sent_count == 3
