"""Hostile PDFs, written object by object."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from tests.hostile.pages import MEGABYTE, Maker
from tests.shared import SAMPLES

_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<%s>>>>"
_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def pdfs() -> Iterator[tuple[str, Maker]]:
    """Yield (file name, maker)."""
    (sample,) = (SAMPLES / "site").rglob("*.pdf")
    whole = sample.read_bytes()
    plain = _stream(b"BT /F1 12 Tf 72 700 Td (1) Tj ET")
    yield "half.pdf", lambda: whole[: len(whole) // 2]
    yield "end-only.pdf", lambda: b"%PDF-1.7\n" + whole[-2000:]
    yield "pdf-named.html", lambda: whole[:3000]
    yield "shuffled.pdf", lambda: whole[:1000] + bytes(reversed(whole[1000:]))
    yield "encrypted.pdf", lambda: _pdf([_CATALOG, _PAGES, _PAGE % b"", plain], _ENCRYPT)
    yield "tree-loop.pdf", lambda: _pdf([_CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"])
    yield "parent-loop.pdf", lambda: _pdf([_CATALOG, _PAGES, b"<</Type/Page/Parent 3 0 R/Contents 3 0 R>>"])
    yield (
        "tree-deep.pdf",
        lambda: _pdf([_CATALOG, *(b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (n + 3) for n in range(20_000))]),
    )
    yield (
        "pages.pdf",
        lambda: _pdf(
            [_CATALOG, b"<</Type/Pages/Kids[" + b"3 0 R " * 200_000 + b"]/Count 200000>>", _PAGE % b"", plain]
        ),
    )
    yield "count.pdf", lambda: _pdf([_CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 2147483647>>", _PAGE % b"", plain])
    yield "arrays.pdf", lambda: _pdf([_CATALOG, _PAGES, b"[" * 500_000 + b"]" * 500_000])
    yield "dictionaries.pdf", lambda: _pdf([b"<</A" * 200_000, _PAGES])
    yield "size.pdf", lambda: _pdf([_CATALOG, _PAGES, _PAGE % b"", plain], b"/Size 2147483647")
    yield "table.pdf", lambda: _pdf([_CATALOG, _PAGES, _PAGE % b"", plain]).replace(b"xref\n0 5", b"xref\n0 2000000000")
    yield "previous.pdf", lambda: _pdf([_CATALOG, _PAGES, _PAGE % b"", plain], b"/Prev %d")
    yield "content-bomb.pdf", lambda: _pdf([_CATALOG, _PAGES, _PAGE % b"", _stream(b"q " * 150 * MEGABYTE)])
    yield "rules.pdf", lambda: _pdf([_CATALOG, _PAGES, _PAGE % b"", _stream(_rules(40_000))])
    yield "letters.pdf", lambda: _pdf([_CATALOG, _PAGES, _PAGE % _FONT, _stream(_letters(100_000))])
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
    draw = _stream(b"/X Do " * 10)
    yield (
        "form-loop.pdf",
        lambda: _pdf([_CATALOG, _PAGES, _PAGE % b"/XObject<</X 5 0 R>>", draw, _stream(b"/X Do /X Do", form)]),
    )
    image = b"/Type/XObject/Subtype/Image/Width 100000/Height 100000/ColorSpace/DeviceRGB/BitsPerComponent 8"
    yield (
        "image.pdf",
        lambda: _pdf([_CATALOG, _PAGES, _PAGE % b"/XObject<</X 5 0 R>>", draw, _stream(bytes(100 * MEGABYTE), image)]),
    )
    vast = (_PAGE % b"").replace(b"595 842", b"9e9 9e9")
    yield "vast-page.pdf", lambda: _pdf([_CATALOG, _PAGES, vast, plain])


_FONT = b"/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
# A password that nobody knows: the strings are no digest of anything.
_ENCRYPT = (
    b"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O<%s>/U<%s>>>/ID[<%s><%s>]"
    % (b"41" * 32, b"42" * 32, b"43" * 16, b"43" * 16)
)  # fmt: skip


def _pdf(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Number the objects from 1 and write table and trailer; ``%d`` there becomes the table's own place."""
    out, places = [b"%PDF-1.7\n"], []
    at = len(out[0])
    for number, content in enumerate(objects, start=1):
        places.append(at)
        out.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        at += len(out[-1])
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = b"" if b"/Size" in trailer else b"/Size %d" % (len(objects) + 1)
    more = trailer.replace(b"%d", b"%d" % at)
    out.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table))
    out.append(b"trailer<</Root 1 0 R%s%s>>\nstartxref\n%d\n%%%%EOF" % (size, more, at))
    return b"".join(out)


def _stream(content: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(content, 1)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (more, len(packed), packed)


def _rules(count: int) -> bytes:
    """Draw a grid of lines, each of which crosses half of the others."""
    across = (b"0 %d.%02d m 595 %d.%02d l S\n" % (n // 50, n % 50, n // 50, n % 50) for n in range(count // 2))
    down = (b"%d.%02d 0 m %d.%02d 842 l S\n" % (n // 50, n % 50, n // 50, n % 50) for n in range(count // 2))
    return b"".join((*across, *down))


def _letters(count: int) -> bytes:
    return b"".join(b"BT /F1 6 Tf %d %d Td (1) Tj ET\n" % (n % 590, n // 590 * 5 % 840) for n in range(count))
