"""Requests on their way in: when one is here whole, however it comes, and who is ended where too many aren't."""

import socket
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local import incoming
from infra.local.incoming import HEAD_S, MOST_OF_ADDRESS, WHOLE_S, Incoming, Unfinished

HEAD = b"POST /x HTTP/1.1\r\nHost: x\r\n"
SIZED = HEAD + b"Content-Length: 5\r\n\r\nabcde"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n"
"""With what looks like the last chunk within one."""
WHOLE = {
    "no body": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "sized": SIZED,
    "chunked": CHUNKED,
    "trailers": HEAD + b"transfer-encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n",
}


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Client and server, connected."""
    client, server = socket.socketpair()
    server.setblocking(False)
    with client, server:
        yield client, server


@pytest.mark.parametrize("name", WHOLE)
@given(data=st.data())
def test_a_request_is_whole_with_its_last_byte(name: str, data: st.DataObject) -> None:
    """However it is cut into pieces on the way."""
    sent = WHOLE[name]
    client, server = socket.socketpair()
    server.setblocking(False)
    with client, server:
        one, at = Incoming(server, "a", 0), 0
        while at < len(sent):
            assert not one.read()
            step = data.draw(st.integers(1, len(sent) - at))
            client.send(sent[at : at + step])
            at += step
            assert one.read() == (at == len(sent))
    assert bytes(one.held) == sent
    assert not one.refused


@pytest.mark.parametrize(
    "sent",
    [
        HEAD + b"X: " + b"a" * 70_000,
        HEAD + b"Content-Length: 99999999\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n+5\r\nabc",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"5" * 2_000,
    ],
    ids=["head", "length", "negative", "negative chunk", "signed chunk", "chunk line"],
)
def test_what_is_refused_anyway_is_not_waited_for(pair: tuple[socket.socket, socket.socket], sent: bytes) -> None:
    """Its head is enough, and the connection is given up."""
    client, server = pair
    one = Incoming(server, "a", 0)
    client.sendall(sent)

    while not one.read():
        pass

    assert one.refused


def test_a_client_that_waits_to_be_told_is_told(pair: tuple[socket.socket, socket.socket]) -> None:
    """It sends its body only then."""
    client, server = pair
    one = Incoming(server, "a", 0)
    client.sendall(HEAD + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n")

    assert not one.read()
    assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(b"abcde")
    assert one.read()


def test_one_deadline_holds_for_a_head_and_one_for_the_whole(pair: tuple[socket.socket, socket.socket]) -> None:
    """Whatever drips meanwhile moves neither."""
    client, server = pair
    one = Incoming(server, "a", 100)
    client.sendall(b"GET / HT")
    one.read()
    assert (one.is_late(100 + HEAD_S), one.is_late(100.1 + HEAD_S)) == (False, True)
    client.sendall(b"TP/1.1\r\nContent-Length: 5\r\n\r\nabc")
    one.read()

    assert (one.is_late(100.1 + HEAD_S), one.is_late(100.1 + WHOLE_S)) == (False, True)


def waiting(address: str, sock: socket.socket) -> Incoming:
    """A request of which nothing has come."""
    return Incoming(sock, address, 0)


def ended(unfinished: Unfinished, address: str, most: int) -> list[Incoming]:
    """Those that have to go."""
    gone = []
    for one in unfinished.surplus(address, most):
        unfinished.remove(one)
        gone.append(one)
    return gone


def test_the_oldest_go_and_never_a_new_one(pair: tuple[socket.socket, socket.socket]) -> None:
    """Of the address that has too many; of all only where all are too many."""
    unfinished, (_, server) = Unfinished(), pair
    other = waiting("b", server)
    unfinished.add(other)
    many = [waiting("a", server) for _ in range(MOST_OF_ADDRESS + 3)]
    for one in many:
        unfinished.add(one)

    assert ended(unfinished, "a", 10_000) == many[:3]
    assert ended(unfinished, "b", 10_000) == []
    assert ended(unfinished, "a", MOST_OF_ADDRESS - 1) == [other, many[3]]


def test_the_oldest_go_where_too_much_is_held(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that many large uploads don't fill the memory."""
    monkeypatch.setattr(incoming, "MOST_BYTES", 25)
    monkeypatch.setattr(time, "monotonic", lambda: 1.0)
    unfinished, many = Unfinished(), [waiting("a", pair[1]) for _ in range(4)]
    for one in many:
        one.held += b"0123456789"
        unfinished.add(one)

    assert unfinished.late() == many[:2]
