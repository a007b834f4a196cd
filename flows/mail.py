"""The night's mail: built with the page and the cells attached, sent by SMTP or kept as ``.eml``.

A server that fails never fails the night: the mail waits in the outbox and is tried again next time.
What the mail says is `expectations.report`'s business.
"""

from __future__ import annotations

import base64
import hashlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, localtime
from pathlib import Path
from typing import Literal

from expectations.report.cell_table import failing_cells_csv
from expectations.report.data import QualityReport
from expectations.report.message import PICTURE, render_mail
from expectations.report.words import one_line
from schemas.errors import NianbaoError, PassingError, UserError

WAITING = "waiting"  # folder inside the outbox: mails that a server did not take yet
_RUN = "X-Nianbao-Run"
_GROUP = "X-Nianbao-Group"  # the group's name as a file name
_REASON = "X-Nianbao-Waiting"


@dataclass(frozen=True, slots=True)
class MailGroup:
    """Recipients who are told of the bodies of some places only (`regions.of_region`)."""

    name: str
    places: tuple[str, ...]
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mail leaves the house. Without a host every mail stays in the outbox as ``.eml``."""

    host: str | None
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str | None
    password: str | None = field(repr=False)
    sender: str
    recipients: tuple[str, ...]
    outbox: Path
    timeout_s: float = 30.0
    groups: tuple[MailGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a mail: sent, or the file it stands in and why."""

    sent: bool
    path: Path | None
    reason: str | None


class MailRefusedError(UserError):
    """The server works but will not take this mail; another one it may take."""


def build_message(report: QualityReport, page: str, settings: MailSettings) -> EmailMessage:
    """Build the mail of a night around its rendered page.

    Raises:
        UserError: sender or recipients cannot stand in a mail's head.
    """
    said = render_mail(report)
    message = EmailMessage(policy=policy.SMTP)
    run = _stem(report.run_id)
    digest = hashlib.sha256((said.subject + said.text).encode()).hexdigest()[:12]
    message["Subject"] = said.subject
    if report.region is not None:
        message[_GROUP] = _stem(report.region)
    _address(message, settings)
    message["Date"] = localtime()
    # The same report of the same run is the same mail: a reader's client shows it once.
    message["Message-ID"] = f"<{run}.{digest}@nianbao.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    message[_RUN] = run
    message.set_content(said.text, cte="base64")
    message.add_alternative(said.html, subtype="html", cte="base64")
    if said.picture is not None:
        _add_picture(message, said.picture)
    cells, whole = failing_cells_csv(report)
    name = "failing-cells.csv" if whole else "failing-cells-first.csv"
    _attach(message, "report.html", "html", page.encode())
    _attach(message, name, "csv", cells)
    return message


def send(message: EmailMessage, settings: MailSettings) -> Delivery:
    """Send by SMTP; without a host, write the mail into the outbox.

    Raises:
        PassingError: the server cannot be reached or asks to come back later.
        UserError: the settings are wrong, or the server refuses this mail (`MailRefusedError`).
        OSError: the outbox cannot be written.
    """
    if settings.host is None:
        return Delivery(False, _write(message, settings.outbox), "no SMTP host is configured")
    if not settings.recipients:
        raise UserError("mail: expected at least one recipient, found none")
    # Bare addresses: a Chinese name in front of one must not ask the server for SMTPUTF8.
    (sender, *_), recipients = _bare(settings.sender), _bare(*settings.recipients)
    with _told_plainly(settings), _connection(settings) as server:
        refused = server.send_message(message, sender, recipients)
    named = ", ".join(sorted(refused))
    return Delivery(True, None, f"refused by the server: {named}" if named else None)


def deliver(message: EmailMessage, settings: MailSettings) -> Delivery:
    """Send, and when that fails let the mail wait in the outbox; never raises for mail's sake."""
    waiting = settings.outbox / WAITING / f"{_file(message)}.eml"
    try:
        done = send(message, settings)
        if done.sent:  # an earlier try of the same run need not be sent again
            with suppress(OSError):
                waiting.unlink(missing_ok=True)
        return done
    except (NianbaoError, OSError) as error:
        reason = one_line(f"{error}")
    try:
        return Delivery(False, _keep(message, settings, reason), reason)
    except OSError as error:
        return Delivery(False, None, f"{reason}; and the outbox cannot be written: {error}")


def deliver_waiting(settings: MailSettings) -> tuple[Delivery, ...]:
    """Try the mails of earlier nights again, oldest first, until the server itself fails."""
    if settings.host is None:
        return ()
    done: list[Delivery] = []
    for path in sorted((settings.outbox / WAITING).glob("*.eml")):
        try:
            message = _read(path, settings)
            sent = send(message, _for_group_of(message, settings))
            path.unlink(missing_ok=True)
            done.append(sent)
        except (NianbaoError, OSError) as error:
            done.append(Delivery(False, path, one_line(f"{error}")))
            if isinstance(error, NianbaoError) and not isinstance(error, MailRefusedError):
                break  # unreachable, or a wrong password: asking again for each mail helps nobody
    return tuple(done)


@contextmanager
def _connection(settings: MailSettings) -> Iterator[smtplib.SMTP]:
    host, timeout = settings.host or "", settings.timeout_s
    if settings.security == "tls":
        context = ssl.create_default_context()
        made: smtplib.SMTP = smtplib.SMTP_SSL(host, settings.port, timeout=timeout, context=context)
    else:
        made = smtplib.SMTP(host, settings.port, timeout=timeout)
    try:
        if settings.security == "starttls":
            made.starttls(context=ssl.create_default_context())
        if settings.user:
            made.login(settings.user, settings.password or "")
        yield made
    finally:
        with suppress(smtplib.SMTPException, OSError):
            made.quit()  # a rude goodbye does not undo what was accepted
        made.close()


@contextmanager
def _told_plainly(settings: MailSettings) -> Iterator[None]:
    """Turn what smtplib raises into our errors, by who can mend it, and without the password."""
    where = f"mail server {settings.host}:{settings.port}"
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise UserError(f"{where}: refused user {settings.user}: {_scrub(error, settings)}") from None
    except smtplib.SMTPNotSupportedError as error:
        raise UserError(f"{where}: {_scrub(error, settings)}") from None
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _ in error.recipients.values()}
        raise _by_code(min(codes, default=550), f"{where}: no recipient was accepted: {error}") from None
    except smtplib.SMTPResponseException as error:
        raise _by_code(error.smtp_code, f"{where}: {_scrub(error, settings)}") from None
    except UnicodeError:
        raise UserError(f"{where}: expected user, password and addresses in ASCII") from None
    except (smtplib.SMTPException, OSError) as error:
        raise PassingError(f"{where}: {_scrub(error, settings) or type(error).__name__}") from None


def _by_code(code: int, text: str) -> NianbaoError:
    return MailRefusedError(text) if 500 <= code < 600 else PassingError(text)


def _scrub(error: Exception, settings: MailSettings) -> str:
    """Return the error's text without the password, also where a server echoes it encoded."""
    text = str(error)
    if settings.password:
        plain = settings.password.encode()
        login = f"\0{settings.user}\0{settings.password}".encode()
        for secret in (settings.password, *(base64.b64encode(one).decode() for one in (plain, login))):
            text = text.replace(secret, "***")
    return text


def _add_picture(message: EmailMessage, picture: bytes) -> None:
    """Let the picture travel inside the HTML's own part, where every client looks for what it names."""
    html = message.get_body(("html",))
    assert isinstance(html, EmailMessage)
    html.add_related(picture, "image", "png", cid=f"<{PICTURE}>", filename=PICTURE, disposition="inline")


def _attach(message: EmailMessage, name: str, subtype: str, content: bytes) -> None:
    # As bytes: as text, its line ends would be rewritten on the way.
    params = {"charset": "utf-8"}
    message.add_attachment(content, "text", subtype, cte="base64", filename=name, params=params)


def _address(message: EmailMessage, settings: MailSettings) -> None:
    """Set From and To; on a mail that waited, from today's settings, which may have been mended."""
    try:
        del message["From"], message["To"]
        message["From"] = settings.sender
        if settings.recipients:
            message["To"] = ", ".join(settings.recipients)
    except ValueError as error:
        raise UserError(f"mail: expected plain addresses, found {error}") from None


def _bare(*addresses: str) -> list[str]:
    return [address for _, address in getaddresses(addresses)] or [""]


def _stem(run_id: str) -> str:
    """Return a file name for a run; a name that had to be changed keeps apart by its hash."""
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", run_id).strip("-")[:80]
    if safe == run_id:
        return safe
    return f"{safe or 'run'}-{hashlib.sha256(run_id.encode('utf-8', 'replace')).hexdigest()[:8]}"


def _run(message: EmailMessage) -> str:
    return _stem(str(message.get(_RUN, "no-run")))


def _file(message: EmailMessage) -> str:
    """Name a mail's file: by its run, and by its group where it is a group's."""
    group = message.get(_GROUP)
    return f"{_run(message)}.{_stem(str(group))}" if group is not None else _run(message)


def _keep(message: EmailMessage, settings: MailSettings, reason: str) -> Path:
    del message[_REASON]
    message[_REASON] = reason
    try:
        return _write(message, settings.outbox / WAITING)
    finally:
        del message[_REASON]


def _read(path: Path, settings: MailSettings) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=policy.SMTP)
    if not isinstance(message, EmailMessage) or message.get(_RUN) is None:
        raise MailRefusedError(f"{path}: expected a mail of ours, found no {_RUN} in its head")
    del message[_REASON]
    _address(message, _for_group_of(message, settings))
    return message


def for_group(settings: MailSettings, group: MailGroup) -> MailSettings:
    """Return the settings by which a group's mail goes out."""
    return replace(settings, recipients=group.recipients)


def _for_group_of(message: EmailMessage, settings: MailSettings) -> MailSettings:
    """Return the settings for a mail that waited: a group's mail goes to that group only."""
    name = message.get(_GROUP)
    if name is None:
        return settings
    for group in settings.groups:
        if _stem(group.name) == str(name):
            return for_group(settings, group)
    raise MailRefusedError(f"mail: expected a group for {name} in the settings, found none")


def _write(message: EmailMessage, folder: Path) -> Path:
    """Write whole or not at all; the same run again overwrites."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_file(message)}.eml"
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(message.as_bytes())
    return unfinished.replace(path)
