"""What a Word file says of the looks of its text: hidden, struck out, set above the line.

Looks stand at a run of text or in the styles that it names; which of them a reader minds is `word`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# Transitional and strict names of the same language, and its first version, which was one file of XML.
NAMESPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
    "http://schemas.microsoft.com/office/word/2003/wordml",
)
# Styles are based on styles; chains of real files have three or four links.
LONGEST_CHAIN = 20
_OFF = frozenset({"0", "false", "off", "none"})


@dataclass(frozen=True, slots=True)
class Looks:
    """What matters of a run's looks; None where nothing is said."""

    hidden: bool | None = None
    struck: bool | None = None
    raised: bool | None = None  # above or below the line: a mark, not a digit

    def over(self, other: Looks) -> Looks:
        """Return these looks with what they leave open taken from ``other``."""
        return Looks(
            other.hidden if self.hidden is None else self.hidden,
            other.struck if self.struck is None else self.struck,
            other.raised if self.raised is None else self.raised,
        )


PLAIN = Looks()


@lru_cache(maxsize=4096)
def name_of(tag: str) -> str:
    """Return the local name of a Word element, ``other:`` and the local name of any other."""
    namespace, _, name = tag[1:].partition("}")
    return name if namespace in NAMESPACES else f"other:{name}"


def attribute(element: Any, name: str) -> str | None:
    """Return a Word attribute's text under either namespace."""
    for namespace in NAMESPACES:
        value = element.get(f"{{{namespace}}}{name}")
        if value is not None:
            return str(value)
    return None


def child(element: Any, name: str) -> Any:
    """Return the first child of that name, or None."""
    if element is None:
        return None
    for found in element:
        if isinstance(found.tag, str) and name_of(found.tag) == name:
            return found
    return None


def is_on(element: Any, name: str) -> bool | None:
    """Tell a switch such as ``<w:vanish/>`` or ``<w:vanish w:val="0"/>``; None where it is not there."""
    found = child(element, name)
    if found is None:
        return None
    return (attribute(found, "val") or "1").lower() not in _OFF


def looks_of(properties: Any) -> Looks:
    """Read the looks of a ``w:rPr`` (or None) by itself, without the styles it names."""
    if properties is None or not len(properties):
        return PLAIN
    struck, doubly = is_on(properties, "strike"), is_on(properties, "dstrike")
    raised: bool | None = None
    if (aligned := child(properties, "vertAlign")) is not None:
        raised = attribute(aligned, "val") in ("superscript", "subscript")
    if (position := child(properties, "position")) is not None and not raised:
        raised = (attribute(position, "val") or "0") not in ("0", "0pt")
    return Looks(is_on(properties, "vanish"), struck or doubly if struck or doubly else struck, raised)


class Styles:
    """The looks of a file's styles by id, with what they are based on."""

    def __init__(self, root: Any) -> None:
        """Take the root of ``styles.xml``, or None where there is none."""
        self._own: dict[str, tuple[Looks, str | None]] = {}
        for style in root if root is not None else ():
            if isinstance(style.tag, str) and name_of(style.tag) == "style":
                based = child(style, "basedOn")
                key = attribute(style, "styleId")
                if key is not None:
                    above = attribute(based, "val") if based is not None else None
                    self._own[key] = (looks_of(child(style, "rPr")), above)
        self._whole: dict[str, Looks] = {}

    def looks(self, properties: Any, kind: str) -> Looks:
        """Return the looks of the style that ``w:rPr`` or ``w:pPr`` names under ``kind`` (rStyle, pStyle)."""
        named = child(properties, kind)
        key = attribute(named, "val") if named is not None else None
        if key is None or key not in self._own:
            return PLAIN
        if key not in self._whole:
            looks, above = self._own[key]
            for _ in range(LONGEST_CHAIN):
                if above is None or above not in self._own:
                    break
                further, above = self._own[above]
                looks = looks.over(further)
            self._whole[key] = looks
        return self._whole[key]
