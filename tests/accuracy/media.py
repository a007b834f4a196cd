"""The media of the corpus: who makes their documents, what that needs, which reader must read them."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from extractors.media import Medium as Read
from extractors.read import READERS

from . import html, text, word
from .truth import Case


@dataclass(frozen=True)
class Medium:
    """``needs`` are programs on the PATH, ``modules`` Python packages; ``read_as`` what `sniff` says.

    ``exact`` says that the medium holds characters, not pictures of them: then every cell can be read.
    """

    name: str
    cases: Callable[..., Iterator[Case]]  # takes a `Pick`
    layouts: tuple[str, ...]
    read_as: Read
    needs: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    exact: bool = True

    def lacking(self) -> str | None:
        """Name the first program or package that is needed to make the documents and is not there."""
        for program in self.needs:
            if not shutil.which(program):
                return program
        for module in self.modules:
            if not importlib.util.find_spec(module):
                return module
        return None

    @property
    def has_reader(self) -> bool:
        """Tell whether the extractors know the medium."""
        return self.read_as in READERS


MEDIA: tuple[Medium, ...] = (
    Medium(html.MEDIUM, html.cases, html.NAMES, Read.HTML),
    Medium(text.MEDIUM, text.cases, text.NAMES, Read.TEXT),
    Medium(word.MEDIUM, word.cases, word.NAMES, Read.DOCX, modules=("docx",)),
)
