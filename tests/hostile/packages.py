"""Hostile zip packages (Word, sheets, archives), compressed streams and pictures."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.hostile.pages import MEGABYTE, REPORT, Maker

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_BOMB = 256  # megabytes in one part


def packages(secret: Path) -> Iterator[tuple[str, Maker]]:
    """Yield (file name, maker); ``secret`` is a file of ours that no document may have read."""
    outside = f'<!DOCTYPE w [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    laughs = "<!DOCTYPE w [<!ENTITY a0 '哈'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    yield "entity.docx", lambda: _word(_paragraphs("年度报告 &e;"), outside)
    yield "laughs.docx", lambda: _word(_paragraphs("年度报告 &a11;"), laughs + "]>")
    yield "bomb.docx", lambda: _word(_paragraphs("年度报告"), bomb=_BOMB)
    yield "spans.docx", lambda: _word(_spans(100_000_000))
    yield (
        "nested.docx",
        lambda: _word("<w:tbl><w:tr><w:tc>" * 5_000 + _paragraphs("1") + "</w:tc></w:tr></w:tbl>" * 5_000),
    )
    yield "not-xml.docx", lambda: _word("<w:p><w:r>")
    yield "empty-package.docx", lambda: _zip({"word/nothing": b""})
    yield (
        "entity.xlsx",
        lambda: _workbook('<row r="1"><c r="A1" t="inlineStr"><is><t>年度报告 &e;</t></is></c></row>', outside),
    )
    yield "laughs.xlsx", lambda: _workbook('<row r="1"><c r="A1" t="str"><v>&a11;</v></c></row>', laughs + "]>")
    yield "bomb.xlsx", lambda: _workbook("", bomb=_BOMB)
    yield (
        "corner.xlsx",
        lambda: _workbook(
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
        ),
    )
    yield "merged.xlsx", lambda: _workbook('<row r="1"><c r="A1"><v>1</v></c></row>', merge="A1:XFD1048576")
    yield "bomb.zip", lambda: _zip({"年报.html": b""}, bomb=_BOMB)
    yield "zip-in-zip.zip", lambda: _nested_zip(30)
    yield "many-files.zip", lambda: _zip({f"{number}.html": b"<p>1" for number in range(20_000)})
    yield "climbing.zip", lambda: _zip({"../../../../tmp/climbed.html": REPORT.read_bytes()[:500]})
    yield "torn.zip", lambda: _zip({"年报.html": REPORT.read_bytes()})[:-40]
    yield "understated.zip", _understated
    yield "bomb.gz", lambda: gzip.compress(bytes(_BOMB * MEGABYTE), 1)
    yield "page.html.gz", lambda: gzip.compress(REPORT.read_bytes())[:-4]
    yield "torn.7z", lambda: b"7z\xbc\xaf\x27\x1c\x00\x04" + b"\xff" * 200
    yield "torn.rar", lambda: b"Rar!\x1a\x07\x01\x00" + b"\xff" * 200
    yield "loop.doc", _ole
    yield "vast.png", lambda: _png(60_000, 60_000)
    yield "bomb.png", lambda: _png(20_000, 20_000, zlib.compress(bytes(_BOMB * MEGABYTE), 1))
    yield "vast.jpg", lambda: bytes.fromhex("ffd8ffc00011 08 ffffffff 03 012200 021101 031101 ffd9")
    yield "vast.bmp", lambda: b"BM" + struct.pack("<IHHIIiiHHI20x", 54, 0, 0, 54, 40, 2**30, 2**30, 1, 24, 0)
    yield "loop.tif", lambda: b"II*\x00" + struct.pack("<IHHHIII", 8, 1, 256, 4, 1, 2**31, 8)
    yield "torn.gif", lambda: b"GIF89a\xff\xff\xff\xff\xf7\x00\x00"


def _paragraphs(*texts: str) -> str:
    return "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)


def _spans(width: int) -> str:
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="{width}"/></w:tcPr>{_paragraphs("9")}</w:tc>'
    return f"<w:tbl>{f'<w:tr>{cell}</w:tr>' * 50}</w:tbl>"


def _word(body: str, doctype: str = "", *, bomb: int = 0) -> bytes:
    document = f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<w:document xmlns:w="{_WORD}"><w:body>{body}'
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": _types({"/word/document.xml": main}),
        "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
        "word/document.xml": document.encode(),
    }
    return _zip(parts, bomb=bomb, end=b"</w:body></w:document>")


def _workbook(rows: str, doctype: str = "", *, bomb: int = 0, merge: str = "") -> bytes:
    book = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    merged = f'<mergeCells count="1"><mergeCell ref="{merge}"/></mergeCells>' if merge else ""
    tail = f"</sheetData>{merged}</worksheet>"
    sheet = f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<worksheet xmlns="{_SHEET}"><sheetData>{rows}'
    workbook = (
        f'<?xml version="1.0"?><workbook xmlns="{_SHEET}" xmlns:r="{_RELATION}">'
        '<sheets><sheet name="年报" sheetId="1" r:id="r0"/></sheets></workbook>'
    )
    parts = {
        "[Content_Types].xml": _types(
            {"/xl/workbook.xml": f"{book}.sheet.main+xml", "/xl/worksheets/sheet1.xml": f"{book}.worksheet+xml"}
        ),
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": _relations(("worksheet", "worksheets/sheet1.xml")),
        "xl/workbook.xml": workbook.encode(),
        "xl/worksheets/sheet1.xml": sheet.encode(),
    }
    return _zip(parts, bomb=bomb, end=tail.encode())


def _types(overrides: dict[str, str]) -> bytes:
    entries = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides.items())
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types">{rels}{entries}</Types>'.encode()


def _relations(*targets: tuple[str, str]) -> bytes:
    entries = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATION}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'.encode()


def _zip(parts: dict[str, bytes], *, bomb: int = 0, end: bytes = b"") -> bytes:
    """Pack parts; the last one goes on with ``bomb`` megabytes of spaces and ``end``."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        *first, last = parts
        for name in first:
            package.writestr(name, parts[name])
        with package.open(last, "w", force_zip64=True) as stream:
            stream.write(parts[last])
            for _ in range(bomb):
                stream.write(b" " * MEGABYTE)
            stream.write(end)
    return packed.getvalue()


def _nested_zip(depth: int) -> bytes:
    inner = REPORT.read_bytes()
    for level in range(depth):
        inner = _zip({f"{level}.{'zip' if level else 'html'}": inner})
    return inner


def _understated() -> bytes:
    """Return a zip whose directory says that a part is 10 bytes long, though it unpacks to megabytes."""
    real, said = struct.pack("<I", 20 * MEGABYTE), struct.pack("<I", 10)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("年报.html", b"<p>" + b" " * (20 * MEGABYTE - 3))
    assert packed.getvalue().count(real) == 2
    return packed.getvalue().replace(real, said)


def _ole() -> bytes:
    """Return an OLE file whose every sector is followed by itself."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 0, 0, 4096, 0, 1, 0, 1) + struct.pack("<109I", *[0] * 109)
    return head + struct.pack("<128I", *range(128)) * 8


def _png(width: int, height: int, data: bytes | None = None) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", data or zlib.compress(bytes(100)))
        + chunk(b"IEND", b"")
    )
