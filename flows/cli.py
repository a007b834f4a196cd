"""The command line `nianbao`: what each command takes, and how errors leave the house.

Commands import what they need when they run: Prefect and Great Expectations take seconds, and
`--help` or `extract` must not pay for them.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from schemas.errors import NianbaoError

app = typer.Typer(
    name="nianbao",
    help="Reads the annual information-disclosure reports of China's public bodies into one warehouse.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Home = Annotated[Path | None, typer.Option("--home", help="where everything lives [NIANBAO_HOME, ./var]")]
Paths = Annotated[list[Path], typer.Argument(help="files or folders", show_default=False)]


class FactFormat(StrEnum):
    """How facts are written."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


class AnswerFormat(StrEnum):
    """How the answer of a query is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


class ExportFormat(StrEnum):
    """How relations are exported."""

    PARQUET = "parquet"
    CSV = "csv"
    CSV_BOM = "csv-bom"
    XLSX = "xlsx"


@app.command()
def extract(
    paths: Paths,
    form: Annotated[FactFormat, typer.Option("--format", help="how facts are written")] = FactFormat.CSV,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="a file, not the screen")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="documents read at once [one per core]", show_default=False)
    ] = None,
) -> None:
    """Read reports from files or folders and print their facts; needs no warehouse."""
    from flows.extract import extract as run

    raise typer.Exit(run(paths, form.value, output, workers))


@app.command()
def ingest(paths: Paths, home: Home = None) -> None:
    """Bring files, folders or WARC files into the warehouse, through the same stages as a night."""
    from flows.commands import ingest as run

    raise typer.Exit(run(paths, home))


@app.command()
def run(
    sources: Annotated[Path | None, typer.Option("--sources", help="a registry of sources (YAML)")] = None,
    home: Home = None,
) -> None:
    """Run one night, now: crawl, archive, read, load, check, publish, tell."""
    from flows.commands import run_night

    raise typer.Exit(run_night(sources, home))


@app.command()
def serve(
    sources: Annotated[Path | None, typer.Option("--sources", help="a registry of sources (YAML)")] = None,
    home: Home = None,
) -> None:
    """Run the night on its schedule (02:00 Asia/Shanghai unless the settings say otherwise)."""
    from flows.schedule import serve as run_schedule
    from flows.settings import load_settings

    run_schedule(load_settings(home=home, sources=sources))


@app.command()
def check(home: Home = None) -> None:
    """Judge all reports again with today's rules, and publish the verdicts."""
    from flows.commands import check as run_check

    raise typer.Exit(run_check(home))


@app.command()
def rebuild(home: Home = None) -> None:
    """Read the whole archive again with today's readers."""
    from flows.commands import rebuild as run_rebuild

    raise typer.Exit(run_rebuild(home))


@app.command()
def report(send: Annotated[bool, typer.Option("--send", help="mail it too")] = False, home: Home = None) -> None:
    """Write the data-quality report of the last night again."""
    from flows.commands import report as run_report

    raise typer.Exit(run_report(send, home))


@app.command()
def sql(
    query: Annotated[
        str | None, typer.Argument(help="SQL on the published snapshot; - reads it from stdin", show_default=False)
    ] = None,
    file: Annotated[Path | None, typer.Option("-f", "--file", help="a file with the query", show_default=False)] = None,
    form: Annotated[AnswerFormat, typer.Option("--format", help="how the answer is written")] = AnswerFormat.TABLE,
    home: Home = None,
) -> None:
    """Ask the published snapshot a question in SQL (it can only be read, and no other file)."""
    from flows.asking import sql as run_sql

    raise typer.Exit(run_sql(query, file, form.value, home))


@app.command()
def export(
    output: Annotated[Path, typer.Option("-o", "--output", help="a folder; of xlsx a file", show_default=False)],
    *,
    form: Annotated[
        ExportFormat, typer.Option("--format", help="csv-bom: CSV for spreadsheets")
    ] = ExportFormat.PARQUET,
    year: Annotated[list[int] | None, typer.Option("--year", help="only of this year; may be repeated")] = None,
    province: Annotated[str | None, typer.Option("--province", help="only of this province, as 江苏 or 32")] = None,
    agency: Annotated[
        list[str] | None, typer.Option("--agency", help="only of this body, by a name or id; may be repeated")
    ] = None,
    relation: Annotated[
        list[str] | None, typer.Option("--relation", help="only this table or view; may be repeated")
    ] = None,
    home: Home = None,
) -> None:
    """Write the published snapshot, or a part of it, as files that other programs read."""
    from flows.export import Wanted
    from flows.export import export as run_export

    wanted = Wanted(form.value, tuple(year or ()), province, tuple(agency or ()), tuple(relation or ()))
    raise typer.Exit(run_export(wanted, output, home))


@app.command()
def show(
    document: Annotated[str, typer.Argument(help="a document_id or its beginning", show_default=False)],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="a file, not the screen")] = None,
    home: Home = None,
) -> None:
    """Give the original bytes of a document back, as they were archived."""
    from flows.show import show as run_show

    raise typer.Exit(run_show(document, output, home))


@app.command()
def status(home: Home = None) -> None:
    """Tell what the last night did and what is published."""
    from flows.commands import status as run_status

    raise typer.Exit(run_status(home))


sources = typer.Typer(
    name="sources",
    help="The registry of sources: which bodies publish where.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(sources)
RegistryFile = Annotated[
    Path | None, typer.Option("--sources", help="a registry (YAML) [that of the settings, else data/sources.yaml]")
]


@sources.command("list")
def sources_list(
    province: Annotated[str | None, typer.Option("--province", help="only of this province, as 浙江 or 33")] = None,
    family: Annotated[str | None, typer.Option("--family", help="only of this family, as trs or auto")] = None,
    registry: RegistryFile = None,
) -> None:
    """List the sources of the registry."""
    from flows.registry import list_sources

    raise typer.Exit(list_sources(registry, province, family))


@sources.command("add")
def sources_add(
    url: Annotated[str, typer.Argument(help="the address of the list of reports", show_default=False)],
    *,
    source_id: Annotated[str | None, typer.Option("--id", help="[from the host's name]", show_default=False)] = None,
    agency: Annotated[str, typer.Option("--agency", help="the body's full name, or discover")] = "discover",
    family: Annotated[str, typer.Option("--family", help="the kind of list, or auto")] = "auto",
    host: Annotated[list[str] | None, typer.Option("--host", help="a host it may lead to; may be repeated")] = None,
    adcode: Annotated[str | None, typer.Option("--adcode", help="a code of data/divisions.csv")] = None,
    years: Annotated[str | None, typer.Option("--years", help="data years, as 2008- or 2019-2024")] = None,
    pace: Annotated[float | None, typer.Option("--pace", help="seconds between two requests")] = None,
    notes: Annotated[str | None, typer.Option("--notes", help="how the address was found")] = None,
    registry: RegistryFile = None,
) -> None:
    """Append a source to the registry; everything else in the file stays as it is."""
    from flows.registry import add_source

    said = {"agency": agency, "family": family, "hosts": host, "adcode": adcode, "years": years, "notes": notes}
    raise typer.Exit(add_source(registry, url, source_id, {**said, "pace": pace}))


@sources.command("test")
def sources_test(
    target: Annotated[str, typer.Argument(help="the id of a source, or an address", show_default=False)],
    local: Annotated[bool, typer.Option("--local", help="an address on this machine or a private network")] = False,
    registry: RegistryFile = None,
) -> None:
    """Ask for a list and its first report, and tell what the source would yield; stores nothing."""
    from flows.registry import try_source

    raise typer.Exit(try_source(registry, target, local))


def main() -> NoReturn:
    """Run the command line; every error of ours leaves as one line on stderr and exit code 1."""
    try:
        app()
    except NianbaoError as error:
        _leave(" ".join(str(error).split()))
    except KeyboardInterrupt:
        _leave("interrupted", 130)
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(1) from None
    except Exception as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # inside a statement of DuckDB
            _leave("interrupted", 130)
        _leave(f"this is our fault: {error!r}; the full story is in {_write_story()}")
    raise SystemExit(0)


def _leave(message: str, code: int = 1) -> NoReturn:
    print(f"nianbao: {message}", file=sys.stderr)
    raise SystemExit(code) from None


def _write_story() -> Path:
    """Write the traceback at hand into a file; a person sees one line only."""
    import os
    import traceback

    told = sys.argv[sys.argv.index("--home") + 1] if "--home" in sys.argv[:-1] else None
    folder = Path(told or os.environ.get("NIANBAO_HOME", "var")) / "log"
    folder.mkdir(parents=True, exist_ok=True)
    story = folder / "error.log"
    story.write_text(traceback.format_exc(), encoding="utf-8")
    return story
