"""`Idempotency-Key`: a request that is sent again, since its reply was lost, is done once and answered alike.

Who sends it again shows the same key of theirs, and their reply is sealed with it: a new unit's key, which is shown
once, lies nowhere in plain.
"""

import json
import re
import zlib
from collections.abc import Callable
from hashlib import sha256, shake_256

from chalice.app import Request, Response

from chalicelib.access.store import repeats
from chalicelib.kernel.errors import FieldError, MinshengError, RepeatReused, RepeatUnfinished, RequestInvalid
from chalicelib.web.rim import caller

HEADER = "idempotency-key"
_SHAPE = re.compile(r"[\x21-\x7e]{1,255}")
_MOST_BYTES = 300_000
"""Of a reply: an item takes 400 KB."""
_KEPT = ("Content-Type", "Cache-Control", "ETag")


def once(request: Request, act: Callable[[], Response]) -> Response:
    """The answer to a request, which is acted on only the first time within a day.

    A request that was refused did nothing, and isn't remembered. Of one whose answer was never given, nobody knows
    whether it was done: it isn't done again. Raises `RepeatReused`, `RepeatUnfinished`, `RequestInvalid`, and what
    `act` does.
    """
    named, key = request.headers[HEADER], request.headers.get("x-api-key")
    if key is None:  # a page's session: it confirms by itself what must not be done twice
        return act()
    if not _SHAPE.fullmatch(named):
        raise RequestInvalid([FieldError("/Idempotency-Key", "repeat_key")])
    repeat = sha256(f"{key}\n{named}".encode()).hexdigest()
    asked = _asked(request)
    earlier = repeats.begin(repeat, asked, caller.arrived_ms(request))
    if earlier is not None:
        return _again(earlier, asked, _pad(key, repeat))
    try:
        response = act()
    except MinshengError:
        repeats.forget(repeat)
        raise
    _keep(repeat, response, _pad(key, repeat))
    return response


def _asked(request: Request) -> str:
    said = [request.method, request.path, request.uri_params, sorted((request.query_params or {}).items())]
    return sha256(json.dumps(said, sort_keys=True).encode() + b"\n" + caller.whole_body(request)).hexdigest()


def _again(earlier: repeats.Earlier, asked: str, pad: Callable[[int], bytes]) -> Response:
    if earlier.asked != asked:
        raise RepeatReused("repeat_reused")
    if earlier.reply is None:
        raise RepeatUnfinished("repeat_unfinished")
    status, headers, body = json.loads(zlib.decompress(_mixed(earlier.reply, pad)))
    return Response(body, headers, status)


def _keep(repeat: str, response: Response, pad: Callable[[int], bytes]) -> None:
    """A reply that is too long to be kept is given once: asked again, it is as one that nobody knows of."""
    headers = {name: value for name, value in response.headers.items() if name in _KEPT}
    plain = zlib.compress(json.dumps([response.status_code, headers, response.body]).encode())
    if len(plain) <= _MOST_BYTES:
        repeats.answered(repeat, _mixed(plain, pad))


def _pad(key: str, repeat: str) -> Callable[[int], bytes]:
    """As many bytes as asked for, which only who knows the key can make; `repeat` is never used for another reply."""
    return shake_256(f"{key}\n{repeat}\nreply".encode()).digest


def _mixed(text: bytes, pad: Callable[[int], bytes]) -> bytes:
    return bytes(one ^ other for one, other in zip(text, pad(len(text)), strict=True))
