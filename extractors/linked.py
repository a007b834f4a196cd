"""Which files the elements of a page name: by the ending of an address, by a download's address, inside a script.

The crawler asks for what is named here and the readers read it, so both must see the same. How a file is fetched, and
what is in it, is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_DOCUMENT = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|et|rtf|odt|ods|zip|rar|7z|ofd)(?:$|[?#&])", re.IGNORECASE)
# Addresses that answer with a file whose name only the answer says: down.jsp?i_ID= (Hanweb),
# download.jsp?wbfileid= (VSB).
_DOWNLOAD = re.compile(
    r"/(?:down|downfile|download|downloadfile|getfile|filedown|filedownload|\w{0,20}attach(?:ment)?s?\w{0,20})"
    r"\.(?:jsp|do|action|aspx?|ashx|php)(?:$|[?#])"
    r"|[?&](?:wbfileid|fileid|attachid|attachmentid|i_id)="
    r"|/(?:files?|attach(?:ment)?s?)/down(?:load)?(?:/|$|[?#])",
    re.IGNORECASE,
)
# What may be an address: window.open('/files/a.pdf'), location.href = "b.doc".
_QUOTED = re.compile(r"[\"']([^\"'<>]{3,1000})[\"']")
_LONGEST_SCRIPT = 5_000
_SHOWN_BY = {"iframe": "src", "embed": "src", "object": "data"}
ATTRIBUTES = {"a": "href", **_SHOWN_BY}


def is_document(address: str) -> bool:
    """Tell an address that names a document rather than a page or picture."""
    return _DOCUMENT.search(address) is not None


def file_named(tag: str, attributes: Mapping[str, str | None]) -> str | None:
    """Return the address, as written, of the file that an element links to or shows; None if it names none."""
    written = attributes.get(ATTRIBUTES[tag]) or ""
    if is_document(written) and not written.lstrip().lower().startswith("javascript:"):
        return written
    if _DOWNLOAD.search(written):
        return written
    if tag == "a":
        for script in (attributes.get("onclick") or "", written):
            if "'" in script or '"' in script:
                found = address_in(script)
                if found is not None and (is_document(found) or _DOWNLOAD.search(found)):
                    return found
    return None


def address_in(script: str) -> str | None:
    """Return the first address that a script names in quotes."""
    words = _QUOTED.findall(script) if len(script) <= _LONGEST_SCRIPT else ()
    return next((word for word in words if "/" in word or "." in word), None)
