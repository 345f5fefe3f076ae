"""What `make run` reads from the environment, checked before anything is started."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from infra.local.failure import StartFailed
from infra.local.ports import lan_address

_T = TypeVar("_T")
_ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104 (compared with, not bound to)


@dataclass(frozen=True)
class Options:
    """The commands' section of the contract, typed."""

    host: str
    port: int
    data_dir: Path
    """Absolute."""
    workers: int
    base_url: str
    engine: str | None
    """`DYNAMODB_ENDPOINT`: another engine to use instead of the embedded one."""
    settle_s: float
    score_every_s: float
    demo: str
    """What the first start loads: the demonstration alone, or with last year's campaign (`year`)."""

    @property
    def near_url(self) -> str:
        """How this machine itself reaches the web server."""
        return _url("127.0.0.1" if self.host in _ANY_ADDRESS else self.host, self.port)


def read_options(environment: Mapping[str, str] = os.environ) -> Options:
    """The options, with the contract's defaults. Raises `StartFailed` naming the variable that is wrong."""
    given = {name: value for name, value in environment.items() if value}

    def read(name: str, default: str, convert: Callable[[str], _T], good: Callable[[_T], bool], expected: str) -> _T:
        text = given.get(name, default)
        try:
            value = convert(text)
        except ValueError:
            value = None
        if value is None or not good(value):
            raise StartFailed(f"{name}={text} is not {expected}.")
        return value

    host = given.get("HOST", "127.0.0.1")
    port = read("PORT", "8000", int, lambda n: 1 <= n <= 65535, "a port from 1 to 65535")
    public = _url(lan_address() if host in _ANY_ADDRESS else host, port)
    return Options(
        host=host,
        port=port,
        data_dir=Path(given.get("DATA_DIR", ".data")).expanduser().absolute(),
        workers=read("WORKERS", str(_cores()), int, lambda n: n >= 1, "a number of processes from 1 up"),
        base_url=read("BASE_URL", public, str, _is_web, "an absolute http(s) URL").rstrip("/"),
        engine=given.get("DYNAMODB_ENDPOINT"),
        score_every_s=read("SCORE_EVERY_S", "60", float, lambda s: 0 < s < float("inf"), "a number of seconds above 0"),
        demo=read("DEMO", "", str, lambda name: name in {"", "year"}, "year, or nothing"),
        settle_s=read("SETTLE_S", "60", float, lambda s: 0 <= s < float("inf"), "a number of seconds from 0 up"),
    )


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
