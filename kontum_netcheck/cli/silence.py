"""What libraries write into their logs, and Python onto stderr where nobody has asked for logs."""

import logging


def silence(*libraries: str) -> None:
    """Their warnings are said in our words, or are of no use to whoever runs the program."""
    for library in libraries:
        log = logging.getLogger(library)
        log.addHandler(logging.NullHandler())
        log.propagate = False
