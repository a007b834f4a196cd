"""What kind of file the bytes are (by their first bytes, never by name), and bytes → text.

Only recognising and decoding: the readers per medium stand in modules of their own.
"""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum

from schemas.errors import DocumentError


class Medium(StrEnum):
    """Media that a report is met in."""

    HTML = "html"
    TEXT = "text"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    OLE = "ole"  # .doc, .wps, .xls
    IMAGE = "image"
    ARCHIVE = "archive"
    BINARY = "binary"


_MAGIC: tuple[tuple[bytes, Medium], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Medium.OLE),
    (b"\x89PNG", Medium.IMAGE),
    (b"\xff\xd8\xff", Medium.IMAGE),
    (b"GIF8", Medium.IMAGE),
    (b"BM", Medium.IMAGE),
    (b"II*\x00", Medium.IMAGE),
    (b"MM\x00*", Medium.IMAGE),
    (b"Rar!", Medium.ARCHIVE),
    (b"7z\xbc\xaf", Medium.ARCHIVE),
    (b"\x1f\x8b", Medium.ARCHIVE),
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_TAG = re.compile(r"<(?:!doctype|html|head|body|table|div|span|p|br|meta|tr|td)\b", re.IGNORECASE)
# Characters that no page and no text holds in numbers; a stray NUL in a page does no harm.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
# gb2312 and gbk pages use characters of gb18030, of which both are subsets (SITES, last line).
_WIDENED = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030"}


def sniff(data: bytes) -> Medium:
    """Tell the medium of ``data`` by its leading bytes.

    Raises:
        DocumentError: there are no bytes (code ``empty``).
    """
    if not data.strip():
        raise DocumentError("empty", "expected a document, found an empty file")
    head = data[:1024]
    if b"%PDF-" in head:
        return Medium.PDF
    if data.startswith(b"PK\x03\x04"):
        return _sniff_zip(data)
    for magic, medium in _MAGIC:
        # "BM" also begins words; a bitmap has NUL bytes in its header.
        if head.startswith(magic) and (magic != b"BM" or b"\x00" in head[:20]):
            return medium
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and len(_CONTROL.findall(head)) > len(head) // 20:
        return Medium.BINARY
    return Medium.HTML if _TAG.search(decode(data[:65536])[0]) else Medium.TEXT


def _sniff_zip(data: bytes) -> Medium:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):  # the second: a version of the future
        return Medium.ARCHIVE
    for prefix, medium in (("word/", Medium.DOCX), ("xl/", Medium.XLSX)):
        if any(name.startswith(prefix) for name in names):
            return medium
    return Medium.ARCHIVE


def decode(data: bytes) -> tuple[str, str]:
    """Decode a page or text file; return the text and the encoding that was used.

    Declarations lie, bytes do not: whatever decodes strictly as UTF-8 is UTF-8 (other encodings of
    Chinese text practically never do), then the declared encoding is tried, then gb18030. A few
    undecodable bytes become U+FFFD, which no figure survives.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="replace"), encoding
    found = _DECLARED.search(data[:4096])
    declared = found.group(1).decode("ascii").lower() if found else ""
    for encoding in ("utf-8", _WIDENED.get(declared, declared), "gb18030"):
        if not encoding:
            continue
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError as error:
            # A page cut at the size limit may end inside a character: that is not another encoding.
            if error.end >= len(data) - 4 and error.start >= len(data) - 4:
                return data.decode(encoding, errors="replace"), encoding
        except LookupError:
            continue
    return _least_damaged(data, declared)


def _least_damaged(data: bytes, declared: str) -> tuple[str, str]:
    candidates = ["utf-8", "gb18030", *([_WIDENED.get(declared, declared)] if declared else [])]
    best = ("", "utf-8")
    fewest = len(data) + 1
    for encoding in candidates:
        try:
            text = data.decode(encoding, errors="replace")
        except LookupError:
            continue
        damaged = text.count("�")
        if damaged < fewest:
            best, fewest = (text, encoding), damaged
    return best
