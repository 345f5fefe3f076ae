"""Mail, by SMTP, since organisers in China send through their own mail host; by SES where the settings say so."""

import hashlib
import json
import re
import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from jinja2 import Environment, FileSystemLoader, select_autoescape

from chalicelib.associations.domain.contact import CARRIED
from chalicelib.kernel.gateways.aws import client
from chalicelib.kernel.gateways.secret_text import read as read_secret
from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.lines import as_line
from chalicelib.kernel.settings import settings
from chalicelib.kernel.texts import chinese

PICTURE = "curve"
"""How the HTML names its picture: `cid:curve`."""
_TIMEOUT_S = 10
_SURELY_NOT_TAKEN = (
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
    ConnectionRefusedError,
    ssl.SSLCertVerificationError,
    socket.gaierror,
    ClientError,
    ValueError,
    MessageError,
)
"""With anything else that goes wrong, the server may have taken the mail without our hearing of it."""


class MailNotSent(Exception):
    """The mail wasn't taken, or (`doubtful`) nobody knows whether it was; its text is what the server said."""

    def __init__(self, said: str, *, doubtful: bool) -> None:
        super().__init__(said)
        self.doubtful = doubtful


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along."""

    name: str
    content_type: str
    content: bytes


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
    picture: bytes = b""
    """A PNG that the HTML shows as `cid:curve`."""
    attachments: Sequence[Attachment] = ()
    unsubscribe: str = ""
    """An address that ends such mails by one POST (RFC 8058); for mails that somebody chose to get."""

    def as_repeat(self) -> "Mail":
        """This mail, saying that it may have come before."""
        return replace(self, subject=chinese("mail")("subject_again", subject=self.subject))


def render(template: str, **values: Any) -> str:
    """A mail's text (`….txt`), HTML or SVG (`….html`, `….svg`, escaped) from its template."""
    return _templates().get_template(template).render(**values)


@cache
def _templates() -> Environment:
    folder = Path(__file__).parent.parent / "templates"
    loader, shown = FileSystemLoader(folder), _in_one_line
    return Environment(loader=loader, autoescape=select_autoescape(("html", "svg")), finalize=shown)


def _in_one_line(value: Any) -> Any:
    """A value as a template shows it: what an earlier release let in breaks no line, and no picture."""
    return as_line(value) if isinstance(value, str) else value


def send(mail: Mail) -> tuple[str, ...]:
    """Hands a mail on; gives those of `to` whom no mail can be sent to, or the SMTP server didn't take it for.

    Raises `MailNotSent` where it was taken for nobody.
    """
    to = [address for address in mail.to if re.fullmatch(CARRIED, address)]
    if not to:
        raise MailNotSent(f"no mail address: {', '.join(map(ascii, mail.to))}", doubtful=False)
    carried, left_out = replace(mail, to=to), [address for address in mail.to if address not in to]
    try:
        message = message_of(carried)
        refused = _send_by_ses(carried, message) if settings().mail_door == "ses" else _send_by_smtp(message)
    except (OSError, smtplib.SMTPException, BotoCoreError, ClientError, ValueError, MessageError) as failure:
        raise MailNotSent(_said(failure), doubtful=not isinstance(failure, _SURELY_NOT_TAKEN)) from failure
    return (*left_out, *refused)


def _send_by_smtp(message: EmailMessage) -> tuple[str, ...]:
    with smtplib.SMTP(settings().smtp_host, settings().smtp_port, timeout=_TIMEOUT_S) as server:
        if settings().smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if secret := settings().smtp_secret:
            account = json.loads(read_secret(secret).text)
            server.login(account["username"], account["password"])
        return tuple(server.send_message(message))


def _send_by_ses(mail: Mail, message: EmailMessage) -> tuple[str, ...]:
    raw = {"Raw": {"Data": message.as_bytes(policy=SMTP)}}
    client("sesv2").send_email(
        FromEmailAddress=settings().mail_from, Destination={"ToAddresses": list(mail.to)}, Content=raw
    )
    return ()


def message_of(mail: Mail) -> EmailMessage:
    """The mail as it is sent."""
    message = EmailMessage()
    sender = settings().mail_from
    message["From"] = sender
    message["To"] = ", ".join(mail.to)
    message["Subject"] = as_line(mail.subject)
    message["Date"] = format_datetime(shanghai(mail.at_ms))
    message["Message-ID"] = f"<{hashlib.sha256(mail.key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    if mail.picture:
        html = message.get_body(("html",))
        assert html is not None
        html.add_related(mail.picture, "image", "png", cid=f"<{PICTURE}>", disposition="inline", filename="curve.png")
    for attachment in mail.attachments:
        kind, _, subtype = attachment.content_type.partition("/")
        message.add_attachment(attachment.content, kind, subtype, filename=attachment.name)
    return message


def _said(failure: Exception) -> str:
    """One line of what went wrong."""
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{who}: {code} {_decoded(said)}" for who, (code, said) in failure.recipients.items())
    if isinstance(failure, smtplib.SMTPResponseException):
        return f"{failure.smtp_code} {_decoded(failure.smtp_error)}"
    return f"{type(failure).__name__}: {failure}"


def _decoded(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
