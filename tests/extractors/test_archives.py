"""Archives: every file inside comes out under its own name, and nothing else comes out, whatever they are made of."""

from __future__ import annotations

import gzip
import io
import os
import struct
import subprocess
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest

from extractors import archives
from extractors.archives import members
from extractors.seven_zip import _program
from schemas.errors import DocumentError

FILES = {"年报/表一.html": b"<table>" + b"1" * 300, "年报/表二.txt": "规章 3".encode()}


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def zipped_in(files: dict[str, bytes], encoding: str) -> bytes:
    """Return a zip whose names are bytes of an encoding that it does not tell, as archivers of Windows write."""
    plain = {name: name.encode(encoding) for name in files}
    marks = {name: b"%02d" % number + b"~" * (len(raw) - 2) for number, (name, raw) in enumerate(plain.items())}
    data = zipped({marks[name].decode(): content for name, content in files.items()})
    for name, raw in plain.items():
        assert data.count(marks[name]) == 2
        data = data.replace(marks[name], raw)
    return data


def tarred(files: dict[str, bytes], mode: str = "w") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def rar4(files: dict[str, bytes], flags: int = 0) -> bytes:
    """Return a RAR 4 archive of stored files, written as its technical note says."""

    def block(kind: int, flags: int, body: bytes) -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head

    parts = [b"Rar!\x1a\x07\x00", block(0x73, 0, bytes(6))]
    for name, content in files.items():
        raw = name.encode()  # marked as Unicode (0x200) without a second form, it is UTF-8
        sizes = struct.pack(
            "<IIBIIBBHI", len(content), len(content), 3, zlib.crc32(content), 0, 29, 0x30, len(raw), 0o100644
        )
        parts += [block(0x74, 0x8200 | flags, sizes + raw), content]
    return b"".join([*parts, block(0x7B, 0x4000, b"")])


def rar5(files: dict[str, bytes]) -> bytes:
    """Return a RAR 5 archive of stored files, written as its technical note says."""

    def number(value: int) -> bytes:
        parts = []
        while value > 0x7F:
            parts.append(value & 0x7F | 0x80)
            value >>= 7
        return bytes([*parts, value])

    def block(body: bytes) -> bytes:
        sized = number(len(body)) + body
        return struct.pack("<I", zlib.crc32(sized)) + sized

    parts = [b"Rar!\x1a\x07\x01\x00", block(number(1) + number(0) + number(0))]
    for name, content in files.items():
        raw = name.encode()
        head = number(2) + number(2) + number(len(content)) + number(4) + number(len(content)) + number(0o100644)
        head += struct.pack("<I", zlib.crc32(content)) + number(0) + number(1) + number(len(raw)) + raw
        parts += [block(head), content]
    return b"".join([*parts, block(number(5) + number(0) + number(0))])


def seven_zip(folder: Path, files: dict[str, bytes], *options: str) -> bytes:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    target = folder / "made.7z"
    tops = sorted({name.split("/")[0] for name in files})
    subprocess.run([_program(), "a", *options, str(target), *tops], cwd=folder, check=True, capture_output=True)
    return target.read_bytes()


@pytest.mark.parametrize("kind", ["zip", "zip in gbk", "zip in utf-8", "tar", "tar.gz", "rar4", "rar5", "7z"])
def test_every_file_comes_out_under_its_name(kind: str, tmp_path: Path) -> None:
    made = {
        "zip": lambda: zipped(FILES),
        "zip in gbk": lambda: zipped_in(FILES, "gbk"),
        "zip in utf-8": lambda: zipped_in(FILES, "utf-8"),
        "tar": lambda: tarred(FILES),
        "tar.gz": lambda: tarred(FILES, "w:gz"),
        "rar4": lambda: rar4(FILES),
        "rar5": lambda: rar5(FILES),
        "7z": lambda: seven_zip(tmp_path, FILES),
    }
    assert dict(members(made[kind]())) == FILES


def test_a_packed_file_alone_keeps_its_name() -> None:
    file = io.BytesIO()
    with gzip.GzipFile("年报.txt", "wb", fileobj=file) as packed:
        packed.write(b"figures")
    assert [content for _, content in members(file.getvalue())] == [b"figures"]
    assert members(gzip.compress(b"figures")) == [("file", b"figures")]


def test_an_archive_in_an_archive_is_opened_and_no_further() -> None:
    inmost = zipped({"c.txt": b"c"})
    inner = zipped({"b.txt": b"b", "inmost.zip": inmost})
    found = members(zipped({"a.txt": b"a", "inner.zip": inner, "torn.zip": inner[:40]}))
    assert found == [
        ("a.txt", b"a"),
        ("inner.zip/b.txt", b"b"),
        ("inner.zip/inmost.zip", inmost),
        ("torn.zip", inner[:40]),
    ]


def test_word_files_and_sheets_are_documents_not_archives() -> None:
    word = zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
    assert members(zipped({"word/年报.docx": word})) == [("word/年报.docx", word)]


@pytest.mark.parametrize("make", [zipped, tarred, rar5])
def test_names_lead_nowhere(make: object) -> None:
    files = {
        "../../etc/passwd": b"1",
        "/etc/x": b"2",
        "C:\\windows\\y": b"3",
        "__MACOSX/._z": b"4",
        "a/.DS_Store": b"5",
        "~$lock.docx": b"6",
        "Thumbs.db": b"7",
        "empty.txt": b"",
    }
    names = {content: name for name, content in members(make(files))}  # type: ignore[operator]
    assert set(names) == {b"1", b"2", b"3"}
    assert not any(name.startswith("/") or ".." in name or ":" in name for name in names.values())


def test_links_in_a_tar_are_not_followed() -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE):
            entry = tarfile.TarInfo("x")
            entry.type, entry.linkname = kind, "/etc/hostname"
            archive.addfile(entry)
    assert members(file.getvalue()) == []


def refused(data: bytes) -> str:
    with pytest.raises(DocumentError) as error:
        members(data)
    assert "expected" in str(error.value)
    assert "found" in str(error.value)
    return error.value.code


@pytest.mark.parametrize("kind", ["zip", "gz", "tar.gz", "7z", "zip in zip"])
def test_bombs_are_refused_before_they_are_unpacked(kind: str, tmp_path: Path) -> None:
    big = bytes(30_000_000)
    made = {
        "zip": lambda: zipped({"x": big}),
        "gz": lambda: gzip.compress(big),
        "tar.gz": lambda: tarred({"x": big}, "w:gz"),
        "7z": lambda: seven_zip(tmp_path, {"x": big}),
        "zip in zip": lambda: zipped({"x.zip": zipped({"x": big})}),
    }
    assert refused(made[kind]()) == "too_large"


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 20)
    many = {f"{number}.txt": b"x" for number in range(21)}
    assert [refused(make(many)) for make in (zipped, tarred, rar4, rar5)] == ["too_large"] * 4
    twelve = zipped({f"{number}.txt": b"x" for number in range(12)})
    assert refused(zipped({"a.zip": twelve, "b.zip": twelve})) == "too_large"


def test_passwords_are_told_from_damage(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    assert refused(seven_zip(tmp_path / "a", FILES, "-psecret")) == "encrypted"
    assert refused(seven_zip(tmp_path / "b", FILES, "-psecret", "-mhe=on")) == "encrypted"
    assert refused(rar4(FILES, flags=0x04)) == "encrypted"
    data = bytearray(zipped(FILES))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    assert refused(bytes(data)) == "encrypted"


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "rar4", "rar5", "7z"])
def test_torn_and_altered_archives_are_damaged(kind: str, tmp_path: Path) -> None:
    noise = {"x.bin": os.urandom(3_000), "y.bin": os.urandom(3_000)}
    made = {
        "zip": lambda: zipped(noise),
        "tar": lambda: tarred(noise),
        "tar.gz": lambda: tarred(noise, "w:gz"),
        "rar4": lambda: rar4(noise),
        "rar5": lambda: rar5(noise),
        "7z": lambda: seven_zip(tmp_path, noise),
    }
    data = made[kind]()
    assert refused(data[:4_600]) == "damaged"
    if kind != "tar":  # it has no checksum of contents
        assert refused(data[:2_000] + bytes([data[2_000] ^ 1]) + data[2_001:]) == "damaged"


def test_what_is_no_archive_is_not_taken_for_one() -> None:
    assert refused(b"<html>") == "unsupported_medium"
