"""Zip packages of Office files (.docx, .xlsx, .odt) and their XML, opened with bounds: they come from strangers.

What the parts mean is for the readers; archives that hold documents are unpacked in `archives`.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

from extractors.media import ZIP_DAMAGE
from schemas.errors import DocumentError

# Real packages have some 20 parts, and with many photographs a few hundred.
MOST_PARTS = 5_000
# Bytes of all parts that a reader takes in. The text of real reports unpacks to less than 5 MB; photographs
# are not read. A tree of XML takes about eight times its text in memory.
MOST_BYTES = 40_000_000
# Sheets of empty formatted rows pack 100:1; what packs better than this was made to.
GREATEST_RATIO = 300
SMALL = 4_000_000


class Package:
    """The parts of a zip package by name; every part read counts towards one allowance."""

    def __init__(self, data: bytes) -> None:
        """Open a package.

        Raises:
            DocumentError: it is no whole zip (``damaged``) or has too many parts (``too_large``).
        """
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except ZIP_DAMAGE as error:
            raise DocumentError("damaged", f"expected a whole zip package, found: {error}") from error
        entries = self._zip.infolist()
        if len(entries) > MOST_PARTS:
            raise DocumentError("too_large", f"expected at most {MOST_PARTS} parts, found {len(entries)}")
        # Part names are the same in any case; some writers divide them by backslashes.
        self._entries = {entry.filename.replace("\\", "/").lstrip("/").lower(): entry for entry in entries}
        self._left = MOST_BYTES

    def names(self) -> tuple[str, ...]:
        """Return the parts' names as `read` knows them, in lower case."""
        return tuple(self._entries)

    def read(self, name: str) -> bytes | None:
        """Return a part's bytes, or None where there is no such part.

        Raises:
            DocumentError: ``encrypted``, ``damaged``, or greater than what is left of the allowance (``too_large``).
        """
        entry = self._entries.get(name.lstrip("/").lower())
        if entry is None:
            return None
        if entry.flag_bits & 1:
            raise DocumentError("encrypted", f"expected readable parts, found {name} encrypted")
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > self._left or (entry.file_size > SMALL and ratio > GREATEST_RATIO):
            raise DocumentError(
                "too_large",
                f"expected parts of at most {MOST_BYTES} bytes packed at most {GREATEST_RATIO}:1, "
                f"found {name} with {entry.file_size} bytes from {entry.compress_size}",
            )
        try:
            content = self._zip.read(entry)  # never more than the size that was just looked at
        except ZIP_DAMAGE as error:
            raise DocumentError("damaged", f"expected the whole part {name}, found: {error}") from error
        self._left -= len(content)
        return content

    def xml(self, name: str) -> Any:
        """Return the root element of a part of XML, or None where there is no such part.

        Raises:
            DocumentError: as `read`; ``damaged`` where it is no XML or brings a document type with it.
        """
        content = self.read(name)
        return None if content is None else parse_xml(content, name)


def parse_xml(content: bytes, name: str) -> Any:
    """Parse XML of strangers into an lxml element: no entities, no network, no endless depth.

    Raises:
        DocumentError: ``damaged``, also for a document type, which no Office file has.
    """
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError("damaged", f"expected well-formed XML in {name}, found: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise DocumentError("damaged", f"expected no document type in {name}, found one")
    return root


def main_part(package: Package, default: str) -> str:
    """Return the name of the package's main part as its relationships give it, else ``default``.

    Raises:
        DocumentError: as `Package.xml`.
    """
    root = package.xml("_rels/.rels")
    for relation in root if root is not None else ():
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            target = str(relation.get("Target", "")).lstrip("/").lower()
            if target in package.names():
                return target
    return default
