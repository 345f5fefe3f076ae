"""The tables, one file each, and the few operations that the use cases need of them; `tables.py` names them all."""

from chalicelib.store.base import quick_client


def open_client() -> None:
    """Makes the client now and not at the first request; opens no socket, so it may come before a fork."""
    quick_client()
