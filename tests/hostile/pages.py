"""Hostile HTML pages and texts. Those that hold a whole report say so: it must be read in spite of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.shared import SAMPLES

REPORT = SAMPLES / "site" / "faku" / "zfxxgknb" / "202102" / "t20210208_3301.html"
TEXT = SAMPLES / "site" / "shiji" / "nb" / "2020.txt"
MEGABYTE = 1 << 20

Maker = Callable[[], bytes]


def with_report() -> Iterator[tuple[str, Maker]]:
    """Yield (file name, maker) of documents with a whole report in them."""
    page, text = REPORT.read_bytes(), TEXT.read_bytes()
    head, body, rest = page.partition(b"<body")
    assert body

    def before(hostile: str) -> bytes:
        return head + body + rest.partition(b">")[0] + b">" + hostile.encode() + rest.partition(b">")[2]

    def after(hostile: str) -> bytes:
        return page.replace(b"</body>", hostile.encode() + b"</body>")

    yield "colspan.html", lambda: before("<table><tr><td colspan=100000000 rowspan=100000000>9<td>8</table>")
    yield "colspans.html", lambda: after("<table>" + "<tr><td colspan=65000 rowspan=65000>7" * 2000 + "</table>")
    yield "nul-bytes.html", lambda: page.replace(b"</td>", b"\x00</td>\x00")
    yield "page-named.pdf", lambda: page
    yield "page-named.docx", lambda: page
    yield "page-named.png", lambda: page
    yield "page-without-ending", lambda: page
    yield "text-named.xlsx", lambda: text
    yield "comment-never-ended.html", lambda: page + b"<!--" + b"x" * MEGABYTE
    yield "long-attribute.html", lambda: before(f"<p title='{'年报' * MEGABYTE}'>")
    yield "many-attributes.html", lambda: before("<p " + " ".join(f"a{n}=1" for n in range(6_000)) + ">")
    yield "long-style.html", lambda: before(f"<p style='{'color:red;' * 200_000}'>一</p>")
    yield "30-megabytes-after.html", lambda: after("<p>政务公开</p>" * (30 * MEGABYTE // 19))


def others() -> Iterator[tuple[str, Maker]]:
    """Yield (file name, maker) of documents that hold no report, or one that may be given up."""
    page = REPORT.read_bytes()
    yield "nested-elements.html", lambda: b"<div>" * 20_000 + page + b"</div>" * 20_000
    yield "nested-formatting.html", lambda: b"<p>" + b"<b><i>" * 20_000 + page
    yield "nested-tables.html", lambda: b"<table><tr><td>" * 5_000 + page
    yield "30-megabytes-before.html", lambda: page.replace(b"<table", b"<p>" + b"<i>1</i>" * 4_000_000 + b"<table", 1)
    yield "one-cell.html", lambda: page.replace(b"</td>", "公".encode() * 10 * MEGABYTE + b"</td>", 1)
    yield "tables.html", lambda: b"<p>" + b"<table>" * 300_000
    yield "cells.html", lambda: page + b"<table><tr>" + b"<td>1" * 1_000_000
    yield "lists.html", lambda: b"<ul><li>" * 100_000
    yield "forms.html", lambda: page.replace(b"<td", b"<select><option><svg><math><td") * 20
    yield "references.html", lambda: b"<p>" + b"&#x4e00;&amp;&nbsp;" * 300_000
    yield "charset-of-nobody.html", lambda: b"<meta charset=utf-7><p>+ADw-script+AD4-" + bytes(range(128, 256)) * 5000
    yield "only-nul-bytes.html", lambda: bytes(MEGABYTE)
    yield "only-spaces.txt", lambda: b" \n\t" * MEGABYTE
    yield "one-line.txt", lambda: "政府信息公开工作年度报告".encode() * MEGABYTE
    yield "lines.txt", lambda: "行政许可 1\n".encode() * 1_000_000
    yield "pipes.txt", lambda: "行政许可".encode() + b"|" * 5 * MEGABYTE
    yield "digits.txt", lambda: "总计 ".encode() + b"1" * 5 * MEGABYTE
    yield "titles.txt", lambda: "虚构县2022年政府信息公开工作年度报告\n".encode() * 100_000
    yield "labels.txt", lambda: "本年新收政府信息公开申请数量 | 一、\n".encode() * 20_000
    yield "dates.txt", lambda: "年度报告 2020年1月1日至".encode() * 100_000
    yield "wide-spaces.txt", lambda: TEXT.read_bytes().replace(b" ", "\u3000".encode() * 50_000, 40)
    yield "utf-16-torn.txt", lambda: b"\xff\xfe" + page[:10_001]
    # lexbor compares every attribute of an element with every other. Named to be begun early, for it takes long.
    yield "1-attributes.html", lambda: b"<p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">"
    yield "noise.bin", lambda: bytes((n * n + n // 7) % 256 for n in range(200_000))
