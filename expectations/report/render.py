"""The Jinja environment of the report: escaping, the filters, and which links may be followed.

What is said stands in `words`, where it stands in `page` and `message`; the markup in `templates/`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from expectations.report.words import above, grade_words, leaf, number, one_line, signed, visible

TEMPLATES = Path(__file__).parent / "templates"
# Left as they are when a published address is made fit for an attribute; all else is percent-encoded.
_URL_SAFE = "!#$%&'()*+,/:;=?@[]~"


@cache
def environment() -> Environment:
    """Return the one environment: everything is escaped except in ``.txt.j2``, nothing is undefined."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: not (name or "").endswith(".txt.j2"),
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "number": number,
        "signed": signed,
        "leaf": leaf,
        "above": above,
        "path": path_words,
        "one_line": one_line,
        "link": link,
    }
    made.globals |= {"grade_words": grade_words, "css": _css}
    return made


def link(url: str | None) -> str | None:
    """Return an address that may stand in ``href``: http(s) to a host; anything else is only text."""
    try:
        parts = urlsplit(url or "")
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return None
        return quote(visible(str(url)).strip(), safe=_URL_SAFE)
    except ValueError:  # an address that is none: `http://[`
        return None


def path_words(label: str) -> str:
    """Show a label path with room between its parts: ``法人或其他组织 / 其他``."""
    return " / ".join(label.split("/"))


def _css() -> Markup:
    # Ours, not anybody's input: the only text that is not escaped.
    return Markup((TEMPLATES / "page.css").read_text(encoding="utf-8"))


def _finalize(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
