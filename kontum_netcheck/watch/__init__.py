"""Watching: verdicts of one turn after another in, confirmed changes and notices out. Pure: it has no clock."""
