"""The one-machine runner: what AWS does around the handlers of `app.py`, done by a handful of processes."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The repository: where `app.py` lies and every child process starts."""
