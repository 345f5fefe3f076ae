"""Both doors of mail: an SMTP server that wants TLS and an account, and SES."""

import json
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import AuthResult, LoginPassword

from chalicelib.kernel.settings import settings
from chalicelib.mail.gateways import mail
from chalicelib.mail.gateways.mail import Mail, MailNotSent
from infra.local.ports import free_port
from tests.deployment import emulator

SECRET = "minsheng-tests/smtp"
ACCOUNT = {"username": "minsheng", "password": "open sesame"}
MAIL = Mail("final#c1", ["office@example.org"], "采集已结束并封存", "正文", "<p>正文</p>", 1_628_000_000_000)


class Inbox(Message):
    """Keeps what comes in."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Any] = []

    def handle_message(self, message: Any) -> None:
        """Files a message."""
        self.messages.append(message)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate for 127.0.0.1, with its key, which this process takes for good."""
    both = tmp_path / "server.pem"
    asked = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    written = ["-keyout", str(both), "-out", str(tmp_path / "cert.pem")]
    subprocess.run(["openssl", *asked.split(), *written], check=True, capture_output=True)
    both.write_text(both.read_text() + (tmp_path / "cert.pem").read_text())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    return both


@pytest.fixture
def inbox(certificate: Path, as_deployed: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """What an organiser's mail host takes in: over TLS alone, from the account in the secret."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    inbox, port = Inbox(), free_port()

    def authenticated(server: Any, session: Any, envelope: Any, mechanism: str, given: LoginPassword) -> AuthResult:
        known = {"username": given.login.decode(), "password": given.password.decode()} == ACCOUNT
        return AuthResult(success=known, handled=False)

    host = Controller(
        inbox,
        "127.0.0.1",
        port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticated,
    )
    emulator.client("secretsmanager", as_deployed).create_secret(Name=SECRET, SecretString=json.dumps(ACCOUNT))
    use(monkeypatch, smtp_host="127.0.0.1", smtp_port=port, smtp_starttls=True, smtp_secret=SECRET)
    host.start()
    yield inbox
    host.stop()
    emulator.client("secretsmanager", as_deployed).delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)


def use(monkeypatch: pytest.MonkeyPatch, **changed: object) -> None:
    """Changes the settings that mail reads."""
    ours = settings().model_copy(update=changed)
    monkeypatch.setattr("chalicelib.mail.gateways.mail.settings", lambda: ours)


def test_a_mail_host_with_tls_and_an_account_takes_our_mail(inbox: Inbox) -> None:
    """The account comes from the secret, and goes only over TLS."""
    mail.send(MAIL)

    (message,) = inbox.messages
    assert message["To"] == "office@example.org"


def test_a_host_whose_certificate_does_not_hold_is_told_nothing(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither account nor mail."""
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(MailNotSent, match="CERTIFICATE_VERIFY_FAILED"):
        mail.send(MAIL)

    assert inbox.messages == []


def test_a_changed_password_is_read_at_the_next_mail(inbox: Inbox, as_deployed: str) -> None:
    """Nothing is deployed for it."""
    manager = emulator.client("secretsmanager", as_deployed)
    manager.put_secret_value(SecretId=SECRET, SecretString=json.dumps(ACCOUNT | {"password": "wrong"}))
    with pytest.raises(MailNotSent):
        mail.send(MAIL)
    manager.put_secret_value(SecretId=SECRET, SecretString=json.dumps(ACCOUNT))

    mail.send(MAIL)

    assert len(inbox.messages) == 1


def test_ses_sends_the_same_message(as_deployed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole, as we have written it."""
    use(monkeypatch, mail_door="ses", mail_from="minsheng@example.org")
    emulator.client("sesv2", as_deployed).create_email_identity(EmailIdentity="minsheng@example.org")

    mail.send(MAIL)

    (sent,) = (
        one for box in httpx.get(f"{as_deployed}/_ministack/ses/messages").json()["messages"].values() for one in box
    )
    assert (sent["To"], sent["Subject"], sent["BodyText"].strip()) == (list(MAIL.to), MAIL.subject, MAIL.text)
