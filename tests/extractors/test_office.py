"""Files of old word processors and saved pages, told by their bytes and read as what is inside them."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import time
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
import xlwt

from extractors import libreoffice
from extractors.media import Medium, sniff
from extractors.office import read_mhtml, read_ole
from extractors.ole import OleFile
from extractors.read import read_report
from schemas.errors import DocumentError
from schemas.formats import format_by_code
from tests.corpus import Page, page_bytes, report_html
from tests.extractors.dense import AGENCY, FORMS, differing, figures_of, report_of
from tests.extractors.soffice import made, needs_soffice
from tests.extractors.workbooks import one_sheet, xls

FIGURES = {code: figures_of(format_by_code(code)) for code in FORMS}


@needs_soffice
@pytest.mark.parametrize(
    ("name", "medium"),
    [("2019.doc", "ole"), ("2021.doc", "ole"), ("2021.rtf", "rtf"), ("2021.odt", "odt")],
)
def test_old_word_files_give_every_figure_back(name: str, medium: str) -> None:
    reading = read_report(made()[name], "no name tells")
    assert (reading.medium, reading.format) == (medium, name[:4])
    assert differing(reading, FIGURES[name[:4]]) == {}
    assert (reading.identity.agency, reading.identity.year) == (AGENCY, 2022)


@pytest.mark.parametrize("code", FORMS)
@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_page_saved_with_its_pictures_is_read_as_the_page(code: str, charset: str) -> None:
    message = EmailMessage()
    message.set_type("multipart/related")
    page = page_bytes(report_html(report_of(code), Page(encoding=charset)), Page(encoding=charset))
    message.add_related(b"\x89PNG", "image", "png")
    message.add_related(page, "text", "html", cte="quoted-printable")
    reading = read_report(b"From: <Saved by a browser>\r\n" + message.as_bytes(), "saved.doc")
    assert reading.medium == "mhtml"
    assert differing(reading, FIGURES[code]) == {}


def test_a_saved_page_without_a_page_is_damaged() -> None:
    with pytest.raises(DocumentError, match="text/html"):
        read_mhtml(b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x--\r\n")
    deep = b"".join(b"--%d\r\nContent-Type: multipart/related; boundary=%d\r\n\r\n" % (n, n + 1) for n in range(3_000))
    with pytest.raises(DocumentError):
        read_mhtml(b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=0\r\n\r\n" + deep)


def test_what_a_compound_file_is_says_its_directory() -> None:
    data = xls(one_sheet(report_of("2021")))
    ole = OleFile(data)
    assert "Workbook" in ole.streams
    assert ole.read("Workbook")[:2] == b"\x09\x08"
    other = data.replace("Workbook".encode("utf-16-le"), "Warkbook".encode("utf-16-le"))
    with pytest.raises(DocumentError, match="Warkbook") as error:
        read_ole(other)
    assert error.value.code == "unsupported_medium"


def test_a_compound_file_that_asks_for_a_password_says_so() -> None:
    data = xls(one_sheet(report_of("2021")))
    package = "EncryptedPackage".encode("utf-16-le")
    entry = data.index("Workbook".encode("utf-16-le"))
    renamed = data[:entry] + package.ljust(64, b"\0") + struct.pack("<H", len(package) + 2) + data[entry + 66 :]
    with pytest.raises(DocumentError) as error:
        read_ole(renamed)
    assert error.value.code == "encrypted"


@pytest.mark.parametrize("size", [8, 60, 511, 512, 600, 1500, 5000])
def test_torn_compound_files_end_in_one_line(size: int) -> None:
    book = xlwt.Workbook()
    book.add_sheet("x").write(0, 0, "x")
    file = io.BytesIO()
    book.save(file)
    with pytest.raises(DocumentError) as error:
        read_ole(file.getvalue()[:size])
    assert error.value.code in ("damaged", "unsupported_medium")


def test_sectors_that_lead_in_a_circle_end() -> None:
    data = bytearray(xls(one_sheet(report_of("2021"))))
    (table,) = struct.unpack_from("<I", data, 76)
    for number in range(128):
        struct.pack_into("<I", data, ((table + 1) << 9) + 4 * number, number)
    with pytest.raises(DocumentError):
        read_ole(bytes(data))


def test_without_libreoffice_the_package_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DocumentError, match="libreoffice-writer-nogui") as error:
        read_report(b"{\\rtf1 x}", "old.rtf")
    assert error.value.code == "needs_libreoffice"


def test_a_libreoffice_that_does_not_end_is_ended_with_all_it_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    note = tmp_path / "child"
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {note}\nwait\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(libreoffice, "SECONDS", 1)
    with pytest.raises(DocumentError) as error:
        libreoffice.convert(b"{\\rtf1 x}", "rtf", "docx")
    assert error.value.code == "too_slow"
    for _ in range(100):  # a signal takes a moment to arrive on a busy machine
        listed = subprocess.run(["ps", "-o", "stat=", "-p", note.read_text().strip()], capture_output=True, check=False)
        if listed.stdout.strip()[:1] in (b"", b"Z"):
            return
        time.sleep(0.1)
    raise AssertionError(f"expected no process left, found {listed.stdout!r}")


@needs_soffice
def test_garbage_for_libreoffice_is_damaged_or_no_report() -> None:
    with pytest.raises(DocumentError) as error:
        read_report(b"{\\rtf1" + bytes(range(1, 255)) * 20, "bad.rtf")
    assert error.value.code in ("damaged", "not_a_report")


def test_sheets_of_other_kinds_need_the_other_half_of_libreoffice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A LibreOffice without Calc makes nothing of a sheet: that is not the file's fault."""
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o700)
    (tmp_path / "libswlo.so").touch()
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(DocumentError, match="libreoffice-calc-nogui") as error:
        read_report(file.getvalue(), "sheet.ods")
    assert error.value.code == "needs_libreoffice"


HEADS = {
    b"{\\rtf1\\ansi": Medium.RTF,
    b"\xef\xbb\xbf  {\\rtf1": Medium.RTF,
    b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x": Medium.MHTML,
    b"From: x\nMIME-Version: 1.0\nContent-Type: text/html": Medium.MHTML,
    b"<html><body>MIME-Version: 1.0\nContent-Type: text/html": Medium.HTML,
    b"MIME-Version: 1.0 \xe6\x98\xaf": Medium.TEXT,
    b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>': Medium.OFFICE_XML,
    b"Rar! is a name": Medium.TEXT,
    b"Rar!\x1a\x07\x01\x00": Medium.ARCHIVE,
    b"PK\x05\x06" + bytes(18): Medium.ARCHIVE,
    b"a.txt" + bytes(252) + b"ustar\x0000" + bytes(248): Medium.ARCHIVE,
}


@pytest.mark.parametrize(("data", "medium"), HEADS.items())
def test_leading_bytes_decide(data: bytes, medium: Medium) -> None:
    assert sniff(data) is medium
