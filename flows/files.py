"""Files that a person names on the command line: a file itself, or all below a folder.

Names tell only what is a page's dress, and what is taken first; which files are read with a page, its reader says.
"""

from __future__ import annotations

import re
from pathlib import Path

from schemas.errors import UserError

_PAGE = re.compile(r"\.(?:s?html?|xht(?:ml)?|aspx?|jsp|php)$", re.IGNORECASE)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|et|rtf|odt|ods|zip|rar|7z|t?gz|tar|ofd)$", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|bmp|tiff?|webp|svg|ico)$", re.IGNORECASE)
_DRESS = re.compile(r"\.(?:css|m?js|json|map|woff2?|ttf|eot|xml|thmx|mso|download)$", re.IGNORECASE)
# What browsers and Word call the folder of a page saved whole: 年报_files beside 年报.html.
_PARTS = ("_files", ".files", "_文件", ".fld")


def files_of(path: Path) -> list[Path]:
    """List a file itself, or the files below a folder in a stable order: pages, documents, pictures.

    Hidden files are left out, and what a browser saved with a page as its dress, pictures among it: they are
    read with the page, if at all.

    Raises:
        UserError: there is nothing at ``path``, or no file in the folder.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UserError(f"{path}: expected a file or folder, found nothing there")
    found = [
        file
        for file in path.rglob("*")
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts)
    ]
    if not found:
        raise UserError(f"{path}: expected reports, found an empty folder")
    saved = {file.with_suffix("") for file in found if _PAGE.search(file.name)}
    return sorted((file for file in found if not _is_dress(file, saved)), key=lambda file: (_turn(file), file))


def may_be_attached(file: Path) -> bool:
    """Tell, by its name, a file that pages show or link to."""
    return _turn(file) > 0


def _turn(file: Path) -> int:
    return 2 if _PICTURE.search(file.name) else 1 if _DOCUMENT.search(file.name) else 0


def _is_dress(file: Path, saved: set[Path]) -> bool:
    if not (_PICTURE.search(file.name) or _DRESS.search(file.name)):
        return False
    return any(
        folder.with_name(folder.name.removesuffix(ending)) in saved
        for folder in file.parents
        for ending in _PARTS
        if folder.name.endswith(ending) and folder.name != ending
    )
