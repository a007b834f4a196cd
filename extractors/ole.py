"""Compound files (.doc, .wps, .xls): which streams stand at their root, and the bytes of one of them.

Only as much of the format as tells one kind of file from another and hands over a stream; sectors come
from strangers, so every chain has an end.
"""

from __future__ import annotations

import struct

from schemas.errors import DocumentError

_HEADER = 512
_END = 0xFFFFFFFA  # sector numbers from here on are marks
# Entries of real files: some 20, with embedded objects a few hundred.
MOST_ENTRIES = 20_000
_STREAM, _ROOT = 2, 5


class OleFile:
    """The directory of a compound file."""

    def __init__(self, data: bytes) -> None:
        """Read the directory.

        Raises:
            DocumentError: the header or the directory is no compound file's (``damaged``).
        """
        self._data = data
        try:
            self._shift, self._mini_shift = struct.unpack_from("<HH", data, 30)
            first_directory, self._mini_cutoff, first_mini_table = struct.unpack_from("<I4xII", data, 48)
            if self._shift not in (9, 12) or self._mini_shift != 6:
                raise ValueError(f"sectors of 2^{self._shift} and 2^{self._mini_shift} bytes")
            self._table = self._sector_table()
            _refuse_circles(self._table)
            directory = self._chain(first_directory, MOST_ENTRIES * 128)
            self._entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
            if not self._entries or self._entries[0][66] != _ROOT:
                raise ValueError("no root in the directory")
            self._mini_table = _numbers(self._chain(first_mini_table, len(data)))
            _refuse_circles(self._mini_table)
            self.streams = dict(self._root_streams())
        except (struct.error, ValueError, IndexError) as error:
            raise DocumentError("damaged", f"expected a whole compound file, found: {error}") from error

    def read(self, name: str) -> bytes:
        """Return a root stream's bytes, as many as the file still has of them; KeyError if there is none."""
        start, size = self.streams[name]
        size = min(size, len(self._data))
        if size >= self._mini_cutoff:
            return self._chain(start, size)[:size]
        root_start, root_size = struct.unpack_from("<IQ", self._entries[0], 116)
        small = self._chain(root_start, min(root_size & 0xFFFFFFFF, len(self._data)))
        parts, sector = [], start
        for _ in range(size // 64 + 1):
            if sector >= len(self._mini_table):
                break
            parts.append(small[sector * 64 : sector * 64 + 64])
            sector = self._mini_table[sector]
        return b"".join(parts)[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) << self._shift
        return self._data[start : start + (1 << self._shift)]

    def _sector_table(self) -> tuple[int, ...]:
        """Return for every sector the number of the next."""
        places = list(_numbers(self._data[76:_HEADER]))
        (further,) = struct.unpack_from("<I", self._data, 68)
        most = len(self._data) >> self._shift
        seen: set[int] = set()
        for _ in range(most):
            if further >= _END or len(places) > most:
                break
            numbers = _numbers(self._sector(further))
            if not numbers or further in seen:
                raise ValueError("sectors that lead in a circle or nowhere")
            seen.add(further)
            places += numbers[:-1]
            further = numbers[-1]
        return _numbers(b"".join(self._sector(place) for place in places[: most + 1] if place < _END))

    def _chain(self, start: int, most: int) -> bytes:
        """Return the sectors of a chain, ``most`` bytes or one sector more."""
        parts: list[bytes] = []
        sector = start
        for _ in range((most >> self._shift) + 1):
            if sector >= len(self._table):
                break
            parts.append(self._sector(sector))
            sector = self._table[sector]
        return b"".join(parts)

    def _root_streams(self) -> list[tuple[str, tuple[int, int]]]:
        """Return name, first sector and size of the streams at the root; those of embedded objects are not."""
        found = []
        seen: set[int] = set()
        waiting = [struct.unpack_from("<I", self._entries[0], 76)[0]]
        while waiting:
            number = waiting.pop()
            if number >= len(self._entries) or number in seen:
                continue
            seen.add(number)
            entry = self._entries[number]
            length, kind = struct.unpack_from("<HB", entry, 64)
            left, right = struct.unpack_from("<II", entry, 68)
            waiting += [left, right]
            if kind == _STREAM and 2 <= length <= 64:
                name = entry[: length - 2].decode("utf-16-le", errors="replace")
                start, size = struct.unpack_from("<IQ", entry, 116)
                found.append((name, (start, size & 0xFFFFFFFF)))
        return found


def _refuse_circles(table: tuple[int, ...]) -> None:
    """Refuse chains without an end, for which calamine would take all memory there is."""
    state = bytearray(len(table))  # 0 not met, 1 in the chain at hand, 2 known to end
    for start in range(len(table)):
        chain, sector = [], start
        while sector < len(table) and not state[sector]:
            state[sector] = 1
            chain.append(sector)
            sector = table[sector]
        if sector < len(table) and state[sector] == 1:
            raise ValueError("sectors that lead in a circle")
        for member in chain:
            state[member] = 2


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
