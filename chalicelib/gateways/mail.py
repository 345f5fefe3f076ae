"""Mail, by SMTP, since organisers in China send through their own mail host; by SES where the settings say so."""

import hashlib
import json
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from chalicelib.domain.instants import shanghai
from chalicelib.gateways.aws import client
from chalicelib.gateways.secret_text import read as read_secret
from chalicelib.settings import settings

_TIMEOUT_S = 10


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to be sent, always with a plain text."""

    key: str
    """Names the occasion; the same occasion has the same Message-ID, so a repeat can be recognised."""
    to: Sequence[str]
    subject: str
    text: str
    html: str
    at_ms: int

    def as_repeat(self) -> "Mail":
        """This mail, saying that it may have come before."""
        return replace(self, subject=f"(重发){self.subject}")


def render(template: str, **values: Any) -> str:
    """A mail's text (`….txt`) or HTML (`….html`, escaped) from its template."""
    return _templates().get_template(template).render(**values)


@cache
def _templates() -> Environment:
    folder = Path(__file__).parent.parent / "mails"
    return Environment(loader=FileSystemLoader(folder), autoescape=select_autoescape())


def send(mail: Mail) -> None:
    """Hands a mail on. Raises `OSError` or `smtplib.SMTPException` where the SMTP server doesn't take it, botocore's
    errors where SES doesn't."""
    if settings().mail_door == "ses":
        _send_by_ses(mail)
    else:
        _send_by_smtp(mail)


def _send_by_smtp(mail: Mail) -> None:
    with smtplib.SMTP(settings().smtp_host, settings().smtp_port, timeout=_TIMEOUT_S) as server:
        if settings().smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if secret := settings().smtp_secret:
            account = json.loads(read_secret(secret).text)
            server.login(account["username"], account["password"])
        server.send_message(_message(mail))


def _send_by_ses(mail: Mail) -> None:
    raw = {"Raw": {"Data": _message(mail).as_bytes(policy=SMTP)}}
    client("sesv2").send_email(
        FromEmailAddress=settings().mail_from, Destination={"ToAddresses": list(mail.to)}, Content=raw
    )


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    sender = settings().mail_from
    message["From"] = sender
    message["To"] = ", ".join(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(shanghai(mail.at_ms))
    message["Message-ID"] = f"<{hashlib.sha256(mail.key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message
