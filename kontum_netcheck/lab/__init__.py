"""A small network on loopback with known faults: the demo and the tests use it."""

from kontum_netcheck.lab.province import Lab

__all__ = ["Lab"]
