"""Reads Monero's serialised bytes from the front; every length is checked before it is used."""

from typing import NoReturn

from chainlead.errors import LedgerSourceError

_LARGEST = (1 << 64) - 1


class ByteReader:
    """A place in some bytes."""

    def __init__(self, content: bytes) -> None:
        """Begin at the first byte."""
        self.content = content
        self.place = 0

    @property
    def left(self) -> int:
        """How many bytes follow."""
        return len(self.content) - self.place

    def fail(self, reason: str) -> NoReturn:
        """Stop, and say where.

        Raises:
            LedgerSourceError: always.
        """
        raise LedgerSourceError(f"These bytes are not Monero's: {reason} (at byte {self.place}).")

    def take(self, count: int) -> bytes:
        """The next bytes.

        Raises:
            LedgerSourceError: there are not so many.
        """
        if count > self.left:
            self.fail("they end too early")
        self.place += count
        return self.content[self.place - count : self.place]

    def varint(self) -> int:
        """A number of up to 64 bits, in its shortest form.

        Raises:
            LedgerSourceError: another form, too large, or cut off.
        """
        number = shift = 0
        while True:
            byte = self.take(1)[0]
            number |= (byte & 0x7F) << shift
            if number > _LARGEST:
                self.fail("a number is over 64 bits")
            if byte < 0x80:
                if byte == 0 and shift:
                    self.fail("a number is not in its shortest form")
                return number
            shift += 7

    def count(self, least_bytes: int) -> int:
        """How many things follow, each of at least so many bytes.

        Raises:
            LedgerSourceError: more than the bytes can hold.
        """
        number = self.varint()
        if number * least_bytes > self.left:
            self.fail("more is announced than there is")
        return number
