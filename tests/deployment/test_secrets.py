"""The ticket signing keys in a secret: rotated without a redeploy, and without losing another's rotation."""

import hashlib
import json
import time
from collections.abc import Iterator

import pytest

from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import secret_text, secrets
from chalicelib.kernel.settings import settings
from tests.deployment import emulator

NAME = "minsheng-tests/ticket-keys"


@pytest.fixture
def secret(as_deployed: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The secret as the template makes it, and the settings that name it; gives its name."""
    manager = emulator.client("secretsmanager", as_deployed)
    manager.create_secret(Name=NAME, SecretString=json.dumps({"ticket_keys": [], "first": "any text"}))
    named = settings().model_copy(update={"ticket_keys_secret": NAME})
    monkeypatch.setattr("chalicelib.kernel.gateways.secrets.settings", lambda: named)
    secrets._cache.forget(None)
    yield NAME
    secrets._cache.forget(None)
    manager.delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)


def test_the_key_that_the_template_made_signs_until_it_is_rotated(secret: str) -> None:
    """And goes on verifying then; each new key has an id of its own."""
    assert secrets.ticket_keys().signing == "k0"

    assert [secrets.add_ticket_key(now_ms()), secrets.add_ticket_key(now_ms())] == ["k1", "k2"]

    assert secrets.ticket_keys().signing == "k2"
    assert secrets.ticket_keys().secrets["k0"] == hashlib.sha256(b"any text").digest()
    assert len(set(secrets.ticket_keys().secrets.values())) == 3


def test_another_worker_s_key_is_known_as_soon_as_a_ticket_names_it(
    secret: str, as_deployed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within a second, where the keys at hand don't have it; nothing is deployed for that."""
    secrets.ticket_keys()
    later = time.monotonic() + 1.5
    monkeypatch.setattr("chalicelib.kernel.ttl_cache.time.monotonic", lambda: later)
    rotated = {"ticket_keys": [{"id": "k1", "secret": "cd" * 32, "created_at": 0}], "first": "any text"}
    emulator.client("secretsmanager", as_deployed).put_secret_value(SecretId=secret, SecretString=json.dumps(rotated))

    assert secrets.ticket_keys("k1").secrets["k1"] == bytes.fromhex("cd" * 32)


def test_two_who_rotate_at_once_both_do(secret: str) -> None:
    """The slower one starts again from what the quicker one has left."""
    tries: list[str] = []

    def slow(text: str) -> str:
        tries.append(text)
        if len(tries) == 1:
            secrets.add_ticket_key(now_ms())
        return json.dumps(json.loads(text) | {"slow": True})

    secret_text.change(secret, slow)

    assert len(tries) == 2
    left = json.loads(secret_text.read(secret).text)
    assert [key["id"] for key in left["ticket_keys"]] == ["k1"]
    assert left["slow"]
