"""The SMTP server of the one-machine run."""

import shutil
import smtplib
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from infra.local.ports import free_port
from infra.local.processes import Program, module, start


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    """The folder where mail lands."""
    folder = tmp_path / "mailbox"
    folder.mkdir()
    return folder


@pytest.fixture
def client(mailbox: Path) -> Iterator[smtplib.SMTP]:
    """A connection to a server over that folder."""
    port = free_port()
    process = start(Program("smtp", module("smtp", str(port), str(mailbox))))
    while True:
        try:
            connection = smtplib.SMTP("127.0.0.1", port)
            break
        except ConnectionRefusedError:
            assert process.poll() is None
            time.sleep(0.01)
    yield connection
    connection.close()
    process.terminate()
    process.wait()


def message(subject: str) -> EmailMessage:
    """A mail with Chinese text in two forms."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "minsheng@minsheng.example", "office@unit.example", subject
    mail.set_content("采集量 1,234\n.单独的点\n")
    mail.add_alternative("<p>采集量 1,234</p>", subtype="html")
    mail.set_boundary("part")
    return mail


def test_each_message_lands_as_a_file(client: smtplib.SMTP, mailbox: Path) -> None:
    """The files hold the messages as sent, sort in the order of arrival, and nothing half-written is among them."""
    sent = [message("早报"), message("晚报")]
    for mail in sent:
        client.send_message(mail)

    files = sorted(mailbox.iterdir())

    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]
    assert [file.read_bytes() for file in files] == [mail.as_bytes().replace(b"\n", b"\r\n") for mail in sent]


def test_where_the_disk_refuses_the_sender_is_asked_to_try_again(client: smtplib.SMTP, mailbox: Path) -> None:
    """A message that can't be stored is answered 452, never acknowledged and lost."""
    shutil.rmtree(mailbox)
    mailbox.touch()

    with pytest.raises(smtplib.SMTPDataError) as refusal:
        client.send_message(message("早报"))
    mailbox.unlink()
    client.send_message(message("早报"))

    assert refusal.value.smtp_code == 452
    assert len(list(mailbox.glob("*.eml"))) == 1
