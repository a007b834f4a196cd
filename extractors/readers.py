"""Which readers read which medium. A reader is a pure function: bytes → `Document`.

A new medium is a module with such a function, and a line here. Readers import what is slow inside.
"""

from __future__ import annotations

from collections.abc import Callable

from extractors.blocks import Document
from extractors.flat_text import read_flat_text
from extractors.html import read_html, read_html_by_reference
from extractors.media import Medium
from extractors.ocr import read_image
from extractors.office import read_mhtml, read_ods, read_odt, read_office_xml, read_ole, read_rtf
from extractors.pdf import read_pdf, read_pdf_by_reference
from extractors.sheets import read_xlsx
from extractors.word import read_word

Reader = Callable[[bytes], Document]

# The first reader that finds every cell is believed; else the one that finds most.
READERS: dict[Medium, tuple[Reader, ...]] = {
    Medium.HTML: (read_html, read_html_by_reference),
    Medium.TEXT: (read_flat_text,),
    Medium.PDF: (read_pdf, read_pdf_by_reference),
    Medium.DOCX: (read_word,),
    Medium.XLSX: (read_xlsx,),
    Medium.OLE: (read_ole,),
    Medium.RTF: (read_rtf,),
    Medium.ODT: (read_odt,),
    Medium.ODS: (read_ods,),
    Medium.OFFICE_XML: (read_office_xml,),
    Medium.MHTML: (read_mhtml,),
    Medium.IMAGE: (read_image,),
}
