"""The registry of sources: which public bodies publish where, read from a YAML file.

Here live the `Source`, the `Registry` and the messages for whoever edits the file, each with the line
to look at. Fetching is the spider's; the served folder is `site`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from schemas.errors import UserError

SITE = "{site}"
PACE_S = 2.0
_ID = re.compile(r"[\w.-]+")


@dataclass(frozen=True)
class Source:
    """One list of reports: where it stands, whose it is, and how gently it is asked."""

    id: str
    list: str
    agency: str | None = None
    local: bool = False
    hosts: tuple[str, ...] = ()
    pace: float | None = None
    notes: str | None = None
    years: Any = None
    max_pages: int | None = None
    max_depth: int | None = None
    max_bytes: int | None = None
    max_seconds: float | None = None

    @property
    def interval_s(self) -> float:
        """Seconds between two requests to a host of this source."""
        if self.pace is not None:
            return self.pace
        return 0.0 if self.local else PACE_S

    def allows(self, host: str) -> bool:
        """Whether this source may lead to a host: one of its hosts or a subdomain of one."""
        return any(host == known or host.endswith("." + known) for known in self.hosts)


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


def load_registry(path: Path) -> Registry:
    """Load a registry file.

    Raises:
        UserError: the file cannot be read or says something a registry cannot say; the message names
            the file, the line, the field, what was expected and what was found.
    """
    root = _compose(path)
    if not isinstance(root, yaml.MappingNode):
        raise UserError(f"{path}: expected a mapping with the key 'sources', found {_kind(root)}")
    parts = _nodes(path, root, "the registry", {"serve", "sources"})
    listed = parts.get("sources")
    if not isinstance(listed, yaml.SequenceNode) or not listed.value:
        line = _line(listed) if listed is not None else 1
        raise _mistake(path, line, "sources", "a list of at least one source", _kind(listed))
    serve = _served_folder(path, parts.get("serve"))
    sources: dict[str, Source] = {}
    for node in listed.value:
        source = _source(path, node, serve is not None)
        if source.id in sources:
            raise _mistake(path, _line(node), "id", "an id used once", f"{source.id!r} again")
        sources[source.id] = source
    return Registry(path, serve, tuple(sources.values()))


def _compose(path: Path) -> yaml.Node | None:
    try:
        return yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise UserError(f"{path}: expected a registry file, found {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: expected UTF-8 text, found bytes that are not ({error.reason})") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UserError(f"{path}:{line}: expected YAML, found {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise UserError(f"{path}: expected YAML, found {error}") from error


def _nodes(path: Path, node: yaml.MappingNode, owner: str, known: set[str]) -> dict[str, yaml.Node]:
    """Return a mapping's value nodes by key; a key that is unknown or said twice is a mistake."""
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = str(key.value)
        if name not in known:
            raise _mistake(path, _line(key), name, f"a field of {owner} ({', '.join(sorted(known))})", repr(name))
        if name in found:
            raise _mistake(path, _line(key), name, "a field said once", "it a second time")
        found[name] = value
    return found


def _source(path: Path, node: yaml.Node, is_served: bool) -> Source:
    if not isinstance(node, yaml.MappingNode):
        raise _mistake(path, _line(node), "sources", "a mapping with id and list", _kind(node))
    names = set(Source.__dataclass_fields__)
    fields = {
        name: _Field(_value(path, name, value), _line(value))
        for name, value in _nodes(path, node, "a source", names).items()
    }
    for name in ("id", "list"):
        if name not in fields:
            raise _mistake(path, _line(node), name, "the field in every source", "none")
    values = dict(_checked(path, fields))
    _check_address(path, fields["list"], is_served)
    if SITE not in values["list"]:
        values["hosts"] = values.get("hosts") or _host_of(values["list"])
    return Source(**values)


def _value(path: Path, name: str, node: yaml.Node) -> Any:
    try:
        return yaml.SafeLoader("").construct_document(node)
    except yaml.YAMLError as error:
        raise _mistake(path, _line(node), name, "a plain value", str(error).splitlines()[0]) from error


def _checked(path: Path, fields: Mapping[str, _Field]) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a source as their types; a value of another type is a mistake."""
    for name, field in fields.items():
        value, expected = field.value, ""
        if name == "local":
            expected = "" if isinstance(value, bool) else "true or false"
        elif name == "pace":
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            expected = "" if is_number and value >= 0 else "seconds, a number from 0 on"
        elif name.startswith("max_"):
            pass
        elif name == "hosts":
            is_hosts = isinstance(value, list) and value and all(isinstance(host, str) for host in value)
            expected = "" if is_hosts else "a list of host names"
            value = tuple(host.lower() for host in value) if is_hosts else value
        elif name == "id":
            is_id = isinstance(value, str) and _ID.fullmatch(value)
            expected = "" if is_id else "letters, digits, '-', '_' or '.' (quoted when only digits)"
        elif value is None and name in {"agency", "notes"}:
            pass
        elif not isinstance(value, str) or not value.strip():
            expected = "text"
        if expected:
            raise _mistake(path, field.line, name, expected, repr(field.value))
        yield name, value


def _check_address(path: Path, field: _Field, is_served: bool) -> None:
    address = field.value
    if address.startswith(SITE):
        if not is_served:
            raise _mistake(path, field.line, "list", f"'serve' in this file for {SITE}", "no 'serve'")
        return
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or SITE in address:
        raise _mistake(path, field.line, "list", f"an http:// or https:// address, or {SITE}/…", repr(address))


def _served_folder(path: Path, node: yaml.Node | None) -> Path | None:
    if node is None:
        return None
    name = _value(path, "serve", node)
    if not isinstance(name, str) or not name.strip():
        raise _mistake(path, _line(node), "serve", "the name of a folder", repr(name))
    folder = (path.parent / name).resolve()
    if not folder.is_dir():
        raise _mistake(path, _line(node), "serve", "a folder beside this file", f"no folder {folder}")
    return folder


def _host_of(address: str) -> tuple[str, ...]:
    return (urlsplit(address).hostname or "",)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _kind(node: yaml.Node | None) -> str:
    if node is None:
        return "nothing"
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    return "a list" if isinstance(node, yaml.SequenceNode) and node.value else repr(node.value)


def _mistake(path: Path, line: int, field: str, expected: str, found: str) -> UserError:
    return UserError(f"{path}:{line}: {field}: expected {expected}, found {found}")
