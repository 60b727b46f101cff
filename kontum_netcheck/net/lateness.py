"""Our own lateness: from when on it is told, and asking once more where it spoiled a time."""

LATE_MS = 5.0
"""Less goes unsaid: it is what a busy system takes to wake anybody."""
