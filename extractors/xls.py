"""The sheets of an .xls as sparse cells of text: what is stored, as its format prints it.

calamine reads texts and merged ranges. The records are walked beside it for what it does not tell: errors
(it hands them over as empty cells), number formats, hidden rows and columns, and how far a sheet reaches.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from extractors.html_grid import PICTURE
from extractors.number_formats import BUILT_IN, shown
from extractors.ole import OleFile
from extractors.sheet_grid import MOST_CELLS, MOST_MERGED, MOST_SHEETS, Sheet
from schemas.errors import DocumentError

# calamine lays out a sheet as far as its last cell, 32 bytes a cell.
GREATEST_AREA = 2_000_000
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _DATE1904 = 0x809, 0x0A, 0x2F, 0x85, 0x22
_FONT, _FORMAT, _XF, _ROW, _COLINFO = 0x31, 0x41E, 0xE0, 0x208, 0x7D
_NUMBER, _RK, _MULRK, _FORMULA, _BOOLERR = 0x203, 0x27E, 0xBD, 0x06, 0x205
_TEXTS = frozenset({0xFD, 0x204, 0xD6})  # shared, own, rich
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
Place = tuple[int, int]


@dataclass(slots=True)
class _Records:
    """What the records of one sheet say."""

    numbers: dict[Place, tuple[float, int]] = field(default_factory=dict)  # with the cell's style
    errors: dict[Place, str] = field(default_factory=dict)
    styles: dict[Place, int] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def xls_sheets(data: bytes, ole: OleFile) -> list[Sheet]:
    """Return the sheets in the workbook's order.

    Raises:
        DocumentError: ``damaged``, ``encrypted`` or ``too_large``.
    """
    import python_calamine

    book = _Book(ole.read("Workbook" if "Workbook" in ole.streams else "Book"))
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = []
        for number, known in enumerate(workbook.sheets_metadata[:MOST_SHEETS]):
            records = book.sheets[number] if number < len(book.sheets) else _Records()
            if known.typ == python_calamine.SheetTypeEnum.WorkSheet:
                is_hidden = known.visible != python_calamine.SheetVisibleEnum.Visible
                sheets.append(_sheet(workbook.get_sheet_by_index(number), is_hidden, records, book))
    except DocumentError:
        raise
    except python_calamine.PasswordError as error:
        raise DocumentError("encrypted", "expected a readable sheet, found one that asks for a password") from error
    except BaseException as error:  # a panic of the library below is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise DocumentError("damaged", f"expected a whole .xls, found: {str(error)[:200]}") from error
    return sheets


def _sheet(given: object, is_hidden: bool, records: _Records, book: _Book) -> Sheet:
    name, start = given.name, given.start  # type: ignore[attr-defined]
    sheet = Sheet(name, is_hidden, hidden_rows=records.hidden_rows, hidden_columns=records.hidden_columns)
    texts: dict[Place, str] = {}
    for down, values in enumerate(given.to_python() if start else ()):  # type: ignore[attr-defined]
        for along, value in enumerate(values):
            if isinstance(value, str | bool) and value != "":
                texts[start[0] + down, start[1] + along] = str(value).upper() if isinstance(value, bool) else value
    for place, (value, style) in records.numbers.items():
        texts[place] = shown(value, book.format_of(style), from_1904=book.from_1904)
    for place, text in (texts | records.errors).items():
        folded = " ".join(text.split())
        if folded and place[0] not in records.hidden_rows:
            if len(sheet.cells) >= MOST_CELLS:
                sheet.cut = True
                break
            sheet.cells[place] = PICTURE if book.is_struck(records.styles.get(place, 0)) else folded
    for (top, left), (bottom, right) in (given.merged_cell_ranges or [])[:MOST_MERGED]:  # type: ignore[attr-defined]
        sheet.merged.append((top, left, bottom, right))
    return sheet


class _Book:
    """The records of a workbook's stream: fonts, formats and styles of all, cells of each sheet."""

    def __init__(self, stream: bytes) -> None:
        self._fonts: list[bool] = []
        self._formats = dict(BUILT_IN)
        self._styles: list[Place] = []  # font and format
        self.from_1904 = False
        self.sheets: list[_Records] = []
        starts: dict[int, _Records] = {}
        at_hand: _Records | None = None
        depth, version = 0, 0
        for offset, kind, body in _records(stream):
            if kind == _BOF:
                depth += 1
                if depth == 1:
                    at_hand = starts.get(offset)
                    version = version or struct.unpack_from("<H", body.ljust(2, b"\0"))[0]
            elif kind == _EOF:
                depth = max(depth - 1, 0)
            elif kind == _FILEPASS:
                raise DocumentError("encrypted", "expected a readable sheet, found one that asks for a password")
            elif kind == _BOUNDSHEET and len(body) >= 4:
                self.sheets.append(starts.setdefault(struct.unpack_from("<I", body)[0], _Records()))
            elif at_hand is not None and depth == 1:
                _note(at_hand, kind, body)
            elif at_hand is None and depth == 1:
                self._note_look(kind, body, version)
        for sheet in self.sheets:
            reach = [max((place[axis] for place in sheet.styles), default=0) + 1 for axis in (0, 1)]
            if reach[0] * reach[1] > GREATEST_AREA:
                raise DocumentError(
                    "too_large", f"expected a sheet of at most {GREATEST_AREA} cells, found {reach[0]} x {reach[1]}"
                )

    def format_of(self, style: int) -> str:
        return self._formats.get(self._styles[style][1], "") if style < len(self._styles) else ""

    def is_struck(self, style: int) -> bool:
        font = self._styles[style][0] if style < len(self._styles) else 0
        font -= font > 4  # there is no font 4
        return font < len(self._fonts) and self._fonts[font]

    def _note_look(self, kind: int, body: bytes, version: int) -> None:
        if kind == _FONT and len(body) >= 4:
            self._fonts.append(bool(body[2] & 0x08))
        elif kind == _XF and len(body) >= 4:
            font, code = struct.unpack_from("<HH", body)
            self._styles.append((font, code))
        elif kind == _DATE1904 and len(body) >= 2:
            self.from_1904 = bool(body[0])
        elif kind == _FORMAT and len(body) > 5:
            (number,) = struct.unpack_from("<H", body)
            if version < 0x600:
                text = body[3 : 3 + body[2]].decode("gb18030", errors="replace")
            else:
                wide = body[4] & 1
                text = body[5:].decode("utf-16-le" if wide else "latin-1", errors="replace")
            self._formats[number] = text


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield (offset, kind, body) of each record."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _note(records: _Records, kind: int, body: bytes) -> None:
    """Note one record of a sheet."""
    if kind == _ROW and len(body) >= 14 and body[12] & 0x20:
        records.hidden_rows.add(struct.unpack_from("<H", body)[0])
    elif kind == _COLINFO and len(body) >= 10 and body[8] & 1:
        first, last = struct.unpack_from("<HH", body)
        records.hidden_columns |= set(range(first, min(last, 255) + 1))
    elif kind == _MULRK and len(body) >= 6:
        row, column = struct.unpack_from("<HH", body)
        for number, at in enumerate(range(4, len(body) - 7, 6)):
            style, value = struct.unpack_from("<Hi", body, at)
            _note_number(records, (row, column + number), style, _rk(value))
    elif len(body) >= 8 and (kind in _TEXTS or kind in (_NUMBER, _RK, _FORMULA, _BOOLERR)):
        row, column, style = struct.unpack_from("<HHH", body)
        place = (row, column)
        records.styles[place] = style
        if kind == _RK and len(body) >= 10:
            _note_number(records, place, style, _rk(struct.unpack_from("<i", body, 6)[0]))
        elif kind == _BOOLERR and body[7]:
            records.errors[place] = _ERRORS.get(body[6], "#N/A")
        elif kind == _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff":
            if body[6] == 2:
                records.errors[place] = _ERRORS.get(body[8], "#N/A")
        elif kind in (_NUMBER, _FORMULA) and len(body) >= 14:
            _note_number(records, place, style, struct.unpack_from("<d", body, 6)[0])


def _note_number(records: _Records, place: Place, style: int, value: float) -> None:
    records.numbers[place] = (value, style)
    records.styles[place] = style


def _rk(value: int) -> float:
    """Decode a number packed into four bytes: a whole number or the upper half of a float, perhaps in hundredths."""
    number = float(value >> 2) if value & 2 else struct.unpack("<d", struct.pack("<q", (value & ~3) << 32))[0]
    return float(number / 100 if value & 1 else number)
