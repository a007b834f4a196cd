"""Tables in flat text whose cells end with `|` on lines of their own → rows, by the width they share.

Where every slot of a table was kept, blanks and padding included, all its rows have one length: it is
found here, and the run of cells cut into rows by it. Which slots are pads is not decided here (`slots`).
"""

from __future__ import annotations

from collections.abc import Sequence

from extractors.known_labels import begins_row
from extractors.values import looks_like_value

# A row: (number of its line, the cells of it).
Row = tuple[int, list[str]]
# The widest table of the formats has 15 columns; layout may add a few.
WIDEST = 40
FEWEST_ROWS = 3
# Share of rows that must look like rows (a text among figures spoils its row), and that no other width
# may reach.
LEAST_FIT = 0.8
RIVAL_FIT = 0.6


def rows_of_cells(lines: Sequence[str], start: int) -> tuple[list[Row], int, bool] | None:
    """Read the run of lines from ``start`` (0-based) that each end with `|` as the cells of one table.

    Returns its rows, the index after its last line, and whether rows hold just their own cells, without
    pads; None where rows stand on lines, or no one width makes
    rows of the cells.
    """
    end = start
    while end < len(lines) and lines[end].rstrip().endswith("|"):
        end += 1
    crowded = sum(sum(map(bool, map(str.strip, line.split("|")))) > 1 for line in lines[start:end])
    if end - start < FEWEST_ROWS or 2 * crowded > end - start or (start and lines[start - 1].rstrip().endswith("|")):
        return None  # not from the middle of a run
    entries = _entries(lines, start, end)
    width, sure = _width(entries)
    opened = None if sure else _opened_rows(lines, start, end) or _opened_by_labels(lines, start, end)
    if opened:
        return opened, end, True
    return (_cut(entries, width), end, False) if width else None


def _opened_rows(lines: Sequence[str], start: int, end: int) -> list[Row] | None:
    """Cut a run of cells where a line holds just a divider; None if that does not make rows of them.

    A blank cell keeps the space before its divider, a row's opener has none.
    """
    rows: list[Row] = []
    for number in range(start, end):
        line = lines[number].rstrip()
        if line == "|":
            rows.append((number + 2, []))
        elif not rows or "||" in line:
            return None
        else:
            rows[-1][1].extend(piece.strip() for piece in line[:-1].split("|"))
    return rows if _are_rows(rows) else None


def _opened_by_labels(lines: Sequence[str], start: int, end: int) -> list[Row] | None:
    """Cut a run of cells in which a divider alone opens a row, or is a blank cell; None where nobody can say.

    Before a text it opens a row: blanks stand behind labels. Else it is a blank of the row at hand, unless
    that row is one of heads: then the line of figures begins, whose first cell is a figure or a blank.
    """
    rows: list[Row] = []
    for number in range(start, end):
        line = lines[number].strip()
        after = lines[number + 1].strip().strip("|") if number + 1 < end else ""
        texts = rows[-1][1] if rows else []
        if line != "|":
            if not rows or "||" in line:
                return None
            texts.extend(piece.strip() for piece in line[:-1].split("|"))
            continue
        if not rows or (after and not looks_like_value(after)):
            rows.append((number + 2, []))
            continue
        is_label = bool(texts) and bool(texts[0]) and not looks_like_value(texts[0])
        of_figures = begins_row(texts[0]) if is_label else True
        if of_figures is None:
            return None
        if of_figures:
            texts.append("")
        else:
            rows.append((number + 2, []))
    return rows if _are_rows(rows) else None


def _are_rows(rows: Sequence[Row]) -> bool:
    kinds = [_kinds(texts) for _, texts in rows]
    are_rows = len(rows) >= FEWEST_ROWS and all(map(_is_row, kinds)) and any("V" in kind for kind in kinds)
    # One row alone may begin with a figure: the line of a table that has no labels beside its figures.
    return are_rows and sum(not kind.startswith("L") for kind in kinds) <= 1


def _entries(lines: Sequence[str], start: int, end: int) -> list[tuple[int, str]]:
    """Split the lines at every `|`: (line number, text) of each slot."""
    return [
        (number + 1, piece.strip()) for number in range(start, end) for piece in lines[number].rstrip()[:-1].split("|")
    ]


def _width(entries: Sequence[tuple[int, str]]) -> tuple[int | None, bool]:
    """Return the one length that cuts the slots into rows (labels, then figures or blanks), and if all are."""
    kinds = _kinds([text for _, text in entries])
    fits = {width: _fit(kinds, width) for width in range(2, WIDEST + 1)}
    perfect = [width for width, fit in fits.items() if fit == 1]
    if perfect:
        return (perfect[0] if len(perfect) == 1 else None), len(perfect) == 1
    best = max(fits, key=lambda width: fits[width])
    rivals = [width for width, fit in fits.items() if fit >= RIVAL_FIT]
    return (best if fits[best] >= LEAST_FIT and rivals == [best] else None), False


def _kinds(texts: Sequence[str]) -> str:
    return "".join("E" if not text else "V" if looks_like_value(text) else "L" for text in texts)


def _fit(kinds: str, width: int) -> float:
    """Return the share of rows that look like rows if ``width`` slots make one; 0 where it cannot be."""
    rows = [kinds[at : at + width] for at in range(0, len(kinds), width)]
    # A table's last row may have lost what was behind its figures; a line of figures alone may have lost some.
    cut_short = bool(rows) and len(rows[-1]) < width and not rows[-1].lstrip("E").startswith("L")
    if cut_short or len(rows) < FEWEST_ROWS or not kinds.lstrip("E").startswith("L"):
        return 0.0
    # In some pages every row is opened by a divider of its own.
    opened = all(row.startswith("E") for row in rows)
    bodies = [row[opened:] for row in rows]
    if not any("V" in body for body in bodies):
        return 0.0
    return sum(map(_is_row, bodies)) / len(bodies)


def _is_row(kinds: str) -> bool:
    labels = len(kinds) - len(kinds.lstrip("L"))
    return bool(kinds.strip("E")) and "L" not in kinds[labels:]


def _cut(entries: Sequence[tuple[int, str]], width: int) -> list[Row]:
    rows = [entries[at : at + width] for at in range(0, len(entries), width)]
    opened = all(not row[0][1] for row in rows)
    # What is lost behind a table's last row is padding, or a blank.
    return [(row[0][0], [*(text for _, text in row[opened:]), *[""] * (width - len(row))]) for row in rows]
