"""Fixtures of the command-line tests; what they are made of stands in process.py, which tests may import."""

from tests.cli.process import inventory, listening, prepared, program, program_anywhere, refusing

__all__ = ["inventory", "listening", "prepared", "program", "program_anywhere", "refusing"]
