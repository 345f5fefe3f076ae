"""Mail, by SMTP: organisers in China send through their own mail host."""

import hashlib
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from chalicelib.domain.instants import shanghai
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
    """Hands a mail to the SMTP server. Raises `OSError` or `smtplib.SMTPException` where it isn't taken."""
    with smtplib.SMTP(settings().smtp_host, settings().smtp_port, timeout=_TIMEOUT_S) as server:
        server.send_message(_message(mail))


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
