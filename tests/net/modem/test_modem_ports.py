"""Which port is chosen, and what is said of one that can't be used."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import serial  # noqa: F401 - loaded while we may read everything

from kontum_netcheck.model import Cause
from kontum_netcheck.net.modem import Port, PortFault, Trouble, choose, ports
from kontum_netcheck.net.modem.ports import no_permission, open_port

grp = pytest.importorskip("grp")  # Windows has no groups of that kind, and no pseudo terminals


def port(device: str, modem: bool = False) -> Port:
    return Port(device, "", "", modem, True)


@contextmanager
def terminal() -> Iterator[str]:
    controller, follower = os.openpty()
    yield os.ttyname(follower)
    os.close(controller)
    os.close(follower)


def test_the_only_modem_is_chosen_among_other_ports() -> None:
    assert choose((port("/dev/ttyS0"), port("/dev/ttyACM0", modem=True)), None) == "/dev/ttyACM0"


def test_a_port_that_is_named_is_taken_also_if_the_system_does_not_list_it() -> None:
    with terminal() as device:
        assert choose((port("/dev/ttyACM0", modem=True),), device) == device


@pytest.mark.parametrize(
    ("known", "wanted", "trouble", "said"),
    [
        ((), None, Trouble.MISSING, "has no serial port"),
        ((port("COM1"),), None, Trouble.MISSING, "looks like a modem: COM1."),
        ((port("A", True), port("B", True)), None, Trouble.SEVERAL, "--device"),
        ((), "/dev/ttyACM9", Trouble.MISSING, "has none"),
        (
            (port("/dev/ttyS0"), port("/dev/ttyACM0", True)),
            "/dev/ttyACM9",
            Trouble.MISSING,
            "mean /dev/ttyACM0?",
        ),
    ],
)
def test_without_a_clear_choice_one_sentence_says_what_there_is(
    known: tuple[Port, ...], wanted: str | None, trouble: Trouble, said: str
) -> None:
    with pytest.raises(PortFault, match=re.escape(said)) as fault:
        choose(known, wanted)
    assert fault.value.trouble is trouble


def test_the_group_is_that_of_the_device_itself() -> None:
    group = next(each for each in grp.getgrall() if each.gr_gid not in (0, os.getgid()))
    with terminal() as device:
        if os.geteuid() != 0:
            pytest.skip("needs root, to give a device to another group")
        os.chown(device, 0, group.gr_gid)
        assert f"only the group {group.gr_name} may" in no_permission(device).failure.detail
        os.chown(device, 0, 0)
        assert "administrator" in no_permission(device).failure.detail


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root, to become somebody else for a moment"
)
def test_a_port_without_permission_is_refused_by_the_name_of_its_group() -> None:
    group = next(each for each in grp.getgrall() if each.gr_gid not in (0, *os.getgroups()))
    with terminal() as device:
        os.chown(device, 0, group.gr_gid)
        Path(device).chmod(0o660)
        os.setresuid(65534, 65534, 0)
        try:
            with pytest.raises(PortFault):
                open_port(device, 115_200)
            with pytest.raises(PortFault) as fault:  # and before anybody is told that a call begins
                choose((), device)
        finally:
            os.setresuid(0, 0, 0)
    assert fault.value.trouble is Trouble.NO_PERMISSION
    assert fault.value.failure.cause is Cause.NO_MODEM
    assert f"usermod -aG {group.gr_name}" in fault.value.failure.detail


def test_a_port_is_ours_alone() -> None:
    with terminal() as device, open_port(device, 115_200):
        with pytest.raises(PortFault) as fault:
            open_port(device, 115_200)
        assert fault.value.trouble is Trouble.BUSY


def test_listing_ports_sends_nothing_and_puts_modems_first() -> None:
    looks = [each.looks_like_modem for each in ports()]
    assert looks == sorted(looks, reverse=True)
