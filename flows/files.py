"""Files that a person names on the command line: a file itself, or all below a folder."""

from __future__ import annotations

from pathlib import Path

from schemas.errors import UserError


def files_of(path: Path) -> list[Path]:
    """List a file itself, or the files below a folder in a stable order, hidden ones left out.

    Raises:
        UserError: there is nothing at ``path``, or no file in the folder.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UserError(f"{path}: expected a file or folder, found nothing there")
    found = sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts)
    )
    if not found:
        raise UserError(f"{path}: expected reports, found an empty folder")
    return found
