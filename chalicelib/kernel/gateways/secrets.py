"""The ticket signing keys: `{"ticket_keys": [{"id", "secret", "created_at"}]}`, the newest last, in a file or a secret.

The newest signs; all of them verify until the seal. Rotating means adding one: every worker reads the keys again within
`CONFIG_TTL_S`, and at once when it meets a key id that it doesn't know. A secret that the template made holds one more,
older than all others: `first`, a text of any characters, out of which the key is made.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from chalicelib.kernel.settings import settings
from chalicelib.kernel.ttl_cache import CONFIG_TTL_S, Cached

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TicketKeys:
    """The signing keys by id, and which of them signs."""

    signing: str
    secrets: dict[str, bytes]

    @property
    def newest(self) -> tuple[str, bytes]:
        """The key that signs, and its id before it."""
        return self.signing, self.secrets[self.signing]


def _read(_: None) -> TicketKeys:
    content = _load()
    keys = {"k0": hashlib.sha256(content["first"].encode()).digest()} if "first" in content else {}
    keys |= {key["id"]: bytes.fromhex(key["secret"]) for key in content["ticket_keys"]}
    return TicketKeys(list(keys)[-1], keys)


_cache: Cached[None, TicketKeys] = Cached(_read)


def ticket_keys(key_id: str | None = None) -> TicketKeys:
    """The keys now in force; read again where `key_id` is none of those known, at most once a second."""
    keys = _cache.get(None, CONFIG_TTL_S)
    if key_id is not None and key_id not in keys.secrets:
        keys = _cache.get(None, 1.0)
    return keys


def add_ticket_key(now_ms: int) -> str:
    """Adds a key, which signs from now on, and returns its id. Creates the file, readable by its owner alone."""
    made: list[str] = []

    def added(content: Content) -> Content:
        keys = content["ticket_keys"]
        made.append(f"k{len(keys) + 1}")
        return content | {"ticket_keys": [*keys, _key(made[-1], now_ms)]}

    _change(added)
    _cache.forget(None)
    return made[-1]


def _key(key_id: str, now_ms: int) -> Content:
    return {"id": key_id, "secret": secrets.token_hex(32), "created_at": now_ms}


def _load() -> Content:
    return cast(Content, json.loads(_text(settings().ticket_keys_secret)))


def _text(name: str | None) -> str:
    """The content of the secret of this name; of the file, where there is none."""
    if name is None:
        return settings().secrets_file.read_text()
    from chalicelib.kernel.gateways.secret_text import read  # noqa: PLC0415 - loads the client of Secrets Manager

    return read(name).text


def _change(changed: Callable[[Content], Content]) -> None:
    name = settings().ticket_keys_secret
    if name is not None:
        from chalicelib.kernel.gateways.secret_text import change  # noqa: PLC0415 - likewise

        change(name, lambda text: json.dumps(changed(json.loads(text))))
        return
    path = settings().secrets_file
    write_private(path, json.dumps(changed(_load() if path.exists() else {"ticket_keys": []})))


def write_private(path: Path, text: str) -> None:
    """Puts `text` at `path`, for its owner alone (mode 0600), whole and durable."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
