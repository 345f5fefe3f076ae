"""A visitor with a session at a desk: looks at pages and sends their forms, through the Lambda entry point."""

from collections.abc import Iterable, Mapping

from chalicelib.access.usecases import sessions
from chalicelib.kernel.clock import now_ms
from tests.web.test_sessions import Reply, call

Field = tuple[str, str]
File = tuple[str, str, bytes]
"""Of which field, its name, and what is in it."""


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
        return self.post_from({}, resource, form, **parameters)

    def post_from(self, query: Mapping[str, str], resource: str, form: Mapping[str, str], **parameters: str) -> Reply:
        """Likewise, of a page with something in its query."""
        sent = {"_csrf": sessions.csrf_token(self._token), **form}
        asked = {name: [value] for name, value in query.items()} or None
        return call("POST", resource, self._token, sent, query=asked, parameters=parameters or None)

    def upload(self, resource: str, fields: Iterable[Field], files: Iterable[File] = (), **parameters: str) -> Reply:
        """A form with parts, as a page sends it that takes files."""
        parts = [(f'name="{name}"', value.encode()) for name, value in fields]
        parts += [(f'name="{field}"; filename="{name}"', content) for field, name, content in files]
        head = "--x\r\nContent-Disposition: form-data; {}\r\n\r\n"
        body = b"".join(head.format(name).encode() + value + b"\r\n" for name, value in parts) + b"--x--\r\n"
        kind, query = {"content-type": "multipart/form-data; boundary=x"}, {"_csrf": [sessions.csrf_token(self._token)]}
        return call("POST", resource, self._token, body=body, headers=kind, query=query, parameters=parameters or None)
