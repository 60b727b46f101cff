"""Fixtures of the command-line tests; what they are made of stands in process.py, which tests may import."""

from tests.cli.process import inventory, listening, program, refusing

__all__ = ["inventory", "listening", "program", "refusing"]
