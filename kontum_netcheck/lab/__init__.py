"""A small network on loopback with known faults: the demo and the tests use it."""
