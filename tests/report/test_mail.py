"""The mail: built, sent to a real SMTP server on loopback, kept when the server is not there."""

from __future__ import annotations

import csv
import io
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from PIL import Image

from expectations.report.cell_table import ROWS_LIMIT, failing_cells_csv, guarded
from expectations.report.data import Finding, GoneFinding, LikelyCell, LikelyWrong
from expectations.report.message import render_mail
from expectations.report.page import render_page
from expectations.report.regions import of_region
from flows.mail import Delivery, MailGroup, MailSettings, build_message, deliver, deliver_waiting, for_group

from .sample import AGENCY, THIRD_PARTY, crowded_report, empty_report, quality_report, third_party

PASSWORD = "hunter2-hunter2"


@dataclass
class Inbox:
    """What the server on loopback took."""

    port: int = 0
    refuse: str | None = None
    mails: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, or refuse it."""
        if self.refuse:
            return self.refuse
        message = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        self.senders.append(str(envelope.mail_from))
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    box = Inbox()
    server = Controller(box, hostname="127.0.0.1", port=_free_port())
    server.start()
    box.port = server.port
    yield box
    server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(tmp_path: Path, port: int | None) -> MailSettings:
    return MailSettings(
        host=None if port is None else "127.0.0.1",
        port=port or 25,
        security="none",
        user=None,
        password=None,
        sender="年报 <nianbao@example.org>",
        recipients=("team@example.org", "二组 <second@example.org>"),
        outbox=tmp_path / "outbox",
        timeout_s=5,
    )


def _message(settings: MailSettings) -> EmailMessage:
    report = quality_report()
    return build_message(report, render_page(report), settings)


def _attachment(message: EmailMessage, name: str) -> bytes:
    (found,) = [part for part in message.iter_attachments() if part.get_filename() == name]
    content = found.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def test_text_has_the_verdict_new_first_on_one_screen() -> None:
    said = render_mail(quality_report())
    assert said.subject == "年报 2026-11-22: 14 份报告, 3 处勾稽不符 (新 2), 我方差错 2, 已发布"
    assert said.text.startswith("已发布。新增 4 份报告，2 处新的勾稽不符")
    assert said.text.index("[新 new] 南通市应急管理局 2020") < said.text.index("- 宿迁市人民政府 2020")
    assert said.html.index("[新 new]") < said.html.index("宿迁市人民政府")
    for crowded in (render_mail(crowded_report(600)), said):
        assert len(crowded.text.splitlines()) <= 50
        assert max(len(line) for line in crowded.text.splitlines()) < 700


def test_five_thousand_new_findings_stay_a_mail_that_is_read_whole(tmp_path: Path) -> None:
    report = crowded_report(5000)
    found = (Finding("r1", "某局", 2020, "http://x/", "text.suits", "text", "句" * 300, "s" * 300, *(None,) * 3, True),)
    said = render_mail(replace(report, findings=found * 5000))
    assert len(said.html.encode()) < 60_000  # Gmail cuts after about 102 kB
    assert len(said.text.splitlines()) <= 50
    message = build_message(report, render_page(report), _settings(tmp_path, None))
    assert len(message.as_bytes()) < 8_000_000


def test_a_first_night_has_no_picture_and_the_mail_says_what_to_ask() -> None:
    cell = LikelyCell("三、收到和处理政府信息公开申请情况", THIRD_PARTY[1], "其他", Decimal(0), "似应为0", "likely 0")
    likely = LikelyWrong("7f1c0a", AGENCY, 2020, "http://x/", (cell,), True)
    said = render_mail(quality_report(nights=(), likely=(likely,)))
    assert said.picture is None
    assert "<img" not in said.html
    question = "贵单位 2020 年度报告表三“4.保护第三方合法权益”行“其他”列一格，是否应为 0？"
    assert question in said.html
    assert question in said.text
    assert "贵单位 2020 年度报告表三中，“总计”公布合计 3645" not in said.text  # words of a sum, not of another report
    # what stands alone is asked first, before new ones that nothing explains
    assert said.text.index(question) < said.text.index("宿迁市人民政府")


def test_what_is_no_longer_found_is_told_with_why() -> None:
    gone = GoneFinding("r", "虚构局", 2024, "text.suits", "两数应一致", "equal", None, None, None, "republished")
    said = render_mail(quality_report(gone=(gone,)))
    for text in (said.text, said.html):
        assert "虚构局 2024" in text
        assert "发布方已改" in text
    assert "已不再见 1 (发布方已改 1)" in said.text


def test_empty_and_unpublished_nights_have_their_subjects() -> None:
    assert render_mail(empty_report()).subject == "年报 2026-11-22: 0 份报告, 没有可核的勾稽, 已发布"
    assert "勾稽全部相符" in render_mail(quality_report(failing=())).subject
    assert render_mail(quality_report(published=False)).subject.startswith("年报 2026-11-22: 未发布, ")


def test_html_is_escaped_and_asks_for_nothing() -> None:
    hostile = replace(third_party(), agency="<script>x</script>", url="javascript:x")
    html = render_mail(quality_report(failing=(hostile,))).html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert re.findall(r" src=\S+", html) == [' src="cid:trend.png"']
    assert "url(" not in html
    # the plain text is plain: nothing is escaped there
    assert "<script>x</script>" in render_mail(quality_report(failing=(hostile,))).text


def test_nothing_gets_into_the_head(tmp_path: Path) -> None:
    settings = _settings(tmp_path, None)
    evil = quality_report(run_id="x\r\nBcc: evil@example.org", failing=(replace(third_party(), agency="a\r\nBcc: e"),))
    message = build_message(evil, "page", settings)
    assert message["Bcc"] is None
    done = deliver(message, settings)
    assert done.path is not None
    assert message_from_bytes(done.path.read_bytes(), policy=policy.default)["Bcc"] is None
    assert done.path.parent == settings.outbox


def test_mail_arrives_with_page_and_cells(tmp_path: Path, inbox: Inbox) -> None:
    settings = _settings(tmp_path, inbox.port)
    assert deliver(_message(settings), settings) == Delivery(True, None, None)
    (mail,) = inbox.mails
    assert inbox.senders == ["nianbao@example.org"]
    assert mail["Subject"] == render_mail(quality_report()).subject
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "已发布。新增 4 份报告，2 处新的勾稽不符" in plain.get_content()
    assert "“总计”公布为 1，各分项相加得 2，少了 1。" in html.get_content()
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert f'src="cid:{str(picture["Content-ID"]).strip("<>")}"' in html.get_content()
    png = picture.get_payload(decode=True)
    assert isinstance(png, bytes)
    with Image.open(io.BytesIO(png)) as image:
        assert image.size == (1200, 264)
        assert len(image.convert("RGB").getcolors(1 << 21) or ()) > 10
    assert _attachment(mail, "report.html").decode() == render_page(quality_report())
    table = _attachment(mail, "failing-cells.csv")
    assert table.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))
    assert len(rows) == 20 + 7 + 4
    (total,) = [row for row in rows if row["rule"].endswith("refused_third_party") and row["side"] == "total"]
    assert (total["agency"], total["expected"], total["actual"], total["difference"]) == (
        AGENCY,
        "2",
        "1",
        "-1",
    )
    assert total["raw"] == "1"
    assert not settings.outbox.exists()


def test_without_a_host_the_mail_is_a_file_and_twice_is_once(tmp_path: Path) -> None:
    settings = _settings(tmp_path, None)
    first, second = (deliver(_message(settings), settings) for _ in range(2))
    assert first == second
    assert first.sent is False
    assert first.path == settings.outbox / "2026-11-22T02-00-00.eml"
    assert [path.name for path in settings.outbox.iterdir()] == ["2026-11-22T02-00-00.eml"]
    assert deliver_waiting(settings) == ()


def test_server_down_waits_and_goes_out_next_time(tmp_path: Path, inbox: Inbox) -> None:
    down = _settings(tmp_path, _free_port())
    done = deliver(_message(down), down)
    assert deliver(_message(down), down) == done
    waiting = down.outbox / "waiting"
    assert done.sent is False
    assert done.path == waiting / "2026-11-22T02-00-00.eml"
    assert done.reason is not None
    assert "refused" in done.reason
    assert len(list(waiting.iterdir())) == 1
    assert "X-Nianbao-Waiting: mail server 127.0.0.1" in done.path.read_text(encoding="utf-8")
    (still,) = deliver_waiting(down)
    assert still.sent is False

    up = replace(down, port=inbox.port, recipients=("mended@example.org",))
    assert deliver_waiting(up) == (Delivery(True, None, None),)
    assert list(waiting.iterdir()) == []
    assert deliver_waiting(up) == ()
    (mail,) = inbox.mails
    assert mail["To"] == "mended@example.org"
    assert mail["X-Nianbao-Waiting"] is None
    assert _attachment(mail, "report.html").decode() == render_page(quality_report())


def test_same_run_sent_later_leaves_nothing_waiting(tmp_path: Path, inbox: Inbox) -> None:
    down = _settings(tmp_path, _free_port())
    deliver(_message(down), down)
    up = replace(down, port=inbox.port)
    assert deliver(_message(up), up).sent
    assert deliver_waiting(up) == ()
    assert len(inbox.mails) == 1


def test_refused_mail_does_not_hold_up_the_next(tmp_path: Path, inbox: Inbox) -> None:
    settings = _settings(tmp_path, inbox.port)
    inbox.refuse = "552 too big"
    refused = deliver(_message(settings), settings)
    assert refused.reason is not None
    assert "552" in refused.reason
    foreign = settings.outbox / "waiting" / "0-foreign.eml"
    foreign.write_text("")
    inbox.refuse = None
    first, second = deliver_waiting(settings)
    assert (first.sent, first.path) == (False, foreign)
    assert second.sent


def test_without_recipients_the_mail_waits(tmp_path: Path, inbox: Inbox) -> None:
    settings = replace(_settings(tmp_path, inbox.port), recipients=())
    done = deliver(_message(settings), settings)
    assert done.reason == "mail: expected at least one recipient, found none"
    assert done.path is not None


def test_outbox_that_cannot_be_written_does_not_raise(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file stands in the way")
    settings = _settings(tmp_path, _free_port())
    done = deliver(_message(settings), settings)
    assert (done.sent, done.path) == (False, None)
    assert "cannot be written" in str(done.reason)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that this process trusts."""
    x509 = pytest.importorskip("cryptography.x509", reason="cryptography makes the certificate of the test")
    import ipaddress

    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    return context


def _login(accept: str) -> Callable[..., AuthResult]:
    def check(_server: object, _session: object, _envelope: object, _how: str, data: LoginPassword) -> AuthResult:
        return AuthResult(success=data.password == accept.encode(), handled=False)

    return check


@pytest.mark.parametrize("accepted", [PASSWORD, "another"])
def test_starttls_with_login(tmp_path: Path, certificate: ssl.SSLContext, accepted: str) -> None:
    box = Inbox()
    server = Controller(
        box,
        hostname="127.0.0.1",
        port=_free_port(),
        tls_context=certificate,
        require_starttls=True,
        auth_required=True,
        authenticator=_login(accepted),
    )
    server.start()
    try:
        settings = replace(_settings(tmp_path, server.port), security="starttls", user="me", password=PASSWORD)
        done = deliver(_message(settings), settings)
    finally:
        server.stop()
    assert done.sent is (accepted == PASSWORD)
    assert len(box.mails) == int(done.sent)
    if not done.sent:
        assert "refused user me" in str(done.reason)
        assert done.path is not None
        assert PASSWORD not in done.path.read_text(encoding="utf-8")
    assert PASSWORD not in f"{settings!r}{settings}{done}"


def test_certificate_that_nobody_vouches_for_is_not_trusted(
    tmp_path: Path, certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    box = Inbox()
    server = Controller(box, hostname="127.0.0.1", port=_free_port(), tls_context=certificate)
    server.start()
    try:
        settings = replace(_settings(tmp_path, server.port), security="starttls")
        done = deliver(_message(settings), settings)
    finally:
        server.stop()
    assert done.sent is False
    assert "certificate" in str(done.reason).lower()
    assert box.mails == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-", "'-"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\nx"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),
        ("-1+1", "'-1+1"),
        ("-1", "-1"),
        ("+3.5", "+3.5"),
        ("12", "12"),
        ("无", "无"),
        ("", ""),
    ],
)
def test_a_spreadsheet_runs_nothing(text: str, shown: str) -> None:
    assert guarded(text) == shown


def test_hostile_cells_are_guarded_in_the_table() -> None:
    one = third_party()
    cells = tuple(replace(cell, raw='=HYPERLINK("http://x","y")', locator="@a") for cell in one.cells)
    content, whole = failing_cells_csv(quality_report(failing=(replace(one, cells=cells, agency="+甲"),)))
    assert whole
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        assert (row["raw"][:2], row["locator"], row["agency"]) == ("'=", "'@a", "'+甲")


def test_table_is_bounded_by_whole_sums(tmp_path: Path) -> None:
    report = crowded_report(1000)
    content, whole = failing_cells_csv(report)
    assert not whole
    lines = content.decode("utf-8-sig").count("\r\n") - 1
    assert lines <= ROWS_LIMIT
    assert lines % len(report.failing[0].cells) == 0
    assert "前 10,000 行" in render_mail(report).text
    message = build_message(report, "page", _settings(tmp_path, None))
    assert [part.get_filename() for part in message.iter_attachments()] == [
        "report.html",
        "failing-cells-first.csv",
    ]


def test_a_groups_mail_tells_of_its_region_only_and_waits_for_its_own_people(tmp_path: Path, inbox: Inbox) -> None:
    made = quality_report()
    lines = tuple(
        replace(line, province="江苏省", adcode="320600") if line.agency == AGENCY else line for line in made.reports
    )
    ids = [line.report_id for line in lines if line.agency == AGENCY]
    report = replace(made, reports=lines, failing=(replace(third_party(), report_id=ids[1]), *made.failing[:1]))
    for places in (("江苏省",), ("32",), ("320600",)):
        assert of_region(report, "x", places).failing == report.failing[:1]
    assert of_region(report, "x", ("33",)).reports == ()
    cut = of_region(report, "江苏组", ("江苏省",))
    assert "江苏组" in render_mail(cut).subject
    assert "宿迁市" not in render_mail(cut).text

    group = MailGroup("江苏组", ("江苏省",), ("js@example.org",))
    down = replace(_settings(tmp_path, _free_port()), groups=(group,))
    deliver(_message(down), down)
    done = deliver(build_message(cut, "page", for_group(down, group)), for_group(down, group))
    assert done.sent is False
    assert len(list((down.outbox / "waiting").iterdir())) == 2
    up = replace(down, port=inbox.port)
    assert all(one.sent for one in deliver_waiting(up))
    assert sorted(str(mail["To"]) for mail in inbox.mails) == sorted([", ".join(up.recipients), "js@example.org"])
