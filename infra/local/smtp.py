"""A real SMTP server that keeps what it is given: each message becomes a file of the mailbox.

python -m infra.local.smtp PORT MAILBOX
"""

import asyncio
import logging
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from infra.local.durable import write_durably

_LOG = logging.getLogger(__name__)


class Mailbox:
    """The handler of aiosmtpd that files messages as `{instant}-{number}.eml`, in order of arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        """Answers 250 once the message is on the disk; 452 if it can't be written, so that it is sent again."""
        self._last = max(self._last + 1, time.time_ns())
        content = envelope.original_content
        assert isinstance(content, bytes)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # somebody may have tidied it away
            write_durably(self._folder / f"{self._last}.eml", content)
        except OSError as error:
            _LOG.error("a message could not be stored: %s", error)
            return "452 Insufficient system storage"
        return "250 OK"


async def serve(port: int, folder: Path) -> None:
    """Serves on 127.0.0.1:`port` for ever."""
    handler = Mailbox(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, enable_SMTPUTF8=True), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    logging.basicConfig(format="smtp: %(levelname)s %(message)s")
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
