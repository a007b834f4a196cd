"""Ways to damage a document: its bytes, its tags, its lines, what stands beside its digits, its packed parts."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from random import Random

Mutation = Callable[[Random, bytes, bytes], bytes]  # dice, the document, another document

_TAG = re.compile(rb"<[^<>]{1,400}>")
_SPAN = re.compile(rb"((?:row|col)span|gridSpan w:val|width)\s*=\s*[\"']?(\d+)", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_NASTY = (
    *(b"\x00", b"\xff", b"<", b">", b"&", b'"', b"|", b"\t", b"\n\n", b"<table>", b"</td>", b"<!--", b"%PDF-"),
    *(b"\xe3\x80\x80", b"&#0;", b"99999999999", b"-1", b"\xef\xbf\xbd", b"1e9", "零".encode(), "①".encode()),
)
_MAGIC = (
    *(b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x89PNG\r\n\x1a\n"),
    *(b"\xff\xd8\xff", b"\x1f\x8b\x08", b"Rar!\x1a\x07", b"<html>", b"\xff\xfe", b"BM"),
)


def flip_bytes(dice: Random, data: bytes, _: bytes) -> bytes:
    """Change some bytes to others."""
    changed = bytearray(data)
    for _count in range(dice.choice((1, 2, 8, 40))):
        if changed:
            changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def truncate(dice: Random, data: bytes, _: bytes) -> bytes:
    """Lose an end."""
    cut = dice.randrange(len(data) + 1)
    return data[:cut] if dice.random() < 0.8 else data[cut:]


def cut_out(dice: Random, data: bytes, _: bytes) -> bytes:
    """Lose something in the middle."""
    start, end = _window(dice, len(data))
    return data[:start] + data[end:]


def double(dice: Random, data: bytes, _: bytes) -> bytes:
    """Say a part of it again, there or elsewhere."""
    start, end = _window(dice, len(data))
    at = end if dice.random() < 0.5 else dice.randrange(len(data) + 1)
    return data[:at] + data[start:end] * dice.choice((1, 1, 2, 30)) + data[at:]


def splice(dice: Random, data: bytes, other: bytes) -> bytes:
    """Go on as another document does."""
    return data[: dice.randrange(len(data) + 1)] + other[dice.randrange(len(other) + 1) :]


def insert_nasty(dice: Random, data: bytes, _: bytes) -> bytes:
    """Put bytes that mean something to some parser anywhere."""
    for _count in range(dice.choice((1, 3, 20))):
        at = dice.randrange(len(data) + 1)
        data = data[:at] + dice.choice(_NASTY) * dice.choice((1, 1, 1, 200)) + data[at:]
    return data


def lose_tags(dice: Random, data: bytes, _: bytes) -> bytes:
    """Take some tags out, or every closing tag of a name."""
    tags = [match.span() for match in _TAG.finditer(data)]
    if not tags:
        return data
    if dice.random() < 0.15:
        start, end = dice.choice(tags)
        name = re.match(rb"</?([a-zA-Z:]+)", data[start:end])
        return data.replace(b"</%s>" % name.group(1), b"") if name else data
    for start, end in sorted(dice.sample(tags, min(len(tags), dice.choice((1, 1, 2, 10)))), reverse=True):
        data = data[:start] + data[end:]
    return data


def move_tags(dice: Random, data: bytes, _: bytes) -> bytes:
    """Change two tags with each other, or say one twice."""
    tags = [match.span() for match in _TAG.finditer(data)]
    if len(tags) < 2:
        return double(dice, data, b"")
    (a, b), (c, d) = sorted(dice.sample(tags, 2))
    return data[:a] + data[c:d] + data[b:c] + (data[a:b] if dice.random() < 0.7 else data[c:d]) + data[d:]


def change_spans(dice: Random, data: bytes, _: bytes) -> bytes:
    """Let cells span what they should not."""
    number = dice.choice((b"0", b"1", b"2", b"3", b"7", b"-1", b"1000", b"65535", b"99999999999999999999", b"x"))
    spans = [match.span(2) for match in _SPAN.finditer(data)]
    for start, end in sorted(dice.sample(spans, min(len(spans), dice.choice((1, 2, 5)))), reverse=True):
        data = data[:start] + number + data[end:]
    return data


def lose_lines(dice: Random, data: bytes, _: bytes) -> bytes:
    """Take some lines out."""
    lines = data.split(b"\n")
    for _count in range(dice.choice((1, 1, 3, 12))):
        if lines:
            del lines[dice.randrange(len(lines))]
    return b"\n".join(lines)


def move_lines(dice: Random, data: bytes, _: bytes) -> bytes:
    """Put lines elsewhere, say them twice, join or break them."""
    lines = data.split(b"\n")
    for _count in range(dice.choice((1, 1, 3))):
        a, b = dice.randrange(len(lines)), dice.randrange(len(lines))
        match dice.randrange(4):
            case 0:
                lines[a], lines[b] = lines[b], lines[a]
            case 1:
                lines.insert(b, lines[a])
            case 2 if a + 1 < len(lines):
                lines[a : a + 2] = [lines[a] + lines[a + 1]]
            case _:
                at = dice.randrange(len(lines[a]) + 1)
                lines[a : a + 1] = [lines[a][:at], lines[a][at:]]
    return b"\n".join(lines)


def lose_beside_digits(dice: Random, data: bytes, _: bytes) -> bytes:
    """Take characters out that stand right before or after digits."""
    encoding = "utf-8"
    try:
        text = data.decode()
    except UnicodeDecodeError:
        encoding, text = "latin-1", data.decode("latin-1")
    runs = [match.span() for match in _DIGITS.finditer(text)]
    for start, end in sorted(dice.sample(runs, min(len(runs), dice.choice((1, 3, 20, 200)))), reverse=True):
        place = start - 1 if dice.random() < 0.5 else end
        text = text[: max(0, place)] + text[place + 1 :]
    return text.encode(encoding)


def inside_package(dice: Random, data: bytes, other: bytes) -> bytes:
    """Damage a part of a zip package, and pack it again as if nothing had happened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return flip_bytes(dice, data, other)
    telling = [name for name in parts if "document.xml" in name or "sheet" in name or "sharedStrings" in name]
    name = dice.choice(telling if telling and dice.random() < 0.8 else sorted(parts))
    parts[name] = dice.choice(MUTATIONS)(dice, parts[name], other)
    if dice.random() < 0.1:
        del parts[name]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for part, content in parts.items():
            package.writestr(part, content)
    return stream.getvalue()


def _window(dice: Random, length: int) -> tuple[int, int]:
    size = min(length, dice.choice((1, 4, 40, 400, 4000)))
    start = dice.randrange(length - size + 1)
    return start, start + size


MUTATIONS: tuple[Mutation, ...] = (
    flip_bytes,
    truncate,
    cut_out,
    double,
    splice,
    insert_nasty,
    lose_tags,
    move_tags,
    change_spans,
    lose_lines,
    move_lines,
    lose_beside_digits,
)
# These leave every figure whole and in its place among the others; so no figure may come out in another cell.
LOSSES: frozenset[Mutation] = frozenset({lose_tags, lose_lines})


def noise(dice: Random, vocabulary: bytes) -> bytes:
    """Make up a document: bytes at random behind some magic, or words of ours without order."""
    if dice.random() < 0.5:
        return dice.choice(_MAGIC) + dice.randbytes(dice.choice((1, 30, 1000, 20_000)))
    words = re.split(rb"[\s|]+", vocabulary)
    gap = dice.choice((b"\n", b" | ", b"\t", b"<td>", b"</td></tr><tr><td>", b""))
    return gap.join(dice.choice(words) for _ in range(dice.choice((5, 100, 2000))))
