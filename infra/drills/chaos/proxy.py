"""The fault proxy: an HTTP proxy between the system's processes and the engine.

    python -m infra.drills.chaos.proxy PORT SEED

Each line on stdin, `on KIND` or `off KIND`, switches a mischief. `report` is answered on stdout with a line of JSON,
`{"requests": n, "struck": {kind: n}}`. The end of stdin ends it.
"""

import asyncio
import json
import sys
from contextlib import suppress
from random import Random
from urllib.parse import urlsplit

from infra.drills.chaos.mischief import Mischief, Treatment
from infra.drills.chaos.wire import Broken, Message, read

_LONGEST_MESSAGE = 1 << 20


class Proxy:
    """One upstream connection for each of a client's; what breaks on one side is broken on the other."""

    def __init__(self, mischief: Mischief) -> None:
        self.requests = 0
        self._mischief = mischief

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
                    upstream = await _connect(request)
                if not await _carry(request, treatment, upstream, writer):
                    break
        except (OSError, Broken):
            pass  # the other side sees the connection end, as it would without a proxy
        finally:
            for stream in (writer, upstream and upstream[1]):
                if stream:
                    stream.close()


async def _connect(request: Message) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    place = urlsplit(request.first_line.split(b" ")[1])
    return await asyncio.open_connection((place.hostname or b"").decode(), place.port, limit=_LONGEST_MESSAGE)


async def _carry(
    request: Message,
    treatment: Treatment,
    upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    writer: asyncio.StreamWriter,
) -> bool:
    """One request to the engine and its answer back; whether the connection goes on."""
    if treatment.wait_s and not treatment.late:
        await asyncio.sleep(treatment.wait_s)
    upstream[1].write(_direct(request))
    reply = await read(upstream[0])
    if reply is None or treatment.afterwards == b"":
        return False
    if treatment.late:
        await asyncio.sleep(treatment.wait_s)
    writer.write(treatment.afterwards or reply.head + reply.body)
    await writer.drain()
    return True


def _direct(request: Message) -> bytes:
    """The request as a server expects it: a proxy is asked for an absolute URL, a server for a path."""
    method, target, version = request.first_line.split(b" ")
    path = urlsplit(target).path or b"/"
    return b"%s %s %s%s%s" % (method, path, version, request.head[len(request.first_line) :], request.body)


async def _obey(proxy: Proxy, mischief: Mischief) -> None:
    commands = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := (await commands.readline()).decode().split():
        if line == ["report"]:
            print(json.dumps({"requests": proxy.requests, "struck": mischief.struck}), flush=True)
        else:
            mischief.turn(line[1], on=line[0] == "on")


async def main(port: int, seed: int) -> None:
    """Serves until stdin ends."""
    mischief = Mischief(Random(seed))
    proxy = Proxy(mischief)
    await asyncio.start_server(proxy.serve, "127.0.0.1", port, limit=_LONGEST_MESSAGE, backlog=512)
    print("ready", flush=True)
    await _obey(proxy, mischief)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
