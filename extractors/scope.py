"""Whether a report's figures are the body's own (本级) or gather those of others too (汇总), with the words.

Nothing in the tables says which (FORMATS section 7). The words decide nothing else: a town that copied
the county's text is still the town, and its scope is then not known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.evidence import Kind, contradicted
from extractors.titles import Title
from extractors.wording import words
from schemas.facts import Scope

Evidence = tuple[Scope | None, str]
_ENDS = re.compile("[。;!?]")
# Words quoted around what decided, in characters.
_QUOTED = 60


def scope_of(title: Title | None, agency: str | None, lines: Sequence[str], kind: Kind | None) -> Evidence:
    """Tell a report's scope; where the evidence disagrees with itself or with the body: None, and the words.

    ``kind`` is what the text calls its body (`evidence.own_kind`).
    """
    rules = words()
    named = title.text if title else ""
    if found := rules["scope_own_title"].search(f"{agency or ''} {named}"):
        return Scope.OWN, f"title: {found[0]}"
    text = _ENDS.sub("\n", "\n".join(lines))
    own = _said(text, "scope_own_said")
    if own:
        text = "\n".join(part for part in text.split("\n") if not rules["scope_own_said"].search(part))
    gathered = rules["scope_aggregate_title"].search(named)
    said = f"title: {gathered[0]}" if gathered else _said(text, "scope_aggregate_said")
    if own:
        return (None, f"{own}; but {said}") if said else (Scope.OWN, own)
    speaks = _said(text, "scope_own_speaks") if _speaks_itself(agency, kind) else ""
    if not said:
        said = _said(text, "scope_aggregate_speaks")
        if said and speaks:
            return None, f"{said}; but {speaks}"
    if said and _is_narrow(agency, kind):
        return None, f"{said}; but the body is {agency or 'a bureau or a town'}"
    if said:
        return Scope.AGGREGATE, said
    return (Scope.OWN, speaks) if speaks else (None, "")


def _said(text: str, rule: str) -> str:
    """Return the first of the sentences, one a line, that says so, cut around the words; empty where none does."""
    rules = words()
    if not rules[rule].search(text):  # as in nearly all reports: one search for all sentences
        return ""
    for sentence in text.split("\n"):
        found = rules[rule].search(sentence)
        if found and not rules["scope_of_others"].search(sentence):
            return f"text: {sentence[max(0, found.start() - _QUOTED // 3) :][:_QUOTED]}"
    return ""


def _speaks_itself(agency: str | None, kind: Kind | None) -> bool:
    """Whether 我局 or 本机关 is the body: in a government's report, which gathers, its office speaks (法库县 2020)."""
    if contradicted(agency, kind):
        return False
    return not agency or _is_narrow(agency, kind) or words()["scope_government"].search(agency) is None


def _is_narrow(agency: str | None, kind: Kind | None) -> bool:
    """Whether the body gathers nobody's figures: a bureau or a town. A government's office does."""
    rules = words()
    if agency:
        return rules["scope_narrow"].search(agency) is not None
    return kind is not None and kind[0] < 2
