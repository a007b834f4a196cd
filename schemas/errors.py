"""The exception tree of the whole house: who can do something about it decides the class.

Rooms raise these (or subclasses of their own); every message names the file or URL, what was
expected and what was found. The command line prints the message alone, without a traceback.
"""

from __future__ import annotations


class NianbaoError(Exception):
    """Root of every error that Nianbao raises on purpose."""


class UserError(NianbaoError):
    """Something its user can mend: a path, a setting, a registry entry, a document given by hand."""


class DocumentError(UserError):
    """These bytes cannot be read as a report. ``code`` is the machine's name for the reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class PassingError(NianbaoError):
    """Something that may pass by itself: a host that does not answer, a night already running."""


class InternalError(NianbaoError):
    """Our fault. It fails the night loudly and is never shown as a fault of a publisher."""
