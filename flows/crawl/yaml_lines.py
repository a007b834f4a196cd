"""YAML with the lines kept: a file's nodes, their values, and the message that points at one.

For files that people write, where a mistake must be told with file, line, field, what was expected and what was
found. What the fields mean is their owners' knowledge.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from schemas.errors import UserError

# libyaml's, where PyYAML was built with it: a long registry is read ten times faster.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def compose(path: Path, text: str | None = None) -> yaml.Node | None:
    """Return the root node of a YAML file, or of ``text`` in its place; None when it is empty.

    Raises:
        UserError: the file cannot be read, or is not YAML.
    """
    try:
        return yaml.compose(path.read_text(encoding="utf-8") if text is None else text, Loader=_LOADER)
    except OSError as error:
        raise UserError(f"{path}: expected a registry file, found {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: expected UTF-8 text, found bytes that are not ({error.reason})") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UserError(f"{path}:{line}: expected YAML, found {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise UserError(f"{path}: expected YAML, found {error}") from error


def nodes_of(path: Path, node: yaml.MappingNode, owner: str, known: set[str]) -> dict[str, yaml.Node]:
    """Return a mapping's value nodes by key; a key that is unknown or said twice is a mistake."""
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = str(key.value)
        if name not in known:
            raise mistake(path, line_of(key), name, f"a field of {owner} ({', '.join(sorted(known))})", repr(name))
        if name in found:
            raise mistake(path, line_of(key), name, "a field said once", "it a second time")
        found[name] = value
    return found


def value_of(path: Path, name: str, node: yaml.Node) -> Any:
    """Return what a node says as a plain value."""
    try:
        return yaml.SafeLoader("").construct_document(node)
    except yaml.YAMLError as error:
        raise mistake(path, line_of(node), name, "a plain value", str(error).splitlines()[0]) from error
    except ValueError as error:  # 2024-02-31 looks like a date to YAML and is none
        raise mistake(path, line_of(node), name, "a plain value", str(error)) from error


def line_of(node: yaml.Node) -> int:
    """Return the line a node starts on, from 1."""
    return int(node.start_mark.line) + 1


def kind_of(node: yaml.Node | None) -> str:
    """Return what a node is, for a message."""
    if node is None:
        return "nothing"
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    return "a list" if isinstance(node, yaml.SequenceNode) and node.value else repr(node.value)


def mistake(path: Path, line: int, field: str, expected: str, found: str) -> UserError:
    """Return the error that tells a mistake in a file."""
    return UserError(f"{path}:{line}: {field}: expected {expected}, found {found}")
