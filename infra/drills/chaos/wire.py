"""Just enough HTTP/1.1 for the fault proxy: messages with a Content-Length, kept as the bytes that came."""

import asyncio
from dataclasses import dataclass

_END = b"\r\n\r\n"


class Broken(Exception):
    """The other side left in the middle, or said something that is no such message."""


@dataclass(slots=True)
class Message:
    """A request or an answer."""

    head: bytes
    """First line and headers, with the empty line."""
    body: bytes

    @property
    def first_line(self) -> bytes:
        """`POST http://127.0.0.1:1/ HTTP/1.1`, or the status line."""
        return self.head.partition(b"\r\n")[0]

    def header(self, name: bytes) -> bytes | None:
        """A header's value; `name` in lower case."""
        found = self.head.lower().find(b"\r\n" + name + b":")
        if found < 0:
            return None
        start = found + len(name) + 3
        return self.head[start : self.head.index(b"\r\n", start)].strip()

    def for_operation(self, operation: str, body: bytes) -> "Message":
        """The same request for another of DynamoDB's operations."""
        changed = self.with_body(body)
        before = changed.header(b"x-amz-target") or b""
        changed.head = changed.head.replace(before, before.rpartition(b".")[0] + b"." + operation.encode(), 1)
        return changed

    def with_body(self, body: bytes) -> "Message":
        """The same message with another body."""
        lines = [
            line for line in self.head[: -len(_END)].split(b"\r\n") if not line.lower().startswith(b"content-length")
        ]
        return Message(b"\r\n".join([*lines, b"content-length: %d" % len(body)]) + _END, body)


async def read(reader: asyncio.StreamReader) -> Message | None:
    """The next message; None where the other side has ended in good order. Raises `Broken`."""
    try:
        head = await reader.readuntil(_END)
        message = Message(head, b"")
        message.body = await reader.readexactly(int(message.header(b"content-length") or 0))
    except asyncio.IncompleteReadError as ended:
        if not ended.partial:
            return None
        raise Broken from None
    except (OSError, ValueError, asyncio.LimitOverrunError):
        raise Broken from None
    return message


def answer(status: bytes, body: bytes) -> bytes:
    """An answer of our own making, in DynamoDB's dress."""
    kind = b"content-type: application/x-amz-json-1.0\r\n"
    return b"HTTP/1.1 %s\r\n%scontent-length: %d%s%s" % (status, kind, len(body), _END, body)
