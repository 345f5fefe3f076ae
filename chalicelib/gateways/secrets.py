"""The ticket signing keys, from a file: `{"ticket_keys": [{"id", "secret", "created_at"}]}`, the newest last.

The newest signs; all of them verify until the seal. Rotating means adding one: every worker reads the file again within
`CONFIG_TTL_S`, and at once when it meets a key id that it doesn't know.
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from chalicelib.cached import Cached
from chalicelib.domain.campaign import CONFIG_TTL_S
from chalicelib.settings import settings


@dataclass(frozen=True, slots=True)
class TicketKeys:
    """The signing keys by id, and which of them signs."""

    signing: str
    secrets: dict[str, bytes]


def _read(path: Path) -> TicketKeys:
    keys = json.loads(path.read_text())["ticket_keys"]
    return TicketKeys(keys[-1]["id"], {key["id"]: bytes.fromhex(key["secret"]) for key in keys})


_cache = Cached(_read)


def ticket_keys(key_id: str | None = None) -> TicketKeys:
    """The keys now in force; read again where `key_id` is none of those known, at most once a second."""
    path = settings().secrets_file
    keys = _cache.get(path, CONFIG_TTL_S)
    if key_id is not None and key_id not in keys.secrets:
        keys = _cache.get(path, 1.0)
    return keys


def add_ticket_key(now_ms: int) -> str:
    """Adds a key, which signs from now on, and returns its id. Creates the file, readable by its owner alone."""
    path = settings().secrets_file
    content = json.loads(path.read_text()) if path.exists() else {"ticket_keys": []}
    key_id = f"k{len(content['ticket_keys']) + 1}"
    content["ticket_keys"].append({"id": key_id, "secret": secrets.token_hex(32), "created_at": now_ms})
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    _cache.forget(path)
    return key_id
