"""Folders of lists: a page of years (2024年, 2023年 …) or of groups of bodies (各乡镇, 区直部门), each a list again.

What folders are called is data (`year_folders`, `folders` in `links.yaml`). A folder lies below the page, or beside
it; a link that leads elsewhere on the site is no folder of this list. From a site's front page, where years and
groups are of anything, only what is called like a list of reports is followed.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flows.crawl.families.page import Page, pages_found
from flows.crawl.links import Found, is_column_address, wording

_YEAR = re.compile(r"(?:19|20)\d\d")


def recognises(page: Page) -> bool:
    """Tell a page by the folders it links to."""
    return bool(_folders(page))


def read(page: Page) -> Found:
    """Return the folders as lists to be read."""
    return pages_found(_folders(page))


def _folders(page: Page) -> list[str]:
    return [url for url, text in page.links() if _is_folder(page, url, text)]


def _is_folder(page: Page, url: str, text: str) -> bool:
    if not _is_near(page.base, url):
        return False
    if page.path in {"", "/"} or (page.path.count("/") == 1 and is_column_address(page.url)):
        return bool(wording().bare_titles.search(text)) and is_column_address(url)
    if wording().year_folders.search(text):
        year = _YEAR.search(text)
        wanted = page.years
        return wanted is None or year is None or wanted.first <= int(year[0]) <= (wanted.last or page.this_year)
    # What a list of reports is called, or a group of bodies, at the address of a column.
    is_named = wording().folders.search(text) or wording().bare_titles.search(text)
    return bool(is_named) and is_column_address(url)


def _is_near(base: str, url: str) -> bool:
    """Whether an address lies below the folder of a page, or below the folder that this one lies in."""
    here, there = urlsplit(base), urlsplit(url)
    folder = here.path.rsplit("/", 2 if here.path.count("/") > 2 else 1)[0]
    is_host = _bare(here.hostname) == _bare(there.hostname)
    return is_host and there.path.startswith(folder + "/") and there.path != here.path


def _bare(host: str | None) -> str:
    return (host or "").removeprefix("www.")
