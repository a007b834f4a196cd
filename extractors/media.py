"""What kind of file the bytes are (by their first bytes, never by name), and bytes → text.

Only recognising and decoding: the readers per medium stand in modules of their own.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from enum import StrEnum

from schemas.errors import DocumentError


class Medium(StrEnum):
    """Media that a report is met in."""

    HTML = "html"
    TEXT = "text"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    OLE = "ole"  # .doc, .wps, .xls, .et
    RTF = "rtf"
    ODT = "odt"
    ODS = "ods"  # and .xlsb: sheets that LibreOffice makes .xlsx of
    OFFICE_XML = "office xml"  # Word and Excel 2003 files that are one piece of XML
    MHTML = "mhtml"
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
    (b"Rar!\x1a\x07", Medium.ARCHIVE),
    (b"7z\xbc\xaf", Medium.ARCHIVE),
    (b"\x1f\x8b", Medium.ARCHIVE),
    (b"PK\x05\x06", Medium.ARCHIVE),
    (b"PK\x07\x08", Medium.ARCHIVE),
)
# First parts that decide; an .xlsb has all of an .xlsx but for the workbook. Slides are no reports.
_PACKAGES: tuple[tuple[str, Medium], ...] = (
    ("word/", Medium.DOCX),
    ("xl/workbook.bin", Medium.ODS),
    ("xl/", Medium.XLSX),
    ("ppt/", Medium.BINARY),
)
MOST_NAMES = 10_000
# What the standard library raises for zips that are torn or made up; encryption is a RuntimeError to it.
ZIP_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, LookupError, ArithmeticError, RuntimeError),  # NotImplementedError is one: a zip of the future
)
_PACKED = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_TAG = re.compile(r"<(?:!doctype|html|head|body|table|div|span|p|br|meta|tr|td)\b", re.IGNORECASE)
# Characters that no page and no text holds in numbers; a stray NUL in a page does no harm.
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Pages saved with their pictures: a mail's head lines, among them these two.
_MAIL_HEAD = re.compile(rb"\s*[A-Za-z][A-Za-z-]*:")
_MAIL_VERSION = re.compile(rb"^MIME-Version:", re.IGNORECASE | re.MULTILINE)
_MAIL_TYPE = re.compile(rb"^Content-Type:\s*(?:multipart/related|multipart/alternative|text/html)", re.I | re.M)
_OFFICE_XML = re.compile(
    rb"<\?mso-application\s+progid=|<(?:\w+:)?wordDocument\b|<pkg:package\b"
    rb"|<(?:\w+:)?Workbook\s[^>]{0,2000}urn:schemas-microsoft-com:office:spreadsheet"
)
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
    if data.startswith(b"PK\x03\x04"):
        return _sniff_zip(data)
    if data[257:262] == b"ustar":
        return Medium.ARCHIVE
    # Readers of PDF allow for some bytes before it; an archive may begin with one that is not packed.
    if b"%PDF-" in head and not head.startswith(_PACKED):
        return Medium.PDF
    for magic, medium in _MAGIC:
        # "BM" also begins words; a bitmap has NUL bytes in its header.
        if head.startswith(magic) and (magic != b"BM" or b"\x00" in head[:20]):
            return medium
    return _sniff_text(data)


def _sniff_text(data: bytes) -> Medium:
    """Tell the media that are text, or no medium at all."""
    head, beginning = data[:1024], data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if beginning.startswith(b"{\\rtf"):
        return Medium.RTF
    if _MAIL_HEAD.match(beginning) and _MAIL_VERSION.search(beginning) and _MAIL_TYPE.search(beginning):
        return Medium.MHTML
    if beginning.startswith(b"<?xml") and _OFFICE_XML.search(beginning):
        return Medium.OFFICE_XML
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and len(_CONTROL.findall(head)) > len(head) // 20:
        return Medium.BINARY
    return Medium.HTML if _TAG.search(decode(data[:65536])[0]) else Medium.TEXT


def _sniff_zip(data: bytes) -> Medium:
    """Tell an Office package by its parts; any other zip is an archive, also one that holds Office files."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in package.namelist()[:MOST_NAMES]}
            mimetype = package.read("mimetype") if _is_small(package, "mimetype") else b""
    except ZIP_DAMAGE:
        return Medium.ARCHIVE
    if "[content_types].xml" in names:
        for prefix, medium in _PACKAGES:
            if any(name.startswith(prefix) for name in names):
                return medium
    for kind, medium in ((b"opendocument.text", Medium.ODT), (b"opendocument.spreadsheet", Medium.ODS)):
        if kind in mimetype:
            return medium
    return Medium.BINARY if "ofd.xml" in names else Medium.ARCHIVE


def _is_small(package: zipfile.ZipFile, name: str) -> bool:
    return name in package.NameToInfo and package.getinfo(name).file_size < 200


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
