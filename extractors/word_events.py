"""What a walk through a Word document meets, and how it becomes the tags that pages are read from.

The walk itself is `word`'s; what each tag does to the text around it is `html_blocks`'.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from extractors.markup import Tag, written

# WITHHELD: something stands here that is not for reading (struck out, drawn).
START, TEXT, END, WITHHELD = 0, 1, 2, 3
# (kind, tag or text, attributes).
Event = tuple[int, str, dict[str, str] | None]

PICTURE: Event = (WITHHELD, "img", None)
UNSEEN: Event = (WITHHELD, "script", None)


def as_tags(events: Iterable[Event]) -> Iterator[Tag]:
    """Turn events into tags, each with the text before it."""
    text = ""
    for kind, name, attributes in events:
        if kind == TEXT:
            text += name
            continue
        if kind == START:
            yield text, name, written(attributes.items()) if attributes else "", None, None, None
        elif kind == END:
            yield text, None, None, None, name, None
        else:
            # An element that is whole already: nothing that follows is within it.
            yield text, name, "", "" if name == "script" else None, None, None
        text = ""
    yield text, None, None, None, "p", None
