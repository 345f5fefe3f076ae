"""Asking a server on this machine whether it is there; without a proxy in between."""

import http.client
from urllib.parse import urlsplit


def status(url: str, timeout_s: float = 2) -> int | None:
    """The status of a GET; None where nobody speaks HTTP there."""
    place = urlsplit(url)
    connect = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    connection = connect(place.netloc, timeout=timeout_s)
    try:
        connection.request("GET", place.path or "/")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
