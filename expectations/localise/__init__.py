"""The likely wrong cell: which published figures, changed, would make a report's failing sums hold.

Pure functions over one report's cells: no database, no text of the report. What is found is a proposal
beside the published figure, never a replacement of it. numpy comes with this package and scipy with the
first integer programme, so it is imported only where reports are judged.
"""

from expectations.localise.explain import LOCALISER_VERSION, Limits, explain
from expectations.localise.finding import Change, Explanation, Finding, Method, State
from expectations.localise.system import Published, determined, parts_of

__all__ = [
    "LOCALISER_VERSION",
    "Change",
    "Explanation",
    "Finding",
    "Limits",
    "Method",
    "Published",
    "State",
    "determined",
    "explain",
    "parts_of",
]
