"""The demo's script."""

from kontum_netcheck.lab.script import Faults

DEMO_FAULTS = Faults()
