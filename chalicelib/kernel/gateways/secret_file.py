"""Secrets in a file of this machine, for its owner alone."""

import os
from pathlib import Path


def replace(path: Path, text: str) -> None:
    """Puts `text` at `path` (mode 0600), whole and durable."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
