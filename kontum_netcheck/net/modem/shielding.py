"""Data between a program and a fax modem: DLE before what is a command, DLE ETX at its end (T.31, 8.2; T.32, 8.3)."""

DLE, ETX = 0x10, 0x03
END = bytes((DLE, ETX))


def shielded(data: bytes) -> bytes:
    """Data as a modem wants it: each DLE doubled, DLE ETX at the end."""
    return doubled(data) + END


def doubled(data: bytes) -> bytes:
    """Each DLE doubled."""
    return data.replace(b"\x10", b"\x10\x10")


class Unshielding:
    """Takes what a modem sends byte by byte, up to DLE ETX. A DLE before anything else is dropped with it."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._after_dle = False

    def feed(self, octet: int) -> bool:
        """Take in a byte; tell whether it was the last one."""
        if self._after_dle:
            self._after_dle = False
            if octet == DLE:
                self.data.append(DLE)
            return octet == ETX
        if octet == DLE:
            self._after_dle = True
        else:
            self.data.append(octet)
        return False
