"""A visitor with a session at a desk: looks at pages and sends their forms, through the Lambda entry point."""

from collections.abc import Mapping

from chalicelib.access.usecases import sessions
from chalicelib.kernel.clock import now_ms
from tests.web.test_sessions import Reply, call


class Session:
    """A session opened with a key."""

    def __init__(self, key: str) -> None:
        self._token = sessions.sign_in(key, now_ms())[0]

    def get(self, resource: str, query: Mapping[str, str] | None = None, **parameters: str) -> Reply:
        """A page."""
        asked = {name: [value] for name, value in (query or {}).items()} or None
        return call("GET", resource, self._token, parameters=parameters or None, query=asked)

    def post(self, resource: str, form: Mapping[str, str], **parameters: str) -> Reply:
        """A page's form, with the session's own token."""
        sent = {"_csrf": sessions.csrf_token(self._token), **form}
        return call("POST", resource, self._token, sent, parameters=parameters or None)
