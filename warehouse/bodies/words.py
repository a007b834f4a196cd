"""What `data/bodies.yaml` and `data/aliases.csv` say, loaded once: functions, systems, central bodies, patterns.

The digest of everything that resolving depends on is made here too, so that a change resolves again.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from schemas.errors import InternalError
from schemas.labels import PRONUNCIATION, simplified

DATA = Path(__file__).parents[2] / "data"
_FILES = ("divisions.csv", "division_changes.csv", "bodies.yaml", "aliases.csv")
# Traditional characters of bodies' names that no label of a format has.
_PAIRS = """
縣县 鎮镇 鄉乡 廳厅 員员 館馆 學学 醫医 農农 場场 稅税 銀银 隊队 體体 團团 軍军 陽阳 東东 蘭兰 濟济 寧宁 廣广 陝陕 雲云
貴贵 贛赣 遼辽 龍龙 鳳凤 漢汉 揚扬 鹽盐 連连 錫锡 蘇苏 滬沪 鄭郑 肅肃 慶庆 門门 灣湾 島岛 橋桥 嶺岭 樂乐 豐丰 義义 興兴
華华 馬马 黃黄 壽寿 衛卫 環环 質质 監监 財财 術术 資资 勞劳 運运 輸输 築筑 設设 園园 檔档 聯联 統统 災灾 險险 糧粮 氣气
黨党 產产 創创 僑侨 臺台 渦涡 瀘泸 瀏浏 濰潍 灘滩 漣涟 溫温 滄沧 滿满 澤泽 澗涧 濱滨 瀾澜 灤滦 應应 縉缙 諸诸 麗丽 衢衢
"""
_TRADITIONAL = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})


@dataclass(frozen=True, slots=True)
class Function:
    """What a department is for. ``merged_into`` names the function that took it in, else ""."""

    name: str
    reason: str
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a function: written out (``full`` is the stem to show) and how it relates to the name."""

    function: Function
    full: str
    how: str  # name, alias, renamed


@dataclass(frozen=True, slots=True)
class System:
    """A national body's branches; ``names`` are (before the place, after it)."""

    code: str
    head: str
    name: str
    names: tuple[tuple[str, str], ...]
    units: dict[str, str]
    levels: frozenset[str]
    chain: bool
    direct: frozenset[str]
    seats: dict[str, str]
    successor: str
    reason: str

    def shown(self, level: str) -> str:
        """Return the canonical name, with its place open, of a branch at a level."""
        return self.units.get(level, self.name)


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that names are understood by."""

    made_up: re.Pattern[str]
    decoration: re.Pattern[str]
    pronoun: re.Pattern[str]
    level_word: re.Pattern[str]
    nationalities: re.Pattern[str]
    township_names: re.Pattern[str]
    zone_names: re.Pattern[str]
    main_office: frozenset[str]
    kinds: tuple[tuple[str, re.Pattern[str]], ...]
    wordings: dict[str, Wording]
    functions: dict[str, Function]
    central: dict[str, dict[str, Any]]  # every name of a national body → its entry
    central_renamed: frozenset[str]
    systems: dict[str, System]
    by_suffix: dict[str, tuple[tuple[str, System], ...]]  # what follows a place → (what stands before it, system)
    unit_aliases: dict[str, tuple[str, str]]  # short name → (means, reason)
    name_aliases: dict[str, tuple[str, str]]


def normal(name: str) -> str:
    """Fold width and traditional characters of a published name and drop its white space."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))
    return simplified(PRONUNCIATION.sub("", folded)).translate(_TRADITIONAL)


@cache
def words() -> Words:
    """Load the files; raise InternalError where they contradict themselves."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is
    raw: dict[str, Any] = yaml.load((DATA / "bodies.yaml").read_text(encoding="utf-8"), loader)
    wordings, functions = _functions(raw["functions"])
    systems = {entry["code"]: _system(entry) for entry in raw["systems"]}
    by_suffix: dict[str, list[tuple[str, System]]] = {}
    for system in systems.values():
        for before, after in system.names:
            by_suffix.setdefault(after, []).append((before, system))
    central = {name: e for e in raw["central"] for name in (e["name"], *e.get("also", ()), *e.get("was", ()))}
    with (DATA / "aliases.csv").open(encoding="utf-8", newline="") as lines:
        aliases = list(csv.DictReader(lines))
    return Words(
        made_up=re.compile(raw["made_up"]),
        decoration=re.compile(rf"\({raw['decoration']}\)$"),
        pronoun=re.compile(raw["pronoun"]),
        level_word=re.compile(f"(?:{raw['level_word']})"),
        nationalities=re.compile(f"(?:{'|'.join(sorted(raw['nationalities'].split(), key=len, reverse=True))})+$"),
        township_names=re.compile(raw["township_names"] + "$"),
        zone_names=re.compile(raw["zone_names"] + "$"),
        main_office=frozenset(map(str, raw["main_office"])),
        kinds=tuple((kind, re.compile(f"(?:{ends})$")) for kind, ends in raw["kinds"]),
        wordings=wordings,
        functions=functions,
        central=central,
        central_renamed=frozenset(name for entry in raw["central"] for name in entry.get("was", ())),
        systems=systems,
        by_suffix={after: tuple(found) for after, found in by_suffix.items()},
        unit_aliases={row["alias"]: (row["means"], row["reason"]) for row in aliases if row["of"] == "unit"},
        name_aliases={row["alias"]: (row["means"], row["reason"]) for row in aliases if row["of"] == "name"},
    )


def _functions(entries: list[dict[str, Any]]) -> tuple[dict[str, Wording], dict[str, Function]]:
    wordings: dict[str, Wording] = {}
    functions: dict[str, Function] = {}

    def add(stem: str, wording: Wording) -> None:
        if stem in wordings:
            raise InternalError(f"bodies.yaml: expected every wording once, found {stem} twice")
        wordings[stem] = wording

    for entry in entries:
        name, reason = entry["name"], entry["reason"]
        function = functions[name] = Function(name, reason)
        add(name, Wording(function, name, "name"))
        for stem in entry.get("also", ()):
            add(stem, Wording(function, stem, "alias"))
        for stem in entry.get("short", ()):
            if stem != name:
                add(stem, Wording(function, name, "alias"))
        for stem in entry.get("was", ()):
            add(stem, Wording(function, name, "renamed"))
        for stem, (_, *shorts) in entry.get("took_in", {}).items():
            merged = functions[stem] = Function(stem, reason, merged_into=name)
            add(stem, Wording(merged, stem, "name"))
            for short in shorts:
                add(short, Wording(merged, stem, "alias"))
    return wordings, functions


def _system(entry: dict[str, Any]) -> System:
    pairs = []
    for name in entry["names"]:
        before, after = name.split("{place}")
        pairs.append((before, after))
    return System(
        code=entry["code"],
        head=entry["head"],
        name=entry["name"],
        names=tuple(pairs),
        units=entry.get("units", {}),
        levels=frozenset(entry.get("levels", ("province", "city", "county"))),
        chain=entry.get("chain", False),
        direct=frozenset(map(str, entry.get("direct", ()))),
        seats={short: str(code) for short, code in entry.get("seats", {}).items()},
        successor=entry.get("successor", ""),
        reason=entry["reason"],
    )


@lru_cache(65536)  # places are many, units few
def kind_of(unit: str) -> str | None:
    """Return the kind of a unit by how its name ends; None where no rule speaks of it."""
    for kind, pattern in words().kinds:
        if pattern.search(unit):
            return kind
    return None


@cache
def digest() -> str:
    """Return the digest of the data and the code that resolve names: what changes it changes resolutions."""
    found = hashlib.sha256()
    for path in (*(DATA / name for name in _FILES), *sorted(Path(__file__).parent.glob("*.py"))):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
