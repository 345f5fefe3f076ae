"""The fault proxy: an HTTP proxy between the system's processes and the engine.

    python -m infra.drills.chaos.proxy PORT SEED [ENGINE]

With the address of the `ENGINE` it can be spoken to like an engine, else like an HTTP proxy. Each line on stdin,
`on KIND` or `off KIND`, switches a mischief, or what AWS does (`infra.drills.refusing`). `report` is answered on stdout
with a line of JSON, `{"requests": n, "struck": {kind: n}}`. The end of stdin ends it.
"""

import asyncio
import json
import sys
from contextlib import suppress
from random import Random
from urllib.parse import urlsplit

from infra.drills.chaos.mischief import THROTTLED, Mischief, Treatment
from infra.drills.chaos.wire import Broken, Message, answer, read
from infra.drills.refusing import Body, Refusing

Upstream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_LONGEST_MESSAGE = 1 << 20


class Proxy:
    """One upstream connection for each of a client's; what breaks on one side is broken on the other."""

    def __init__(self, mischief: Mischief, refusing: Refusing, engine: str = "") -> None:
        self.requests = 0
        self._mischief = mischief
        self._refusing = refusing
        self._engine = engine

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carries a client's requests, one after the other, until either side leaves."""
        upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        try:
            while (request := await read(reader)) is not None:
                self.requests += 1
                request, treatment = self._mischief.treat(request)
                if treatment.instead is not None:
                    writer.write(treatment.instead)
                    continue
                if upstream is None or upstream[0].at_eof():
                    upstream = await self._connect(request)
                if not await self._carry(request, treatment, upstream, writer):
                    break
        except (OSError, Broken):
            pass  # the other side sees the connection end, as it would without a proxy
        finally:
            for stream in (writer, upstream and upstream[1]):
                if stream:
                    stream.close()

    async def _connect(self, request: Message) -> Upstream:
        place = urlsplit(self._engine or request.first_line.split(b" ")[1].decode())
        return await asyncio.open_connection(place.hostname, place.port, limit=_LONGEST_MESSAGE)

    async def _carry(
        self, request: Message, treatment: Treatment, upstream: Upstream, writer: asyncio.StreamWriter
    ) -> bool:
        """One request to the engine and its answer back; whether the connection goes on."""
        if treatment.wait_s and not treatment.late:
            await asyncio.sleep(treatment.wait_s)
        reply = await self._answer(request, upstream)
        if treatment.afterwards == b"":
            return False
        if treatment.late:
            await asyncio.sleep(treatment.wait_s)
        writer.write(treatment.afterwards or reply)
        await writer.drain()
        return True

    async def _answer(self, request: Message, upstream: Upstream) -> bytes:
        """The engine's answer; where AWS would refuse, AWS's. Raises `Broken`."""

        async def ask(operation: str, body: Body) -> Body:
            reply = await _exchange(request.for_operation(operation, json.dumps(body).encode()), upstream)
            if b" 200 " not in reply.first_line:
                raise _Failed(reply)
            found: Body = json.loads(reply.body)
            return found

        operation = (request.header(b"x-amz-target") or b"").rpartition(b".")[2].decode()
        if not self._refusing.on or "Streams" in (request.header(b"x-amz-target") or b"").decode():
            reply = await _exchange(request, upstream)
            return reply.head + reply.body
        try:
            answer_ = await self._refusing.carry(operation, json.loads(request.body), ask)
        except _Failed as failed:
            return failed.reply.head + failed.reply.body
        return THROTTLED if answer_ is None else answer(b"200 OK", json.dumps(answer_).encode())


class _Failed(Exception):
    """The engine refused a request itself."""

    def __init__(self, reply: Message) -> None:
        super().__init__(reply.first_line)
        self.reply = reply


async def _exchange(request: Message, upstream: Upstream) -> Message:
    upstream[1].write(_direct(request))
    reply = await read(upstream[0])
    if reply is None:
        raise Broken
    return reply


def _direct(request: Message) -> bytes:
    """The request as a server expects it: a proxy is asked for an absolute URL, a server for a path."""
    method, target, version = request.first_line.split(b" ")
    path = urlsplit(target).path or b"/"
    return b"%s %s %s%s%s" % (method, path, version, request.head[len(request.first_line) :], request.body)


async def _obey(proxy: Proxy, mischief: Mischief, refusing: Refusing) -> None:
    commands = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := (await commands.readline()).decode().split():
        if line == ["report"]:
            struck = mischief.struck | refusing.struck
            print(json.dumps({"requests": proxy.requests, "struck": struck}), flush=True)
        elif not refusing.turn(line[1], on=line[0] == "on"):
            mischief.turn(line[1], on=line[0] == "on")


async def main(port: int, seed: int, engine: str = "") -> None:
    """Serves until stdin ends."""
    mischief, refusing = Mischief(Random(seed)), Refusing()
    proxy = Proxy(mischief, refusing, engine)
    await asyncio.start_server(proxy.serve, "127.0.0.1", port, limit=_LONGEST_MESSAGE, backlog=512)
    print("ready", flush=True)
    await _obey(proxy, mischief, refusing)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]))
