"""Reports under running numbers: `/XxgkAnnualReport/show/3821.html`, `/OpennessAnnualReport/show/416.html` (Anhui).

The list gives a number and often no more than the department's name, so the address says that it is a report, unless
the text says that it is something about one. The forms are data: `report_addresses` in `links.yaml`.
"""

from __future__ import annotations

from flows.crawl.families.page import Page
from flows.crawl.links import Found, Link, is_about_reports, wording


def recognises(page: Page) -> bool:
    """Tell a page by the addresses it links to."""
    return any(wording().report_addresses.search(url) for url, _ in page.links())


def read(page: Page) -> Found:
    """Return the links to such addresses, whatever they are called."""
    links = (Link(url, text) for url, text in page.links() if wording().report_addresses.search(url))
    return Found(reports=tuple(link for link in links if not is_about_reports(link.text)))
