"""The registry of sources: which public bodies publish where, read from a YAML file.

Here live the `Registry`, how its file is loaded, and how an entry is added to it without touching the rest. What the
fields of a source may say is in `source`; fetching is the spider's; the served folder is `site`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from flows.crawl.families import NAMES
from flows.crawl.source import AUTO, PACE_S, RULES, SITE, Source
from flows.crawl.yaml_lines import compose, kind_of, line_of, mistake, nodes_of, value_of
from schemas.errors import UserError

__all__ = ["PACE_S", "SITE", "Registry", "Source", "add_source", "load_registry"]


@dataclass(frozen=True)
class Registry:
    """A registry file as loaded; `at` gives the sources their final addresses."""

    path: Path
    serve: Path | None
    sources: tuple[Source, ...]

    def at(self, base_url: str | None) -> Registry:
        """Return the registry with `{site}` replaced by the address the folder is served at.

        Raises:
            UserError: a list address needs the served folder and there is no address for it.
        """
        return replace(self, sources=tuple(self._placed(source, base_url) for source in self.sources))

    def _placed(self, source: Source, base_url: str | None) -> Source:
        if SITE not in source.list:
            return source
        if base_url is None:
            raise UserError(
                f"{self.path}: source {source.id!r}: expected the address of the served folder for {SITE}, found none"
            )
        address = source.list.replace(SITE, base_url.rstrip("/"))
        return replace(source, list=address, hosts=source.hosts or _host_of(address))


@dataclass(frozen=True)
class _Field:
    """A value of the file with the line it stands on."""

    value: Any
    line: int


def load_registry(path: Path, text: str | None = None) -> Registry:
    """Load a registry file, or ``text`` as if it stood there.

    Raises:
        UserError: the file cannot be read or says something a registry cannot say; the message names
            the file, the line, the field, what was expected and what was found.
    """
    parts, listed = _parts(path, text)
    serve = _served_folder(path, parts.get("serve"))
    sources: dict[str, Source] = {}
    for node in listed.value:
        source = _source(path, node, serve is not None)
        if source.id in sources:
            raise mistake(path, line_of(node), "id", "an id used once", f"{source.id!r} again")
        sources[source.id] = source
    return Registry(path, serve, tuple(sources.values()))


def add_source(path: Path, fields: Mapping[str, Any]) -> Source:
    """Append a source to a registry file, whose other lines stay as they are; return it as loaded.

    Raises:
        UserError: the entry is not valid, or its id or list address is in the file already; nothing is written then.
    """
    known = load_registry(path).sources
    text = path.read_text(encoding="utf-8")
    same = next((source for source in known if source.list == fields.get("list")), None)
    if same is not None:
        raise UserError(f"{path}: list: expected an address that no source has, found that of {same.id!r}")
    longer = _with_entry(path, text, yaml.safe_dump(dict(fields), allow_unicode=True, sort_keys=False, width=10_000))
    source = load_registry(path, longer).sources[-1]
    partial = path.with_name(path.name + ".new")
    partial.write_text(longer, encoding="utf-8")
    partial.replace(path)
    return source


def _with_entry(path: Path, text: str, entry: str) -> str:
    """Return a file's text with an entry after the last source, before what follows the list."""
    root = compose(path, text)
    assert isinstance(root, yaml.MappingNode)
    keys = [key for key, _ in root.value]
    at = [key.value for key in keys].index("sources")
    listed = root.value[at][1]
    if listed.flow_style:
        raise mistake(path, line_of(listed), "sources", "a line for each '- id: …', to add another", "[…]")
    indent = " " * max(listed.value[0].start_mark.column - 2, 0)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    is_last = at + 1 == len(keys)
    end = len(lines) if is_last else keys[at + 1].start_mark.line
    while not lines[end - 1].strip() or (not is_last and lines[end - 1].startswith("#")):
        end -= 1  # a comment above the next key belongs to that
    first_line, *others = entry.splitlines()
    added = [f"{indent}- {first_line}\n", *(f"{indent}  {line}\n" for line in others)]
    return "".join([*lines[:end], *added, *lines[end:]])


def _parts(path: Path, text: str | None) -> tuple[dict[str, yaml.Node], yaml.SequenceNode]:
    root = compose(path, text)
    if not isinstance(root, yaml.MappingNode):
        raise UserError(f"{path}: expected a mapping with the key 'sources', found {kind_of(root)}")
    parts = nodes_of(path, root, "the registry", {"serve", "sources"})
    listed = parts.get("sources")
    if not isinstance(listed, yaml.SequenceNode) or not listed.value:
        line = line_of(listed) if listed is not None else 1
        raise mistake(path, line, "sources", "a list of at least one source", kind_of(listed))
    return parts, listed


def _source(path: Path, node: yaml.Node, is_served: bool) -> Source:
    if not isinstance(node, yaml.MappingNode):
        raise mistake(path, line_of(node), "sources", "a mapping with id and list", kind_of(node))
    fields = {
        name: _Field(value_of(path, name, value), line_of(value))
        for name, value in nodes_of(path, node, "a source", set(RULES)).items()
    }
    for name in ("id", "list"):
        if name not in fields:
            raise mistake(path, line_of(node), name, "the field in every source", "none")
    values = {name: _checked(path, name, field) for name, field in fields.items()}
    _check_family(path, fields.get("family"))
    _check_address(path, fields["list"], is_served)
    if SITE not in values["list"]:
        values["hosts"] = values.get("hosts") or _host_of(values["list"])
    source = Source(**values)
    host = urlsplit(source.list).hostname or ""
    if SITE not in source.list and not source.allows(host):
        raise mistake(path, fields["hosts"].line, "hosts", f"the list's own host {host} among them", repr(source.hosts))
    return source


def _checked(path: Path, name: str, field: _Field) -> Any:
    try:
        return RULES[name].read(field.value)
    except ValueError as error:
        raise mistake(path, field.line, name, RULES[name].expected, repr(field.value)) from error


def _check_family(path: Path, field: _Field | None) -> None:
    if field is not None and field.value != AUTO and field.value not in NAMES:
        raise mistake(path, field.line, "family", f"{AUTO} or one of {', '.join(NAMES)}", repr(field.value))


def _check_address(path: Path, field: _Field, is_served: bool) -> None:
    address = field.value
    if address.startswith(SITE):
        if not is_served:
            raise mistake(path, field.line, "list", f"'serve' in this file for {SITE}", "no 'serve'")
        return
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or SITE in address:
        raise mistake(path, field.line, "list", f"an http:// or https:// address, or {SITE}/…", repr(address))


def _served_folder(path: Path, node: yaml.Node | None) -> Path | None:
    if node is None:
        return None
    name = value_of(path, "serve", node)
    if not isinstance(name, str) or not name.strip():
        raise mistake(path, line_of(node), "serve", "the name of a folder", repr(name))
    folder = (path.parent / name).resolve()
    if not folder.is_dir():
        raise mistake(path, line_of(node), "serve", "a folder beside this file", f"no folder {folder}")
    return folder


def _host_of(address: str) -> tuple[str, ...]:
    return (urlsplit(address).hostname or "",)
