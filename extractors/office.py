"""Files that wrap or precede those of today: compound files (.doc, .wps, .xls), RTF, ODT, XML of 2003, MHTML.

Each is told by what is inside it, turned into Word, a sheet or a page, and handed to the reader of that.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from itertools import islice

from extractors.blocks import Document
from extractors.html import read_html
from extractors.libreoffice import convert
from extractors.media import Medium
from extractors.ole import OleFile
from extractors.sheets import read_xls, read_xlsx
from extractors.word import read_word, read_word_xml
from schemas.errors import DocumentError

# Parts of a saved page: its text, pictures, style sheets.
MOST_PARTS = 2_000
GREATEST_MAIL = 60_000_000
_SHEETS_XML = b"urn:schemas-microsoft-com:office:spreadsheet"


def read_ole(data: bytes) -> Document:
    """Read a compound file: .xls here, .doc and .wps by way of LibreOffice.

    Raises:
        DocumentError: ``damaged``, ``encrypted``, ``unsupported_medium`` where it is neither document nor
            sheet, and what `libreoffice.convert` and the readers raise.
    """
    ole = OleFile(data)
    names = set(ole.streams)
    if {"EncryptedPackage", "EncryptionInfo"} & names:
        raise DocumentError("encrypted", "expected a readable Office file, found one that asks for a password")
    if "WordDocument" in names:
        flags = struct.unpack_from("<H", ole.read("WordDocument").ljust(12, b"\0"), 10)[0]
        if flags & 0x0100:
            raise DocumentError("encrypted", "expected a readable Word file, found one that asks for a password")
        return _as(Medium.OLE, read_word(convert(data, "doc", "docx")))
    if {"Workbook", "Book"} & names:
        return _as(Medium.OLE, read_xls(data, ole))
    if "MatOST" in names or "CONTENTS" in names:  # Works' own .wps
        return _as(Medium.OLE, read_word(convert(data, "wps", "docx")))
    found = ", ".join(sorted(names)[:5]) or "nothing"
    raise DocumentError("unsupported_medium", f"expected a Word file or a workbook, found a file of {found}")


def read_rtf(data: bytes) -> Document:
    """Read RTF by way of LibreOffice; see `libreoffice.convert` for what it raises."""
    return _as(Medium.RTF, read_word(convert(data.lstrip(b"\xef\xbb\xbf \t\r\n"), "rtf", "docx")))


def read_odt(data: bytes) -> Document:
    """Read an OpenDocument text by way of LibreOffice; see `libreoffice.convert` for what it raises."""
    return _as(Medium.ODT, read_word(convert(data, "odt", "docx")))


def read_ods(data: bytes) -> Document:
    """Read an OpenDocument sheet or .xlsb by way of LibreOffice; see `libreoffice.convert` for what it raises."""
    suffix = "ods" if b"opendocument.spreadsheet" in data[:200] else "xlsb"
    return _as(Medium.ODS, read_xlsx(convert(data, suffix, "xlsx")))


def read_office_xml(data: bytes) -> Document:
    """Read Word or Excel files of one piece of XML; sheets by way of LibreOffice, see `libreoffice.convert`."""
    if _SHEETS_XML in data[:4096]:
        return _as(Medium.OFFICE_XML, read_xlsx(convert(data, "xml", "xlsx")))
    return read_word_xml(data)


def read_mhtml(data: bytes) -> Document:
    """Read the page of a file that holds a page with its pictures.

    Raises:
        DocumentError: there is no page in it (``damaged``), or it is too great (``too_large``).
    """
    from email import message_from_bytes

    if len(data) > GREATEST_MAIL:
        raise DocumentError("too_large", f"expected a saved page of at most {GREATEST_MAIL} bytes, found {len(data)}")
    try:  # the parser of the standard library goes one call deeper for each part within a part
        message = message_from_bytes(data.lstrip())
        pages = [part for part in islice(message.walk(), MOST_PARTS) if part.get_content_type() == "text/html"]
    except RecursionError as error:
        raise DocumentError("damaged", "expected a saved page, found parts within parts without end") from error
    for part in pages:
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content.strip():
            return _as(Medium.MHTML, read_html(content))
    raise DocumentError("damaged", "expected a page (text/html) in the saved page, found none")


def _as(medium: Medium, document: Document) -> Document:
    return replace(document, medium=medium)
