"""Pages and texts of shapes that the corpus had not when they were written: what a reader meets unprepared.

Written from VARIANTS by hand, read once before anything was mended (the first score stands in the
changelog), and kept as tests since. One function makes one document, in both formats.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from markupsafe import escape

from schemas.formats import format_by_code
from tests.corpus import Grid, report_html, table_html
from tests.corpus.flattened import flat_report, nl, pipe
from tests.corpus.grid import GridCell, Role
from tests.corpus.reshape import split

from . import wordings
from .made import figures_of
from .reports import Made, case, make
from .truth import Case, Pick, every

HTML, TEXT = "HTML, further", "flat text, further"
Write = Callable[[Grid], str]
Layouts = Mapping[str, tuple[Callable[[Made], bytes], str]]  # by name: the writer, and the kind of figures
CLOSED = "</table>"


def _page(made: Made, write: Write, change: Callable[[str], str] = str) -> bytes:
    return change(report_html(made.report, table=write)).encode()


def _only(code: str, write: Write) -> Write:
    return lambda grid: write(grid) if grid.code == code else table_html(grid)


def _cells(change: Callable[[GridCell], GridCell]) -> Write:
    return lambda grid: table_html(replace(grid, rows=tuple(tuple(map(change, row)) for row in grid.rows)))


def _table(rows: list[list[str]]) -> str:
    lines = ("<tr>" + "".join(f"<td>{escape(text) or '&nbsp;'}</td>" for text in row) + "</tr>" for row in rows)
    return "<table border=1>" + "".join(lines) + CLOSED


def letters_in_spans(made: Made) -> bytes:
    """Word's export at its worst: a span around every letter, a paragraph of a blank behind each figure."""

    def write(grid: Grid) -> str:
        html = table_html(grid)
        return re.sub(
            r">([^<>&\n]+)<",
            lambda found: (
                ">"
                + "".join(f"<span lang=EN-US style='font-size:9.0pt'>{char}</span>" for char in found[1])
                + "<o:p></o:p><"
            ),
            html,
        )

    return _page(made, write)


def vertical_groups(made: Made) -> bytes:
    """Labels of groups written downwards, a character a line."""

    def down(cell: GridCell) -> GridCell:
        tall = cell.role is Role.LABEL and cell.rowspan > 1
        return replace(cell, text="\n".join(cell.text)) if tall else cell

    return _page(made, _cells(down))


def counted(made: Made) -> bytes:
    """Counters behind the figures (3件), in brackets behind the heads (总计（件）)."""

    def with_unit(cell: GridCell) -> GridCell:
        if cell.role is Role.HEAD and cell.text in ("自然人", "总计"):
            return replace(cell, text=f"{cell.text}（件）")
        return cell

    return _page(made, _cells(with_unit))


def continued(made: Made) -> bytes:
    """Table 三 in two, the second below 续表 with its head again."""

    def write(grid: Grid) -> str:
        parts = split(grid, [14], repeat_head=True, repeat_group=True)
        return table_html(parts[0]) + '<p align="center">续表</p>' + table_html(parts[1])

    return _page(made, _only("applications", write))


def captions(made: Made) -> bytes:
    """The sections' headings as captions of the tables, and a line that says the unit."""

    def write(grid: Grid) -> str:
        names = {"disclosure": "主动公开政府信息情况", "applications": "收到和处理政府信息公开申请情况"}
        name = names.get(grid.code, "政府信息公开行政复议、行政诉讼情况")
        return table_html(grid).replace("<tbody>", f"<caption>表：{name}（单位：件）</caption><tbody>")

    return _page(made, write)


def lists(made: Made) -> bytes:
    """Rows as lists, cells as their items."""

    def write(grid: Grid) -> str:
        return "".join(
            "<ul class=row>" + "".join(f"<li>{escape(c.text)}</li>" for c in row) + "</ul>" for row in grid.rows
        )

    return _page(made, write)


def definition_lists(made: Made) -> bytes:
    """Table 二 as definition lists under its heads, one for each row."""

    def write(grid: Grid) -> str:
        rows = []
        for row in grid.rows:
            first, *others = [escape(cell.text) for cell in row]
            rows.append(f"<dl><dt>{first}</dt>" + "".join(f"<dd>{text}</dd>" for text in others) + "</dl>")
        return "".join(rows)

    return _page(made, _only("disclosure", write))


def figure_tables(made: Made) -> bytes:
    """Every figure in a table of its own within its cell, as some editors leave it."""

    def write(grid: Grid) -> str:
        return re.sub(
            r"<td([^>]*)>(-?\d[\d.]*)</td>", r"<td\1><table><tr><td>\2</td></tr></table></td>", table_html(grid)
        )

    return _page(made, write)


def zero_width(made: Made) -> bytes:
    """Zero-width characters and wide spaces within labels and around figures."""
    return _page(
        made,
        lambda grid: re.sub(
            r">([^<>&\n]{2,})<",
            lambda found: f">&#8203;{found[1][:1]}&#65279;{found[1][1:]}&emsp;<",
            table_html(grid),
        ),
    )


def exchanged(made: Made) -> bytes:
    """Table 三 with its rows as columns and its columns as rows."""

    def write(_: Grid) -> str:
        (block,) = made.form.table("applications").blocks
        leaves = [node for node, _ in block.row_leaves]
        columns = [node for node, _ in block.column_leaves]
        rows = [["申请人情况", *(leaf.label for leaf in leaves)]]
        for column in columns:
            figures = [made.figures["applications", str(leaf.code), str(column.code)] for leaf in leaves]
            rows.append([column.label, *figures])
        return _table(rows)

    return _page(made, _only("applications", write))


def litigation_rows(made: Made) -> bytes:
    """Table 四 as three rows under five heads."""

    def write(_: Grid) -> str:
        names = {
            "reconsideration": "行政复议",
            "suit_direct": "未经复议直接起诉",
            "suit_after_reconsideration": "复议后起诉",
        }
        heads = ["upheld", "corrected", "other", "pending", "total"]
        rows = [["类别", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]]
        rows += [[name, *(made.figures["litigation", code, head] for head in heads)] for code, name in names.items()]
        return _table(rows)

    return _page(made, _only("litigation", write))


def litigation_halves(made: Made) -> bytes:
    """Table 四 cut into two: 行政复议 with its five figures, 行政诉讼 with its ten."""

    def write(_: Grid) -> str:
        heads = ["upheld", "corrected", "other", "pending", "total"]
        names = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
        cells = "".join(f"<td>{name}</td>" for name in names)

        def line(*codes: str) -> str:
            return "".join(f"<td>{made.figures['litigation', code, head]}</td>" for code in codes for head in heads)

        return (
            f"<table border=1><tr><td colspan=5>行政复议</td></tr><tr>{cells}</tr>"
            f"<tr>{line('reconsideration')}</tr></table><p>&nbsp;</p>"
            "<table border=1><tr><td colspan=10>行政诉讼</td></tr>"
            "<tr><td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr>"
            f"<tr>{cells}{cells}</tr><tr>{line('suit_direct', 'suit_after_reconsideration')}</tr></table>"
        )

    return _page(made, _only("litigation", write))


def total_first(made: Made) -> bytes:
    """The column of totals moved to the front of table 三."""

    def write(grid: Grid) -> str:
        rows = []
        for row in grid.rows:
            moved = list(row)
            if row[-1].role is Role.VALUE or row[-1].text == "总计":
                last = moved.pop()
                at = next(
                    (n for n, cell in enumerate(moved) if cell.role in (Role.VALUE, Role.HEAD, Role.GROUP)),
                    len(moved),
                )
                moved.insert(at, last)
            rows.append(tuple(moved))
        return table_html(replace(grid, rows=tuple(rows)))

    return _page(made, _only("applications", write))


def group_sums(made: Made) -> bytes:
    """A row 小计 at the end of (三)不予公开, of which the form knows nothing."""

    def write(grid: Grid) -> str:
        rows: list[tuple[GridCell, ...]] = []
        for row in grid.rows:
            rows.append(
                tuple(
                    replace(c, rowspan=c.rowspan + 1)
                    if c.rowspan > 6 or c.text.startswith(("三、", "(三)", "（三）"))
                    else c
                    for c in row
                )
            )
            if any(c.key is not None and c.key[1] == "refused_query" for c in row):
                figures = [c for c in row if c.role is Role.VALUE]
                rows.append((GridCell("小计"), *(GridCell("7", role=Role.NOTE) for _ in figures)))
        return table_html(replace(grid, rows=tuple(rows)))

    return _page(made, _only("applications", write))


def summary_before(made: Made) -> bytes:
    """A table of the year's key figures before the report's own, with names of rows in it."""
    table = _table(
        [
            ["事项", "办理数量", "同比"],
            ["行政许可", "8877", "+3%"],
            ["行政处罚", "6655", "-2%"],
            ["行政强制", "44", "0"],
        ]
    )
    return _page(made, table_html, lambda html: html.replace("<p>", f"{table}<p>", 1))


def charts_after(made: Made) -> bytes:
    """The data of a chart behind the tables: applicants of two years."""
    table = _table(
        [["年度", "自然人", "法人或其他组织", "总计"], ["2020", "812", "71", "883"], ["2021", "902", "81", "983"]]
    )
    return _page(made, table_html, lambda html: html.replace("</body>", f"<p>图1 申请情况对比</p>{table}</body>"))


def neighbours(made: Made) -> bytes:
    """Links to the reports of other bodies and years beside and below the text."""
    links = "".join(
        f'<li><a href="/{n}.html">{name}{year}年政府信息公开工作年度报告</a></li>'
        for n, (name, year) in enumerate([("示例县财政局", 2022), ("示例县水务局", 2023), ("示例县教育局", 2021)])
    )
    return _page(
        made,
        table_html,
        lambda html: re.sub(r"(<body[^>]*>)", rf'\1<div class="side"><ul>{links}</ul></div>', html).replace(
            "</body>", "<p>上一篇：示例县审计局2019年政府信息公开工作年度报告</p><p>下一篇：没有了</p></body>"
        ),
    )


def hidden_template(made: Made) -> bytes:
    """A row of a template that a script fills, hidden, at the head of every table."""
    return _page(
        made,
        lambda grid: table_html(grid).replace(
            "<tbody>", '<tbody><tr style="display:none"><td>{{label}}</td><td>9999</td><td>9999</td></tr>', 1
        ),
    )


def whole_in_one_table(made: Made) -> bytes:
    """A workbook saved as a page: title, headings, prose and tables are rows of one table."""
    rows = [f"<tr><td colspan=15>{escape(line)}</td></tr>" for line in made.report.title + made.report.intro]
    for section in made.report.sections:
        rows += [f"<tr><td colspan=15>{escape(text)}</td></tr>" for text in (section.heading, *section.paragraphs)]
        if section.grid is not None:
            inner = table_html(section.grid)
            rows.append(inner[inner.index("<tbody>") + 7 : inner.index("</tbody>")])
    return f"<html><body><table border=0>{''.join(rows)}</table></body></html>".encode()


def shanghai(made: Made) -> bytes:
    """Cells of tables as Shanghai's system writes them: a paragraph and a font in each, spans in every row."""
    return _page(
        made,
        lambda grid: re.sub(
            r"<td([^>]*)>(.*?)</td>",
            r'<td\1 valign="center"><p style="text-align:center"><font face="宋体">\2</font>&nbsp;</p></td>',
            table_html(grid),
        ),
    )


def tables_of_a_row(made: Made) -> bytes:
    """Every row a table of its own, rows of heads too."""

    def write(grid: Grid) -> str:
        rows = re.findall(r"<tr.*?</tr>", table_html(grid), re.DOTALL)
        return "".join(f"<table border=1>{row}{CLOSED}" for row in rows)

    return _page(made, write)


def rows_cut(made: Made) -> bytes:
    """Pages of a printed report, each a table with the head again: they end in the middle of a row."""

    def write(grid: Grid) -> str:
        above, below = split(grid, [12], repeat_head=True)
        (*rows, last) = above.rows
        label = next(cell for cell in last if cell.role is Role.LABEL and cell.colspan == 1 and cell.rowspan == 1)
        half = len(label.text) // 2
        upper = tuple(replace(cell, text=cell.text[:half]) if cell is label else cell for cell in last)
        lower = tuple(
            replace(cell, text=cell.text[half:] if cell is label else "", rowspan=1)
            for cell in last
            if cell is label or cell.role is Role.VALUE
        )
        heads = next(at for at, row in enumerate(below.rows) if any(cell.role is Role.VALUE for cell in row))
        empty = GridCell("", role=Role.LABEL)
        rest = (*below.rows[:heads], (empty, empty, *lower), *below.rows[heads:])
        parts = (replace(above, rows=(*rows, upper)), replace(below, rows=rest))
        return "<p>- 2 -</p>".join(map(table_html, parts))

    return _page(made, _only("applications", write))


def quoted_slots(made: Made) -> bytes:
    """Saved from a sheet with all fields quoted: of merged cells those below are empty, those beside are not there."""

    def write(grid: Grid) -> str:
        rows = [["" if slot.continued else slot.cell.text for slot in row] for row in grid.slots()]
        return "\n".join(",".join(f'"{text}"' for text in row) for row in rows)

    return flat_report(made.report, write).encode()


def semicolons(made: Made) -> bytes:
    """Cells divided by semicolons, as sheets are saved where a comma is the decimal point."""
    return flat_report(made.report, lambda grid: "\n".join(";".join(c.text for c in row) for row in grid.rows)).encode()


def bold_markdown(made: Made) -> bytes:
    """Markdown with bold labels and figures."""

    def write(grid: Grid) -> str:
        lines = ["| " + " | ".join(f"**{c.text}**" if c.text else "" for c in row) + " |" for row in grid.rows]
        return "\n".join([lines[0], "|---|", *lines[1:]])

    return flat_report(made.report, write).encode()


def entities_left(made: Made) -> bytes:
    """`&nbsp;` left in the text of cells and around figures."""

    def write(grid: Grid) -> str:
        return "\n".join("| " + " | ".join(f"&nbsp;{c.text}" for c in row) + " |" for row in grid.rows)

    return flat_report(made.report, write).encode()


def wide_spaces(made: Made) -> bytes:
    """Cells divided by one wide space."""

    def write(grid: Grid) -> str:
        return "\n".join("　".join(c.text.replace("\n", "") for c in row if c.text) for row in grid.rows)

    return flat_report(made.report, write).encode()


def paged(made: Made) -> bytes:
    """Printed to text: line feeds of DOS, a byte order mark, page breaks with numbers between rows."""
    text = flat_report(made.report, pipe)
    lines = text.split("\n")
    for at in (60, 45, 30):
        lines[at:at] = ["", f"- {at // 15} -", "\f"]
    return ("\ufeff" + "\r\n".join(lines)).encode()


def broken_labels(made: Made) -> bytes:
    """One cell a line, long labels broken over two lines with a blank line between."""

    def write(grid: Grid) -> str:
        pieces = []
        for row in grid.rows:
            for cell in row:
                half = len(cell.text) // 2
                breaks = cell.role in (Role.HEAD, Role.LABEL) and 4 <= len(cell.text) <= 12
                pieces += [cell.text[:half], cell.text[half:]] if breaks else [cell.text]
        return "\n\n".join(piece for piece in pieces if piece)

    return flat_report(made.report, write, "\n\n").encode()


def quoted(made: Made) -> bytes:
    """Every line led by a mark of quotation, as mails and chats leave it."""
    return "\n".join(f"> {line}" for line in flat_report(made.report, pipe).split("\n")).encode()


def bulleted(made: Made) -> bytes:
    """One cell a line, each led by a bullet."""

    def write(grid: Grid) -> str:
        return "\n".join(f"• {c.text}" for row in grid.rows for c in row if c.text)

    return flat_report(made.report, write).encode()


def commas(made: Made) -> bytes:
    """Saved from a sheet: cells divided by commas, quoted where needed."""

    def write(grid: Grid) -> str:
        return "\n".join(",".join(f'"{c.text}"' if "," in c.text else c.text for c in row) for row in grid.rows)

    return flat_report(made.report, write).encode()


def numbered_lines(made: Made) -> bytes:
    """A number before every line, with a tab."""
    return "\n".join(f"{n}\t{line}" for n, line in enumerate(flat_report(made.report, nl).split("\n"), 1)).encode()


def drawn(made: Made) -> bytes:
    """Tables drawn with + and -, each cell padded to the width of its column."""

    def write(grid: Grid) -> str:
        rows = [[slot.cell.text if not slot.continued else "" for slot in slots] for slots in grid.slots()]
        rule = "+" + "+".join("-" * 12 for _ in range(grid.width)) + "+"
        lines = [rule]
        for slots, row in zip(grid.slots(), rows, strict=True):
            cells = [f" {text:<{11 + 13 * (slot.cell.colspan - 1)}}" for slot, text in zip(slots, row, strict=True)]
            lines += ["|" + "|".join(cells) + "|", rule]
        return "\n".join(lines)

    return flat_report(made.report, write).encode()


PAGES: Layouts = {
    function.__name__.replace("_", " "): (function, kind)
    for function, kind in (
        (letters_in_spans, "dense"),
        (vertical_groups, "dense"),
        (counted, "counted"),
        (continued, "dense"),
        (captions, "blank rows"),
        (lists, "dense"),
        (definition_lists, "dense"),
        (figure_tables, "dense"),
        (zero_width, "dense"),
        (exchanged, "dense"),
        (litigation_rows, "dense"),
        (litigation_halves, "dense"),
        (total_first, "dense"),
        (group_sums, "dense"),
        (summary_before, "dense"),
        (charts_after, "sparse"),
        (neighbours, "dense"),
        (hidden_template, "dense"),
        (whole_in_one_table, "dense"),
        (shanghai, "blank rows"),
        (tables_of_a_row, "dense"),
        (rows_cut, "dense"),
    )
}
TEXTS: Layouts = {
    function.__name__.replace("_", " "): (function, kind)
    for function, kind in (
        (bold_markdown, "dense"),
        (entities_left, "dense"),
        (wide_spaces, "dense"),
        (paged, "dense"),
        (broken_labels, "dense"),
        (quoted, "dense"),
        (bulleted, "dense"),
        (commas, "sparse"),
        (numbered_lines, "dense"),
        (drawn, "dense"),
        (quoted_slots, "blank rows"),
        (semicolons, "dense"),
    )
}
NAMES, TEXT_NAMES = tuple(PAGES), tuple(TEXTS)


def cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked pages, each in both formats."""
    yield from _cases(HTML, PAGES, "html", pick)


def text_cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked texts, each in both formats."""
    yield from _cases(TEXT, TEXTS, "txt", pick)


def _cases(medium: str, layouts: Layouts, end: str, pick: Pick) -> Iterator[Case]:
    for number, (name, (write, kind)) in enumerate(layouts.items()):
        for code in ("2019", "2021"):
            if pick(name, number):
                made = _made(code, kind, name, number)
                yield case(medium, name, f"{made.name}.{end}", write(made), made.truth())


def _made(code: str, kind: str, name: str, number: int) -> Made:
    making = partial(make, code, seed=f"further/{name}", number=number, wording=wordings.official)
    if kind != "counted":
        return making(kind=kind)
    form = format_by_code(code)
    figures = figures_of("dense", form, random.Random(name))
    counted = {key: f"{raw}件" if key[0] == "applications" else raw for key, raw in figures.items()}
    return making(kind="dense", figures=counted)
